"""The index of words that SQLite keeps beside the passages, in the transaction that writes them."""

from collections.abc import Sequence

import orjson
from django.db import connections

from engine.retrieval.lexical import Found
from engine.retrieval.query import TITLE_WEIGHT, Bounds, Query
from engine.router import ALIAS

_PASSAGES = """
SELECT passage.id, -bm25(engine_passage_search, {title}, 1.0, 1.0) AS score
FROM engine_passage_search
JOIN engine_passage passage ON passage.id = engine_passage_search.rowid
JOIN engine_page page ON page.id = passage.page_id
WHERE engine_passage_search MATCH %s AND {readable}
ORDER BY score DESC, passage.id LIMIT %s
"""
_IN_SCOPE = (
    "page.source_id IN (SELECT id FROM engine_source WHERE scope IN (SELECT value FROM json_each(%s)))"
)
_AMONG = " AND page.id IN (SELECT value FROM json_each(%s))"


class Fts5:
    """A ``LexicalIndex`` that is always there and always up to date."""

    def search(self, query: Query, bounds: Bounds, limit: int) -> list[Found]:
        if not query:
            return []
        condition, parameters = readable(bounds)
        sql = _PASSAGES.format(title=TITLE_WEIGHT, readable=condition)
        with connections[ALIAS].cursor() as cursor:
            cursor.execute(sql, [match_query(query), *parameters, limit])
            return [Found(*row) for row in cursor.fetchall()]


def match_query(query: Query) -> str:
    """The query in FTS5's own language: ``"france" AND ("near" OR "capital")``."""
    if query.phrase:
        return _quoted(" ".join(query.phrase))
    needed = [_quoted(word) for word in query.must]
    wanted = [_quoted(word) for word in query.words]
    return " AND ".join([*needed, f"({' OR '.join(wanted)})"] if wanted else needed)


def readable(bounds: Bounds) -> tuple[str, list[str]]:
    """The condition on ``page`` that every query has to carry, and its parameters."""
    scopes = as_json(bounds.scopes)
    if bounds.page_ids is None:
        return _IN_SCOPE, [scopes]
    return _IN_SCOPE + _AMONG, [scopes, as_json(bounds.page_ids)]


def as_json(values: Sequence[object]) -> str:
    return orjson.dumps(values).decode()


def _quoted(text: str) -> str:
    return f'"{text}"'
