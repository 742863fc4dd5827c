"""Which words of an excerpt carry a value."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

MOST_PARTS = 50
LONGEST_PART = 300
LONGEST_TEXT = 20_000
MOST_TO_COMPARE = 2_000
"""Characters of all parts together: each place of the text is compared with all of them."""
MOST_OF_IT = 0.8
"""Of an excerpt that says hardly more than its value, nothing is marked."""


def pieces(text: str, value: Any) -> list[tuple[str, bool]]:
    """The excerpt in pieces, and of each whether it is a part of the value; all of its text, in order."""
    parts = {part for part in islice(parts_of(value), MOST_PARTS) if 0 < len(part) <= LONGEST_PART}
    if len(text) > LONGEST_TEXT or sum(map(len, parts)) > MOST_TO_COMPARE:
        return [(text, False)]
    found = re.split(pattern(parts), text, flags=re.IGNORECASE) if parts else [text]
    cut = [(piece, at % 2 == 1) for at, piece in enumerate(found) if piece]
    marked = sum(len(piece) for piece, is_value in cut if is_value)
    return cut if marked <= MOST_OF_IT * len(text) else [(text, False)]


def parts_of(value: Any) -> Iterator[str]:
    """Each plain value in it, as pages may write it."""
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from parts_of(item)
    elif isinstance(value, str):
        yield " ".join(value.split())
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from {str(value), f"{value:,}"}


def pattern(parts: set[str]) -> str:
    """The longest first: of two that begin alike, all of the words count."""
    longest_first = sorted(parts, key=lambda part: (-len(part), part))
    words = (re.escape(part).replace(r"\ ", r"\s+") for part in longest_first)
    return rf"(?<!\w)({'|'.join(words)})(?!\w)"
