"""What speaks for a candidate and against it, in numbers: the features of the calibrated confidence."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlsplit

from engine.asking import suits
from engine.candidates import Asked, Candidate, Found
from engine.words import stems

Rarity = Mapping[str, float]
_TELLING = 2.5
"""A passage that tells less than so many words that nothing else holds may be about something else."""


def features(asked: Asked, candidate: Candidate, weights: Rarity, local: Rarity) -> dict[str, float]:
    """What can be said of a candidate by itself. Shares are of the question's words, weighed by rarity."""
    found, said = candidate.found, frozenset(candidate.said)
    told = _sum(found.stems | said, weights)
    pairs = asked.pairs & frozenset(zip(candidate.said, candidate.said[1:], strict=False))
    return {
        "in_sentence": _share(said, weights),
        "in_passage": _share(found.stems | said, weights),
        "told_in_sentence": _sum(said, weights),
        "told_in_passage": told,
        "little_told": max(0.0, _TELLING - told),
        "aspect": _share(said, {stem: weight for stem, weight in local.items() if stem not in asked.subject}),
        "local": _share(said, local),
        "pairs": len(pairs) / max(1, len(asked.pairs)),
        "names_missing": len(asked.names - found.stems - said) / max(1, len(asked.names)),
        "rarest_missing": float(_rarest(weights) not in said and _rarest(weights) not in found.stems),
        "question_words": math.log1p(len(asked.stems)),
        "score": found.score,
        "cosine": found.cosine,
        "rank": math.log1p(found.rank),
        "suits": float(suits(asked.wanted, candidate.text)),
        "account": float(asked.wanted == "account"),
        "length": math.log1p(len(candidate.text.split())),
        "quote_length": math.log1p(len(candidate.quote.split())),
        "echo": _echo(candidate, asked),
        "span": candidate.span,
        "likely": math.exp(min(0.0, candidate.span)),
        "margin": candidate.span - candidate.null,
    }


def rarity_among(asked: Asked, passages: Sequence[Found]) -> dict[str, float]:
    """The same weights as of the whole index, of the passages that were found."""
    seen = Counter(stem for found in passages for stem in found.stems.intersection(asked.stems))
    return {stem: math.log(1 + (len(passages) + 1) / (seen[stem] + 0.5)) for stem in asked.stems}


def agreement(candidate: Candidate, others: Iterable[Candidate]) -> dict[str, float]:
    """How many other passages and other hosts give the same answer, each counted less than the last."""
    same = [
        other.found
        for other in others
        if other.found is not candidate.found and candidate.answer and other.answer == candidate.answer
    ]
    hosts = {_host(found) for found in same} - {_host(candidate.found)}
    return {
        "passages_agree": math.log1p(len({(found.page.id, found.start) for found in same})),
        "hosts_agree": math.log1p(len(hosts)),
    }


def _share(said: frozenset[str], weights: Rarity) -> float:
    total = math.fsum(weights.values())
    return _sum(said, weights) / total if total else 0.0


def _sum(said: frozenset[str], weights: Rarity) -> float:
    return math.fsum(weight for stem, weight in weights.items() if stem in said)


def _rarest(weights: Rarity) -> str:
    return max(weights, key=lambda stem: (weights[stem], stem), default="")


def _echo(candidate: Candidate, asked: Asked) -> float:
    """The share of an answer's words that the question says itself: an answer that repeats it is none."""
    own = stems(candidate.text)
    return sum(stem in asked.stems for stem in own) / len(own) if own else 1.0


def _host(found: Found) -> str:
    return urlsplit(found.page.url).hostname or ""
