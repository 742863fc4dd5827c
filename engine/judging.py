"""Which candidate answers a question best, and how sure that is."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine import neural
from engine.calibration import Calibration, Level, calibration, is_measured
from engine.candidates import Asked, Candidate, Found, by_reader, by_sentences
from engine.features import agreement, features, rarity_among
from engine.output import Confidence
from engine.rarity import rarity

FEWEST_READ = 2
"""Passages that the reader reads, if so many were found; it reads more than a quarter of what was found. Of
eight, the best three give all but .002 of the F1 that the best five give, and the best two all but .004."""
_FARTHEST = 10.0
"""The greatest lead that counts, and that of a sentence without a rival."""
_ALONE = 1.0
"""The lead of the reader's words without a rival: where little is indexed, that none came says nothing."""
_LEAST_WITHOUT_NAMES = 0.3
"""Of the answers below this in passages that lack half of the names in the question, none was right."""
Measured = tuple[Candidate, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Judged:
    """A candidate with what was computed for it."""

    candidate: Candidate
    features: Mapping[str, float]
    score: float
    """The choice's, to compare candidates for one question by."""
    probability: float = 0.0
    confidence: Confidence | None = None
    """None where it is too unlikely to be shown."""


def level() -> Level:
    """The best level that is installed and whose confidence was measured."""
    return "reader" if neural.available() and is_measured("reader") else "keyless"


def judge(asked: Asked, passages: Sequence[Found], by: Level) -> list[Judged]:
    """The candidates for a question, the best first; only the best has a probability."""
    return ranked(measured(asked, passages, by), calibration(by))


def measured(asked: Asked, passages: Sequence[Found], by: Level) -> list[Measured]:
    """The candidates with their features.

    Every figure that the question names has to occur in a passage, or the passage answers something else.
    """
    fitting = [found for found in passages if asked.figures <= found.stems]
    if by == "reader":
        candidates = list(by_reader(asked, fitting[: max(FEWEST_READ, len(passages) // 4 + 1)]))
    else:
        candidates = list(by_sentences(asked, fitting))
    weights, local = rarity(asked.text), rarity_among(asked, passages)
    return [(one, features(asked, one, weights, local) | agreement(one, candidates)) for one in candidates]


def ranked(candidates: Iterable[Measured], rule: Calibration) -> list[Judged]:
    scored = [Judged(candidate, values, rule.choice.score(values)) for candidate, values in candidates]
    scored.sort(key=lambda one: (-one.score, one.candidate.found.rank, one.candidate.start))
    return [_surest(scored, rule), *scored[1:]] if scored else []


def _surest(scored: Sequence[Judged], rule: Calibration) -> Judged:
    """The best with its lead over the next that says something else, and the probability that it is right."""
    best = scored[0]
    rival = next((other for other in scored[1:] if other.candidate.answer != best.candidate.answer), None)
    alone = _ALONE if best.candidate.span else _FARTHEST
    lead = min(best.score - rival.score, _FARTHEST) if rival else alone
    values = {**best.features, "choice": best.score, "lead": lead, "share": _share(scored)}
    probability = rule.certainty.probability(values)
    is_about_others = values["names_missing"] >= 0.5 and probability < _LEAST_WITHOUT_NAMES
    confidence = None if is_about_others else rule.confidence(probability)
    return Judged(best.candidate, values, best.score, probability, confidence)


def _share(scored: Sequence[Judged]) -> float:
    """How much of the choice's probability falls to all that say the same as the best one."""
    chances = [math.exp(max(one.score - scored[0].score, -30.0)) for one in scored]
    answer = scored[0].candidate.answer
    same = (chance for chance, one in zip(chances, scored, strict=True) if one.candidate.answer == answer)
    return math.fsum(same) / math.fsum(chances)
