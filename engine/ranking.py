"""Several rankings made one: reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009)."""

from collections.abc import Hashable, Iterable, Sequence
from typing import TypeVar

T = TypeVar("T", bound=Hashable)
_SMOOTHING = 60
"""The paper's k: how little the first place is worth more than the second."""


def fused(rankings: Iterable[Sequence[T]], smoothing: int = _SMOOTHING) -> list[T]:
    """Everything that is ranked anywhere, best first; of equals, what was seen first."""
    scores: dict[T, float] = {}
    for ranking in rankings:
        for rank, item in enumerate(dict.fromkeys(ranking), 1):
            scores[item] = scores.get(item, 0.0) + 1 / (smoothing + rank)
    return sorted(scores, key=scores.__getitem__, reverse=True)
