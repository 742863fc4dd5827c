"""Text for people and from people: JSON in and out, durations in words."""

import json
import re
from collections.abc import Iterator
from typing import Any

MOST_DIGITS = 1_000
"""Python refuses to read numbers of more than 4,300 digits; no field holds one of more than 19."""
_WORD = re.compile(r"\s*\S+\s*|\s+")


def pretty_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def read_json(text: str | bytes) -> Any:
    """The value of a JSON text; ValueError, with a sentence, for what is none or is nested beyond reason."""
    try:
        return json.loads(text, parse_constant=no_number, parse_int=whole_number)
    except RecursionError:
        raise ValueError("it is nested too deeply.") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"{error.msg} at line {error.lineno}, column {error.colno}.") from None
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8.") from None


def whole_number(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise ValueError(f"a number has {len(digits):,} digits. Write it as text.")
    return int(digits)


def no_number(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number.")


def duration_text(seconds: float) -> str:
    """How long something took: ``84 ms``, ``2.4 s``, ``1 min 5 s``, ``2 h 10 min``."""
    if seconds < 0.9995:
        return f"{round(seconds * 1000)} ms"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def in_pieces(text: str, words: int = 5) -> Iterator[str]:
    """The text in pieces of a few words, white space and all."""
    found = _WORD.findall(text)
    for at in range(0, len(found), words):
        yield "".join(found[at : at + words])
