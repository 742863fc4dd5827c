"""The passages that come closest to a query: candidates by words and by meaning, then one score for each.

The score is a weighted sum of shares from 0 to 1. The weights are those of a conditional logit, fitted to
which of the candidates is the paragraph that a question was asked about (``benchmarks/quality_retrieval.py
--fit``), and scaled so that they add up to 1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import mul
from types import ModuleType
from typing import NamedTuple

from django.db import connections

from engine import neural
from engine.retrieval.closeness import Asked, Told, told
from engine.retrieval.fts5 import as_json, readable
from engine.retrieval.lexical import Found
from engine.retrieval.near import Near
from engine.retrieval.query import Bounds, query_of
from engine.retrieval.upkeep import upkeep
from engine.router import ALIAS

DEPTH = 30
"""So many of the best by BM25 are looked at closely; those behind them keep their order."""
NEAR = 20
"""So many of the nearest in meaning are looked at beside them."""
LEAST_NEAR = 0.25
"""A passage that shares no word with the query has to be at least this near; what is not, is by chance."""
_LOOKED_BACK = 3
"""Copies score the same, so they come one after the other, unless only one has a vector yet."""
_TEXTS = """
SELECT passage.id, page.title, passage.heading, passage.text
FROM engine_passage passage JOIN engine_page page ON page.id = passage.page_id
WHERE passage.id IN (SELECT value FROM json_each(%s)) AND {readable}
"""


class Values(NamedTuple):
    """What is known of a candidate, or what each of it counts for; the five in the middle are ``Signs``."""

    lexical: float
    sentence: float
    titled: float
    pairs: float
    number: float
    forms: float
    whole: float = 0.0
    nearest: float = 0.0


_SIGNS = slice(1, 6)
BY_WORDS = Values(0.377, 0.066, 0.134, 0.257, 0.064, 0.102)
BY_MEANING = Values(0.1, 0.065, 0.07, 0.134, 0.035, 0.065, 0.22, 0.311)


@dataclass(frozen=True, slots=True)
class Scored:
    passage_id: int
    score: float
    lexical: float
    """BM25 as a share of the best candidate's; 0 for one that was found by its meaning alone."""
    close: float
    """How closely the query's words stand together in it, from 0 to 1; 0 if it was not looked at."""
    cosine: float | None
    """Nearness in meaning; None without the reader level or while the passage has no vector yet."""


class Candidate(NamedTuple):
    passage_id: int
    values: Values
    near: Near | None
    told: Told


def rank(
    said: Sequence[str], bounds: Bounds, limit: int, *, must: Sequence[str] = (), copies: bool = False
) -> list[Scored]:
    """The passages within the bounds that come closest to the words, best first, and of equals the oldest.

    ``said`` are folded words in their order, stop words among them. Every passage holds all of ``must``.
    Of copies under the same title the oldest is found alone, unless ``copies`` are wanted.
    """
    if limit < 1:
        return []
    candidates, behind = look(said, bounds, limit, must)
    weights = BY_MEANING if any(one.near for one in candidates) else BY_WORDS
    scores = {one.passage_id: sum(map(mul, weights, one.values)) for one in candidates}
    ordered = sorted(candidates, key=lambda one: (-scores[one.passage_id], one.passage_id))
    found = [
        Scored(
            one.passage_id,
            scores[one.passage_id],
            one.values.lexical,
            sum(map(mul, weights[_SIGNS], one.values[_SIGNS])) / sum(weights[_SIGNS]),
            one.near and one.near.whole,
        )
        for one in (ordered if copies else _without_copies(ordered))
    ]
    return [*found, *_behind(behind, scores)][:limit]


def look(
    said: Sequence[str], bounds: Bounds, limit: int = DEPTH, must: Sequence[str] = ()
) -> tuple[list[Candidate], list[Found]]:
    """The candidates that are looked at closely, in no order, and what lies behind them by words alone.

    The BM25 of those behind is a share of the best candidate's.
    """
    query = query_of(said, must)
    if not query:
        return [], []
    found = upkeep.index().search(query, bounds, max(limit, DEPTH))
    found = [Found(one.passage_id, one.bm25 / found[0].bm25) for one in found]
    text = " ".join(said)
    by_meaning = neural.available() and not must
    nearest = _meaning().meanings.nearest(text, bounds, NEAR, LEAST_NEAR) if by_meaning else []
    shares = dict.fromkeys(nearest, 0.0) | dict(found[:DEPTH])
    near = _meaning().nearness(text, list(shares)) if by_meaning else {}
    return _candidates(Asked(said), shares, _told(list(shares), bounds), near), found[DEPTH:]


def _meaning() -> ModuleType:
    from engine.retrieval import meaning  # needs numpy, which may not be installed

    return meaning


def _told(passage_ids: Sequence[int], bounds: Bounds) -> dict[int, Told]:
    condition, parameters = readable(bounds)
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(_TEXTS.format(readable=condition), [as_json(passage_ids), *parameters])
        return {passage_id: told(*text) for passage_id, *text in cursor.fetchall()}


def _candidates(
    asked: Asked, shares: Mapping[int, float], tellings: Mapping[int, Told], near: Mapping[int, Near]
) -> list[Candidate]:
    """A passage that has no vector yet counts as near as the middle one of those that have."""
    weights = asked.weights(list(tellings.values()))
    usual = sorted(near.values())[len(near) // 2] if near else Near(0.0, 0.0)
    return [
        Candidate(
            passage_id,
            Values(shares[passage_id], *asked.signs(one, weights), *near.get(passage_id, usual)),
            near.get(passage_id),
            one,
        )
        for passage_id, one in tellings.items()
    ]


def _without_copies(ordered: Sequence[Candidate]) -> list[Candidate]:
    kept: list[Candidate] = []
    for one in ordered:
        if not any(_is_copy(one.told, other.told) for other in kept[-_LOOKED_BACK:]):
            kept.append(one)
    return kept


def _is_copy(one: Told, other: Told) -> bool:
    """The same words in the same order under the same title: a figure more or less is another passage."""
    return one.forms == other.forms and one.pairs == other.pairs and one.above == other.above


def _behind(rest: Sequence[Found], scores: Mapping[int, float]) -> list[Scored]:
    """What was not looked at closely, below all that was."""
    least = min(scores.values(), default=0.0)
    return [
        Scored(one.passage_id, least * one.bm25 / rest[0].bm25, one.bm25, 0.0, None)
        for one in rest
        if one.passage_id not in scores
    ]
