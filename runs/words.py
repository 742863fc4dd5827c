"""The words under which the history's search finds a run."""

import unicodedata
from collections.abc import Iterator
from typing import Any

MOST_CHARACTERS = 200_000


def words_of(*values: Any) -> str:
    """All the text in these JSON values, folded and capped; keys are left out."""
    return fold("\n".join(text for value in values for text in texts_in(value))[:MOST_CHARACTERS])


def fold(text: str) -> str:
    """Text without case and accents, so that both databases find ``Côte`` for ``cote``."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(mark for mark in apart if not unicodedata.combining(mark)).casefold()


def texts_in(value: Any) -> Iterator[str]:
    """Every string and number at any depth; walked with a stack, so depth costs nothing."""
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            stack.extend(reversed(item.values()))
        elif isinstance(item, list):
            stack.extend(reversed(item))
        elif item is not None and not isinstance(item, bool):
            yield str(item)
