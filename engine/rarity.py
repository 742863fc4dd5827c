"""How rare a word is in the index: what it tells of a passage that holds it."""

import math

from django.db import connections
from django.db.backends.utils import CursorWrapper

from engine.router import ALIAS
from engine.words import STOP_WORDS, stem, words

_HOLDING = """
SELECT count(*) FROM (SELECT 1 FROM engine_passage_search WHERE engine_passage_search MATCH %s LIMIT %s)
"""
_FREQUENT = 2_000
"""A word in more passages than this is not counted further: it tells little, and counting takes time."""
_FEWEST = 1_000
"""An index smaller than this is taken for one of this size, or every word in it would be frequent."""
_MOST_WORDS = 32


def rarity(text: str) -> dict[str, float]:
    """The inverse document frequency of each content word, by its stem, as a share of the greatest.

    ``log(1 + (N - n + 0.5) / (n + 0.5)) / log(1 + (N + 0.5) / 0.5)`` with N passages, n of which hold
    the word, as in BM25. 1 is a word that no passage holds.
    """
    telling = dict.fromkeys(word for word in words(text) if word not in STOP_WORDS)
    asked = {stem(word): word for word in reversed(list(telling)[:_MOST_WORDS])}
    with connections[ALIAS].cursor() as cursor:
        size = max(_FEWEST, cursor.execute("SELECT max(id) FROM engine_passage").fetchone()[0] or 0)
        held = {key: _holding(cursor, word) for key, word in sorted(asked.items())}
    greatest = math.log(1 + (size + 0.5) / 0.5)
    return {key: _weight(size, count) / greatest for key, count in held.items()}


def _weight(size: int, count: int) -> float:
    return math.log(1 + max(0.5, size - count + 0.5) / (count + 0.5))


def _holding(cursor: CursorWrapper, word: str) -> int:
    return cursor.execute(_HOLDING, [f'"{word}"', _FREQUENT]).fetchone()[0]
