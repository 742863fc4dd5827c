"""What the reader gives back."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """``passage[start:end]`` as an answer.

    ``score`` is the natural logarithm of the probability that this is the answer, ``null_score`` of the
    probability that the part of the passage around it doesn't answer; both as the reader sees them.
    """

    start: int
    end: int
    score: float
    null_score: float
