"""What one research call may read: the pages of its scopes that its source policy admits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db import connections

from engine.models import Page
from engine.policy import SourcePolicy
from engine.reading import ReadPage, read_page
from engine.retrieval.fts5 import as_json, readable
from engine.retrieval.query import Bounds, Query
from engine.retrieval.ranker import rank
from engine.retrieval.upkeep import upkeep
from engine.router import ALIAS

_PASSAGES = """
SELECT passage.id, page.id, page.digest, page.path, passage.start, passage.end
FROM engine_passage passage JOIN engine_page page ON page.id = passage.page_id
WHERE passage.id IN (SELECT value FROM json_each(%s)) AND {readable}
"""
_NAMES = """
SELECT name.key, name.form, name.kind, page.id, page.digest, page.path, page.title, page.kind
FROM engine_name name JOIN engine_page page ON page.id = name.page_id
WHERE {like} AND {readable}
ORDER BY page.path, page.id, name.id
"""
_SAME = "name.key IN (SELECT value FROM json_each(%s))"
_ENDS = "name.kind IN ('title', 'alias') AND substr(name.key, -length(%s)) = %s"
_WITHIN = """name.kind = 'title' AND page.path >= %s AND page.path < %s
AND instr(' ' || name.key || ' ', ' ' || %s || ' ')
"""
_BEGINS = """name.kind IN ('title', 'alias')
AND name.key >= %s AND name.key < %s AND length(name.key) BETWEEN %s AND %s
"""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search found; a greater score is better."""

    passage_id: int
    page_id: int
    digest: str
    path: str
    start: int
    end: int
    score: float
    """From 0 to about 1, as ``engine.retrieval.ranker`` weighs it."""
    lexical: float
    """Its BM25 as a share of the best passage's of the same search; 0 if it was found by meaning alone."""
    close: float = 0.0
    """How closely the words stand together in it, from 0 to 1."""
    cosine: float | None = None
    """How near it is to the question in meaning; None without the reader level or a vector of it."""


@dataclass(frozen=True, slots=True)
class Named:
    """A page whose subject has a name that was looked up."""

    key: str
    form: str
    kind: str
    page_id: int
    digest: str
    path: str
    title: str
    page_kind: str


class Library:
    """Reads never leave the scopes; every query below carries them."""

    def __init__(self, scopes: Sequence[str], policy: SourcePolicy) -> None:
        self._scopes = sorted(set(scopes))
        self._policy = policy
        self.considered: dict[str, None] = {}
        self.read: dict[str, None] = {}

    def search(
        self,
        words: Iterable[str],
        *,
        limit: int,
        must: Iterable[str] = (),
        among: Sequence[int] | None = None,
    ) -> list[Hit]:
        """The passages that come closest to the words, best first, and hold every one of ``must``.

        ``words`` are a question's or a query's, folded and in their order. ``among`` are the ids of pages
        to which the search keeps.
        """
        bounds = self._bounds if among is None else self._bounds.among(among)
        found = rank(list(words), bounds, limit, must=list(must), copies=among is not None)
        shown = self._shown([one.passage_id for one in found])
        hits = [
            Hit(*shown[one.passage_id], one.score, one.lexical, one.close, one.cosine)
            for one in found
            if one.passage_id in shown
        ]
        self.considered.update(dict.fromkeys(hit.path for hit in hits))
        return hits

    def says(self, words: Iterable[str]) -> bool:
        """Whether these words stand together, in this order, in any passage."""
        return bool(upkeep.index().search(Query(phrase=tuple(words)), self._bounds, 1))

    def named(self, keys: Iterable[str]) -> list[Named]:
        """The pages that bear one of these folded names."""
        found = self._names(_SAME, as_json(sorted(set(keys))))
        self.considered.update(dict.fromkeys(name.path for name in found))
        return found

    def named_ending(self, key: str) -> list[Named]:
        """The pages with a longer name that ends with this one."""
        return self._names(_ENDS, f" {key}", f" {key}")

    def named_like(self, first: str, shortest: int, longest: int) -> list[Named]:
        """The pages with a name that begins with this letter and has about so many."""
        return self._names(_BEGINS, first, f"{first}\U0010ffff", shortest, longest)

    def titled(self, root: str, key: str) -> list[Named]:
        """The pages below this address whose folded title holds these words, together and in this order."""
        return self._names(_WITHIN, root, f"{root}\U0010ffff", key) if key else []

    def _names(self, like: str, *values: object) -> list[Named]:
        condition, parameters = readable(self._bounds)
        rows = self._rows(_NAMES.format(like=like, readable=condition), [*values, *parameters])
        return [Named(*row) for row in rows]

    def open(self, found: Hit | Named) -> ReadPage:
        self.read[found.path] = None
        return read_page(found.page_id, found.digest)

    def renew(self) -> None:
        """Look again at what may be read, because pages have come."""
        for name in ("_admitted", "_bounds"):
            self.__dict__.pop(name, None)

    def _shown(self, passage_ids: Sequence[int]) -> dict[int, tuple]:
        """What a hit tells of each passage that may be read; a page's digest lies behind its text."""
        condition, parameters = readable(self._bounds)
        rows = self._rows(_PASSAGES.format(readable=condition), [as_json(passage_ids), *parameters])
        return {row[0]: row for row in rows}

    @cached_property
    def _bounds(self) -> Bounds:
        return Bounds(tuple(self._scopes), self._admitted)

    @cached_property
    def _admitted(self) -> tuple[int, ...] | None:
        """The pages that the policy admits; None where it says nothing."""
        if self._policy.empty:
            return None
        pages = Page.objects.current().within(self._scopes).values_list("pk", "path", "source_url", "as_of")
        return tuple(
            pk for pk, path, source_url, as_of in pages if self._policy.admits(path, source_url, as_of)
        )

    def _rows(self, sql: str, parameters: list[object]) -> list[tuple]:
        with connections[ALIAS].cursor() as cursor:
            return cursor.execute(sql, parameters).fetchall()
