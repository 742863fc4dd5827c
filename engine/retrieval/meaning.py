"""Passages near a query in meaning: the vectors of the table, kept in memory and searched one and all.

Needs numpy; whoever imports this has asked ``engine.neural.available`` first.
"""

import threading
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from django.db import connections

from engine import neural
from engine.models import Change, Source
from engine.neural.vectors import unpacked
from engine.neural.weights import HIDDEN
from engine.retrieval.changes import Mark, is_of_this_database, latest
from engine.retrieval.fts5 import as_json
from engine.retrieval.near import Near
from engine.retrieval.query import Bounds
from engine.router import ALIAS

BLOCK = 16_384
"""Rows that are multiplied at once: as floats they fit into the processor's cache or nearly so."""
_OUTSIDE = -2.0
"""No cosine, of what may not be found."""
_ROWS = """
SELECT vector.passage_id, passage.page_id, page.source_id, substr(vector."values", 1, %s)
FROM engine_vector vector
JOIN engine_passage passage ON passage.id = vector.passage_id
JOIN engine_page page ON page.id = passage.page_id
WHERE vector.passage_id > %s AND vector.model = %s ORDER BY vector.passage_id
"""
_NEWEST = "SELECT max(passage_id) FROM engine_vector"
_KEPT = "SELECT passage_id FROM engine_vector WHERE passage_id IN (SELECT value FROM json_each(%s))"
_SOME = """
SELECT passage_id, "values" FROM engine_vector
WHERE passage_id IN (SELECT value FROM json_each(%s)) AND model = %s
"""


class _Rows(NamedTuple):
    """One row a passage, in the order of their ids; none is ever written to."""

    passages: np.ndarray
    pages: np.ndarray
    sources: np.ndarray
    vectors: np.ndarray
    """(n, 384), int8."""
    lengths: np.ndarray


class Meanings:
    """What this process knows of the table; brought up to date by each search, at the price of what is new.

    Passages get their vectors in the order of their ids, so what is new comes last.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._forget()

    def nearest(self, query: str, bounds: Bounds, most: int, least: float) -> list[int]:
        """The passages nearest in meaning, best first, and of equals the oldest; ``least`` is a cosine."""
        chunks = [rows for rows in self._up_to_date() if len(rows.passages)]
        if not chunks:
            return []
        cosines = np.concatenate([_cosines(rows, meaning_of(query), bounds) for rows in chunks])
        passages = np.concatenate([rows.passages for rows in chunks])
        best = np.argpartition(-cosines, most)[:most] if most < len(cosines) else np.arange(len(cosines))
        best = best[np.lexsort((passages[best], -cosines[best]))]
        return passages[best[cosines[best] >= least]].tolist()

    def _up_to_date(self) -> list[_Rows]:
        with self._lock:
            newest = latest()
            if newest != self._mark:
                self._drop_changed(newest)
            (last,) = _fetch(_NEWEST)[0]
            if last and last > self._last:
                more = _read(self._last)
                self._chunks = _joined([*self._chunks, more])
                self._last = max([last, *more.passages[-1:].tolist()])
            return self._chunks

    def _drop_changed(self, newest: Mark) -> None:
        """Passages of changed pages may be gone."""
        if not is_of_this_database(self._mark):
            self._forget()
        changes = Change.objects.filter(pk__gt=self._mark.number).values_list("pages", flat=True)
        pages = [page for pages in changes for page in pages]
        self._chunks = [_still_there(rows, pages) for rows in self._chunks]
        self._mark = newest

    def _forget(self) -> None:
        self._chunks, self._last, self._mark = [_rows([])], 0, Mark()


def _joined(chunks: list[_Rows]) -> list[_Rows]:
    """Join the last chunks while they are of a size, so that a row is copied a few times at most."""
    while len(chunks) > 1 and len(chunks[-2].passages) < 2 * len(chunks[-1].passages):
        *chunks, one, other = chunks
        chunks.append(_Rows(*(np.concatenate(pair) for pair in zip(one, other, strict=True))))
    return chunks


def _still_there(rows: _Rows, changed: list[int]) -> _Rows:
    doubtful = np.isin(rows.pages, changed)
    asked = rows.passages[doubtful].tolist()
    left = [passage for (passage,) in _fetch(_KEPT, as_json(asked))] if asked else []
    if len(left) == len(asked):
        return rows
    kept = ~doubtful | np.isin(rows.passages, left)
    return _Rows(*(column[kept] for column in rows))


def _cosines(rows: _Rows, query: np.ndarray, bounds: Bounds) -> np.ndarray:
    parts = [rows.vectors[at : at + BLOCK].astype(np.float32) @ query for at in _blocks(rows.vectors)]
    readable = np.isin(rows.sources, _sources(bounds))
    if bounds.page_ids is not None:
        readable &= np.isin(rows.pages, np.array(bounds.page_ids, np.int64))
    return np.where(readable, np.concatenate(parts) / rows.lengths, _OUTSIDE)


def nearness(query: str, passage_ids: Sequence[int]) -> dict[int, Near]:
    """How near each of the passages is that has a vector."""
    found = {}
    for passage_id, values in _fetch(_SOME, as_json(passage_ids), neural.MODEL):
        whole, *sentences = (unpacked([values]) @ meaning_of(query)).tolist()
        found[passage_id] = Near(whole, max(sentences, default=whole))
    return found


@lru_cache(maxsize=256)
def meaning_of(query: str) -> np.ndarray:
    return neural.embed([query])[0]


def _read(after: int) -> _Rows:
    return _rows(_fetch(_ROWS, HIDDEN, after, neural.MODEL))


def _rows(found: list[tuple[int, int, int, bytes]]) -> _Rows:
    numbers = np.array([row[:3] for row in found], np.int64).reshape(-1, 3)
    vectors = np.frombuffer(b"".join(row[3] for row in found), np.int8).reshape(-1, HIDDEN)
    lengths = [np.linalg.norm(vectors[at : at + BLOCK].astype(np.float32), axis=1) for at in _blocks(vectors)]
    return _Rows(*numbers.T, vectors, np.concatenate(lengths))


def _blocks(vectors: np.ndarray) -> range:
    """Where each block begins; there is always a first."""
    return range(0, max(1, len(vectors)), BLOCK)


def _sources(bounds: Bounds) -> list[int]:
    return list(Source.objects.filter(scope__in=bounds.scopes).values_list("pk", flat=True))


def _fetch(sql: str, *parameters: object) -> list[tuple]:
    with connections[ALIAS].cursor() as cursor:
        return cursor.execute(sql, parameters).fetchall()


meanings = Meanings()
