"""What one research call may read: the pages of its scopes that its source policy admits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import orjson
from django.db import connections

from engine.models import Page
from engine.policy import SourcePolicy
from engine.reading import ReadPage, read_page
from engine.router import ALIAS
from engine.words import STOP_WORDS

_PASSAGES = """
SELECT passage.id, page.id, page.digest, page.path, passage.start, passage.end, best.rank
FROM (
    SELECT passage.id, bm25(engine_passage_search, %s, 1.0, 1.0) AS rank
    FROM engine_passage_search
    JOIN engine_passage passage ON passage.id = engine_passage_search.rowid
    JOIN engine_page page ON page.id = passage.page_id
    WHERE engine_passage_search MATCH %s AND {readable}
    ORDER BY rank, passage.id LIMIT %s
) best
JOIN engine_passage passage ON passage.id = best.id
JOIN engine_page page ON page.id = passage.page_id
ORDER BY best.rank, passage.id
"""
"""What is shown of a passage is read only for the best: a page's digest lies behind its text."""
_NAMES = """
SELECT name.key, name.form, name.kind, page.id, page.digest, page.path, page.title, page.kind
FROM engine_name name JOIN engine_page page ON page.id = name.page_id
WHERE {like} AND {readable}
ORDER BY page.path, page.id, name.id
"""
_SAME = "name.key IN (SELECT value FROM json_each(%s))"
_ENDS = "name.kind IN ('title', 'alias') AND substr(name.key, -length(%s)) = %s"
_BEGINS = """name.kind IN ('title', 'alias')
AND name.key >= %s AND name.key < %s AND length(name.key) BETWEEN %s AND %s
"""
_IN_SCOPE = (
    "page.source_id IN (SELECT id FROM engine_source WHERE scope IN (SELECT value FROM json_each(%s)))"
)
_AMONG = " AND page.id IN (SELECT value FROM json_each(%s))"
_MOST_QUERY_WORDS = 32
TITLE_WEIGHT = 3.0
"""Of a word in a page's title against one in the passage; it was the best on the development questions."""


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
    lexical: float
    """Its BM25 as a share of the best passage's of the same search."""
    cosine: float | None = None
    """How near it is to the question in meaning; None without the reader level."""


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
        title_weight: float = TITLE_WEIGHT,
        must: Iterable[str] = (),
        among: Sequence[int] | None = None,
    ) -> list[Hit]:
        """The passages that share most with the words, weighed by BM25, and hold every one of ``must``.

        ``among`` are the ids of pages to which the search keeps.
        """
        query = match_query(words, must)
        if not query:
            return []
        readable, parameters = self._readable()
        if among is not None:
            readable, parameters = readable + _AMONG, [*parameters, _json(among)]
        rows = self._rows(_PASSAGES.format(readable=readable), [title_weight, query, *parameters, limit])
        best = -rows[0][6] if rows else 1.0
        hits = [Hit(*row[:6], score=-row[6] / best, lexical=-row[6] / best) for row in rows]
        self.considered.update(dict.fromkeys(hit.path for hit in hits))
        return hits

    def says(self, words: Iterable[str]) -> bool:
        """Whether these words stand together, in this order, in any passage."""
        readable, parameters = self._readable()
        phrase = f'"{" ".join(words)}"'
        return bool(self._rows(_PASSAGES.format(readable=readable), [1.0, phrase, *parameters, 1]))

    def named(self, keys: Iterable[str]) -> list[Named]:
        """The pages that bear one of these folded names."""
        found = self._names(_SAME, _json(sorted(set(keys))))
        self.considered.update(dict.fromkeys(name.path for name in found))
        return found

    def named_ending(self, key: str) -> list[Named]:
        """The pages with a longer name that ends with this one."""
        return self._names(_ENDS, f" {key}", f" {key}")

    def named_like(self, first: str, shortest: int, longest: int) -> list[Named]:
        """The pages with a name that begins with this letter and has about so many."""
        return self._names(_BEGINS, first, f"{first}\U0010ffff", shortest, longest)

    def _names(self, like: str, *values: object) -> list[Named]:
        readable, parameters = self._readable()
        rows = self._rows(_NAMES.format(like=like, readable=readable), [*values, *parameters])
        return [Named(*row) for row in rows]

    def open(self, found: Hit | Named) -> ReadPage:
        self.read[found.path] = None
        return read_page(found.page_id, found.digest)

    def _readable(self) -> tuple[str, list[str]]:
        """The condition on ``page`` that every query has to carry, and its parameters."""
        if self._admitted is None:
            return _IN_SCOPE, [_json(self._scopes)]
        return _IN_SCOPE + _AMONG, [_json(self._scopes), _json(self._admitted)]

    @cached_property
    def _admitted(self) -> list[int] | None:
        """The pages that the policy admits; None where it says nothing."""
        if self._policy.empty:
            return None
        pages = Page.objects.current().within(self._scopes).values_list("pk", "path", "source_url", "as_of")
        return [pk for pk, path, source_url, as_of in pages if self._policy.admits(path, source_url, as_of)]

    def _rows(self, sql: str, parameters: list[object]) -> list[tuple]:
        with connections[ALIAS].cursor() as cursor:
            return cursor.execute(sql, parameters).fetchall()


def match_query(words: Iterable[str], must: Iterable[str] = ()) -> str:
    """The words as an FTS5 query: any of them, and all of ``must``; stop words left out."""
    needed = [f'"{word}"' for word in _telling(must)]
    wanted = [f'"{word}"' for word in _telling(words)]
    return " AND ".join([*needed, f"({' OR '.join(wanted)})"] if wanted else needed)


def _telling(words: Iterable[str]) -> list[str]:
    return [word for word in dict.fromkeys(words) if word not in STOP_WORDS][:_MOST_QUERY_WORDS]


def _json(values: Sequence[object]) -> str:
    return orjson.dumps(values).decode()
