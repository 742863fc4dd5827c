"""What a run may spend on a language model: calls, tokens, seconds and US dollars, by its processor."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from engine.llm.endpoint import Llm
from engine.llm.problems import Spent
from engine.llm.replies import Usage
from engine.tiers import Tier

BYTES_PER_TOKEN = 3
"""Fewer than in any language that is usual, so that a prompt is never taken for smaller than it is."""


@dataclass(frozen=True, slots=True)
class Budget:
    calls: int
    tokens: int
    """Sent and answered, over all calls."""
    prompt: int
    """Tokens of one call's prompt."""
    answer: int
    """Tokens of one call's answer."""
    seconds: float
    """For all that the model does."""
    dollars: float
    """Counted only where the prices of the model are known: what one run costs at the hosted API."""
    hops: int = 0
    """How often new searches may follow from what was not found."""
    fields: int = 20
    """Fields that one call is asked for."""

    @property
    def plans(self) -> bool:
        """Whether the model may word the searches."""
        return self.hops > 0


SPEED = Budget(calls=1, tokens=10_000, prompt=6_000, answer=1_500, seconds=60, dollars=0.005)
LITE = Budget(calls=1, tokens=10_000, prompt=6_000, answer=2_000, seconds=20, dollars=0.005)
BASE = Budget(calls=2, tokens=24_000, prompt=8_000, answer=3_000, seconds=40, dollars=0.01)
CORE = Budget(calls=6, tokens=90_000, prompt=12_000, answer=4_000, seconds=120, dollars=0.025, hops=1)
PRO = Budget(20, 400_000, prompt=16_000, answer=6_000, seconds=600, dollars=0.1, hops=2, fields=10)
ULTRA = Budget(60, 1_500_000, prompt=20_000, answer=8_000, seconds=1800, dollars=0.3, hops=4, fields=6)


def _times(budget: Budget, factor: int) -> Budget:
    """So many times as much of everything that is spent; a single call is no larger."""
    return replace(
        budget,
        calls=budget.calls * factor,
        tokens=budget.tokens * factor,
        seconds=budget.seconds * factor,
        dollars=budget.dollars * factor,
    )


BUDGETS = {
    "speed": SPEED,
    "lite": LITE,
    "base": BASE,
    "core": CORE,
    "core2x": _times(CORE, 2),
    "pro": PRO,
    "ultra": ULTRA,
    **{f"ultra{factor}x": _times(ULTRA, factor) for factor in (2, 4, 8)},
}


def budget_of(tier: Tier) -> Budget:
    return BUDGETS[tier.name]


def tokens_in(text: str) -> int:
    """At most so many tokens, as far as that can be told without the model's own tokenizer."""
    return len(text.encode()) // BYTES_PER_TOKEN + 1


class Purse:
    """What is left of a budget."""

    def __init__(self, budget: Budget, llm: Llm, clock: Callable[[], float] = time.monotonic) -> None:
        self.budget, self._llm, self._clock = budget, llm, clock
        self._ends_at = clock() + budget.seconds
        self.calls, self.sent, self.answered = 0, 0, 0

    @property
    def seconds(self) -> float:
        return self._ends_at - self._clock()

    @property
    def calls_left(self) -> int:
        return self.budget.calls - self.calls

    @property
    def dollars(self) -> float:
        return self._llm.cost(self.sent, self.answered)

    def room(self, prompt: int) -> int:
        """How many tokens the answer to a prompt of so many may have; Spent if it can't be paid for."""
        if self.calls_left <= 0:
            raise Spent(f"The run's {self.budget.calls} calls of the language model are used up.")
        if self.seconds <= 0:
            raise Spent(f"The run's {self.budget.seconds:g} seconds for the language model are over.")
        if self.sent + self.answered + prompt + self.budget.answer > self.budget.tokens:
            raise Spent(f"The run's {self.budget.tokens:,} tokens of the language model are used up.")
        if self.dollars + self._llm.cost(prompt, self.budget.answer) > self.budget.dollars:
            raise Spent(f"The run's {self.budget.dollars:g} dollars for the language model are used up.")
        return self.budget.answer

    def pay(self, prompt: int, answer: str, usage: Usage) -> None:
        """For one call; what the endpoint does not count is estimated."""
        self.calls += 1
        self.sent += prompt if usage.sent is None else usage.sent
        self.answered += tokens_in(answer) if usage.answered is None else usage.answered
