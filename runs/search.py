"""Full-text search over runs: SQLite's FTS5 or PostgreSQL's text search, behind one question."""

import re

from django.db import connection
from django.db.models.expressions import RawSQL

from runs.words import fold

MOST_WORDS = 20
IN_SQLITE = (
    "SELECT kept.run_id FROM runs_runtext_fts JOIN runs_runtext kept ON kept.id = runs_runtext_fts.rowid "
    "WHERE runs_runtext_fts MATCH %s"
)
IN_POSTGRESQL = (
    "SELECT run_id FROM runs_runtext WHERE to_tsvector('simple', text) @@ to_tsquery('simple', %s)"
)


def words_in(query: str) -> list[str]:
    """The words of a search as a person typed it; punctuation and operators have no meaning here."""
    return re.findall(r"\w+", fold(query))[:MOST_WORDS]


def matching_runs(words: list[str]) -> RawSQL:
    """The keys of the runs whose text holds all of these words; the last one may be unfinished."""
    if connection.vendor == "postgresql":
        return RawSQL(IN_POSTGRESQL, [" & ".join(words) + ":*"])  # noqa: S611  both queries are constants
    return RawSQL(IN_SQLITE, [" ".join(f'"{word}"' for word in words) + "*"])  # noqa: S611
