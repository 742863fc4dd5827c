"""What each processor costs, how long it takes and what it is for.

Figures: Parallel's documentation, "Choose a processor" and "Pricing", as of November 2026. The price is the
hosted API's; it is charged for runs that complete, and a `-fast` twin costs the same as its standard one.
"""

from dataclasses import dataclass
from decimal import Decimal

SECOND, MINUTE, HOUR = 1, 60, 3600
# The longest spans that still read well in one unit: "15–100 s", "5–90 min".
LONGEST_IN_SECONDS = 100 * SECOND
LONGEST_IN_MINUTES = 90 * MINUTE


@dataclass(frozen=True, slots=True)
class Processor:
    """`latency` is (shortest, longest) in seconds; `max_fields` is advice, not a limit."""

    name: str
    tier: str
    fast: bool
    price_per_1000: Decimal
    latency: tuple[int, int]
    max_fields: int
    meant_for: str

    @property
    def price_per_run(self) -> Decimal:
        """In USD."""
        return self.price_per_1000 / 1000

    @property
    def price_text(self) -> str:
        """The price of one run: "$0.025", "$1.20"."""
        price = f"{self.price_per_run:.3f}"
        return "$" + (price[:-1] if price.endswith("0") else price)

    @property
    def latency_text(self) -> str:
        low, high = self.latency
        if high <= LONGEST_IN_SECONDS:
            return f"{low}–{high} s"
        if low >= MINUTE and high <= LONGEST_IN_MINUTES:
            return f"{low // MINUTE}–{high // MINUTE} min"
        return f"{_with_unit(low)}–{_with_unit(high)}"


def _with_unit(seconds: int) -> str:
    for size, unit in ((HOUR, "h"), (MINUTE, "min")):
        if seconds % size == 0:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


@dataclass(frozen=True, slots=True)
class _Tier:
    name: str
    usd_per_1000: int
    latency: tuple[int, int]
    fast_latency: tuple[int, int]
    max_fields: int
    meant_for: str

    def processors(self) -> tuple[Processor, Processor]:
        price = Decimal(self.usd_per_1000)
        shared = (self.max_fields, self.meant_for)
        return (
            Processor(self.name, self.name, False, price, self.latency, *shared),
            Processor(f"{self.name}-fast", self.name, True, price, self.fast_latency, *shared),
        )


_TIERS = (
    _Tier("lite", 5, (10, 60), (10, 20), 2, "One or two plain facts, quickly"),
    _Tier("base", 10, (15, 100), (15, 50), 5, "A handful of facts about one subject"),
    _Tier("core", 25, (60, 5 * MINUTE), (15, 100), 10, "Facts checked against several sources"),
    _Tier(
        "core2x", 50, (60, 10 * MINUTE), (15, 3 * MINUTE), 10, "Facts that need reasoning and several sources"
    ),
    _Tier(
        "pro",
        100,
        (2 * MINUTE, 10 * MINUTE),
        (30, 5 * MINUTE),
        20,
        "Open questions, explored from several sides",
    ),
    _Tier(
        "ultra", 300, (5 * MINUTE, 25 * MINUTE), (60, 10 * MINUTE), 20, "Thorough research over many sources"
    ),
    _Tier(
        "ultra2x",
        600,
        (5 * MINUTE, 50 * MINUTE),
        (60, 20 * MINUTE),
        25,
        "Difficult research over many sources",
    ),
    _Tier(
        "ultra4x",
        1200,
        (5 * MINUTE, 90 * MINUTE),
        (60, 40 * MINUTE),
        25,
        "Very difficult research, with more time for it",
    ),
    _Tier(
        "ultra8x",
        2400,
        (5 * MINUTE, 2 * HOUR),
        (60, HOUR),
        25,
        "The hardest research, with the most time for it",
    ),
)

PROCESSORS: dict[str, Processor] = {p.name: p for tier in _TIERS for p in tier.processors()}
"""Every processor by name, in the order to show them: by tier, the standard one before its fast twin."""


def fields_advice(processor: Processor, fields: int) -> str | None:
    """A sentence when `fields` output fields are more than this processor is meant for."""
    if fields <= processor.max_fields:
        return None
    return (
        f"{processor.name} does best with up to {processor.max_fields} fields; "
        f"the whole schema has {fields}. {_better_for(fields, processor)}"
    )


def _better_for(fields: int, processor: Processor) -> str:
    for other in PROCESSORS.values():
        if other.fast == processor.fast and other.max_fields >= fields:
            return f"Choose {other.name} or a stronger processor, or ask for fewer fields."
    return "Ask for fewer fields, or split the task into several runs."
