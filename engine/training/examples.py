"""Windows of tokens to train on: what a passage is like when it was found, answered or not."""

import math
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.neural.tokens import Tokens, Window, tokens, window
from engine.training.squad import Question, gold

SHORTEST, LONGEST = 64, 160
"""Tokens of a passage that a window holds: drawn anew each time."""
OTHERS = 6
"""The passages most like a question, of which one is drawn that doesn't answer it."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Example:
    question: Tokens
    passage: Tokens
    spans: dict[tuple[int, int], float]
    """First and last token of each right answer, with its weight; empty if the passage holds none."""


@dataclass(frozen=True, slots=True)
class Batch:
    ids: Tensor
    types: Tensor
    inside: Tensor
    passage: Tensor
    wanted: Tensor
    """Rows of window, start, end."""
    weights: Tensor


class Examples:
    """Of each question one window that answers it, and of a share of them one that doesn't."""

    def __init__(
        self, questions: list[Question], *, unanswered: float, seed: int, part: int = 0, parts: int = 1
    ) -> None:
        """``part`` of ``parts`` equal parts of every batch, so that as many processes can share the work."""
        self.part, self.parts = part, parts
        self.random = random.Random(seed)  # noqa: S311 - not for secrets
        self.unanswered = unanswered
        contexts = {asked.context: tokens(asked.context) for asked in questions}
        answered = [asked for asked in questions if asked.answers]
        near = Near(list(contexts))
        self.right = [example(asked, contexts[asked.context]) for asked in answered]
        self.wrong = [
            [Example(right.question, contexts[other], {}) for other in near.others(asked)]
            for asked, right in zip(answered, self.right, strict=True)
        ]
        self.impossible = [
            Example(tokens(asked.text), contexts[asked.context], {})
            for asked in questions
            if not asked.answers
        ]

    def epoch(self, size: int) -> Iterator[Batch]:
        """All right answers once, and a share without: half distractors, half SQuAD 2.0's questions."""
        draw = self.random
        count = round(len(self.right) * self.unanswered / (1 - self.unanswered))
        tricky = draw.sample(self.impossible, min(len(self.impossible), count // 2))
        others = [draw.choice(near) for near in draw.sample(self.wrong, count - len(tricky)) if near]
        cut = [crop(chosen, draw) for chosen in [*self.right, *tricky, *others]]
        draw.shuffle(cut)
        # Windows of like length go together, so that little of a batch is padding.
        groups = [cut[at : at + 16 * size] for at in range(0, len(cut), 16 * size)]
        batches = []
        for group in groups:
            group.sort(key=lambda pair: len(pair[0].ids))
            batches += [group[at : at + size] for at in range(0, len(group) - self.parts + 1, size)]
        draw.shuffle(batches)
        return (batch(each[self.part :: self.parts]) for each in batches)


def example(asked: Question, passage: Tokens) -> Example:
    spans: Counter[tuple[int, int]] = Counter()
    for (start, end), share in gold(asked).items():
        inside = [
            number for number, (left, right) in enumerate(passage.offsets) if left < end and start < right
        ]
        spans[inside[0], inside[-1]] += share
    return Example(tokens(asked.text), passage, dict(spans))


def crop(chosen: Example, draw: random.Random) -> tuple[Window, dict[tuple[int, int], float]]:
    """A window of the passage around the answers, and where they are in it."""
    size = draw.randint(SHORTEST, LONGEST)
    length = len(chosen.passage.ids)
    first, last = 0, max(0, length - size)
    if chosen.spans:
        start, end = draw.choices(list(chosen.spans), list(chosen.spans.values()))[0]
        first, last = max(0, min(end + 1 - size, last)), min(start, last)
    # Passages begin and end where blocks do more often than in the middle of a sentence.
    at = draw.choice([first, last, draw.randint(min(first, last), last)])
    made = window(chosen.question, chosen.passage, at, at + size)
    moved = {
        (start - at + made.before, end - at + made.before): share
        for (start, end), share in chosen.spans.items()
        if at <= start and end < at + size
    }
    return made, moved


def batch(pairs: Iterable[tuple[Window, dict[tuple[int, int], float]]]) -> Batch:
    pairs = list(pairs)
    length = max(len(made.ids) for made, _ in pairs)
    ids, types, inside, passage = (torch.zeros(len(pairs), length, dtype=torch.long) for _ in range(4))
    wanted, weights = [], []
    for number, (made, spans) in enumerate(pairs):
        count = len(made.ids)
        ids[number, :count] = torch.tensor(made.ids)
        types[number, :count] = torch.tensor(made.types)
        inside[number, :count] = 1
        passage[number, made.before : count - 1] = 1
        for (start, end), share in (spans or {(0, 0): 1.0}).items():
            wanted.append((number, start, end))
            weights.append(share)
    return Batch(ids, types, inside.bool(), passage.bool(), torch.tensor(wanted), torch.tensor(weights))


class Near:
    """Which contexts are most like a question and yet don't answer it, by BM25."""

    def __init__(self, contexts: list[str]) -> None:
        self.contexts = contexts
        bags = [Counter(_words(context)) for context in contexts]
        mean = sum(map(Counter.total, bags)) / len(bags)
        self.postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, bag in enumerate(bags):
            long = 1.2 * (0.25 + 0.75 * bag.total() / mean)
            for word, count in bag.items():
                self.postings[word].append((number, 2.2 * count / (count + long)))

    def others(self, asked: Question) -> list[str]:
        scores: Counter[int] = Counter()
        for word in set(_words(asked.text)):
            found = self.postings.get(word, [])
            rarity = math.log(1 + (len(self.contexts) - len(found) + 0.5) / (len(found) + 0.5))
            for number, score in found:
                scores[number] += rarity * score
        best = (self.contexts[number] for number, _ in scores.most_common(4 * OTHERS))
        shortest = min(asked.answers, key=len).lower()
        return [context for context in best if shortest not in context.lower()][:OTHERS]


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]
