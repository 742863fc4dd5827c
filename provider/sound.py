"""Whether a JSON value can be stored, counted and sent on: sound text, plain numbers, a bottom."""

import json
import math
import re
from collections.abc import Iterator

MAX_DEPTH = 64
_UNSOUND = re.compile("[\x00\ud800-\udfff]")
_QUOTE_LENGTH = 40
_LARGEST_INTEGER = 2**63


def flaws(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Each place that no store or client could hold, with a sentence. Never recurses."""
    stack = [(value, path)]
    while stack:
        item, where = stack.pop()
        sentence = _flaw(item)
        if sentence is None and len(where) - len(path) > MAX_DEPTH:
            sentence = f"This is nested more than {MAX_DEPTH} levels deep. Flatten it."
        if sentence is not None:
            yield where, sentence
        elif isinstance(item, dict):
            yield from ((where, _flaw(key)) for key in item if _flaw(key))
            stack += [(inner, (*where, plain(key))) for key, inner in item.items()]
        elif isinstance(item, list):
            stack += [(inner, (*where, index)) for index, inner in enumerate(item)]


def _flaw(item: object) -> str | None:
    if isinstance(item, str) and _UNSOUND.search(item):
        return "This text holds a NUL or half of a surrogate pair. Remove that character."
    if isinstance(item, float) and not math.isfinite(item):
        return "This number is not finite, and JSON has no such numbers. Write it as text or null."
    if type(item) is int and not -_LARGEST_INTEGER <= item < _LARGEST_INTEGER:
        return "This whole number has more than 64 bits. Write it as text."
    return None


def plain(text: str) -> str:
    """The text with what cannot be stored replaced, so that a message or a path may name it."""
    return _UNSOUND.sub("\ufffd", text)


def quoted(text: str) -> str:
    """A short quote of someone else's text for a sentence."""
    short = text if len(text) <= _QUOTE_LENGTH else text[: _QUOTE_LENGTH - 1] + "…"
    return f"“{plain(short)}”"


def compact(value: object) -> str:
    """JSON as the API counts it: no spaces, no escapes beyond the needed ones."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def chars_of(value: object) -> int:
    """How many characters an input or a schema counts for: text as it is, anything else as compact JSON."""
    return len(value) if isinstance(value, str) else len(compact(value))
