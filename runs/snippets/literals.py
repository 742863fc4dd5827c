"""JSON values as literals of a language, with nothing in them that could end the text or hide part of it."""

import json
import re
from collections.abc import Callable
from typing import Any, NamedTuple

PUBLIC_API = "https://api.parallel.ai"
PROVIDER_HEADER = "x-groundwork-provider"
LONGEST_LINE = 70
# Line separators, and marks that would show code in another order than it runs.
_HIDDEN = re.compile("[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_PLAIN_KEY = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")


class Code(NamedTuple):
    """An expression to write as it is, in the place of a value."""

    text: str


class Dialect(NamedTuple):
    """`last_comma` is what stands behind the last entry of a list or an object."""

    scalar: Callable[[Any], str]
    key: Callable[[str], str]
    indent: str
    last_comma: str


def json_text(value: str | int | float | bool | None) -> str:
    return _HIDDEN.sub(lambda found: f"\\u{ord(found.group()):04x}", json.dumps(value, ensure_ascii=False))


def python_text(value: str | int | float | bool | None) -> str:
    """As `repr`, with double quotes where both kinds would do."""
    text = repr(value)
    return f'"{text[1:-1]}"' if text.startswith("'") and '"' not in text else text


def _typescript_key(name: str) -> str:
    # As a plain key this name would set the object's prototype; in brackets it is a name like any other.
    if name == "__proto__":
        return '["__proto__"]'
    return name if _PLAIN_KEY.fullmatch(name) else json_text(name)


JSON = Dialect(json_text, json_text, "  ", "")
PYTHON = Dialect(python_text, python_text, "    ", ",")
TYPESCRIPT = Dialect(json_text, _typescript_key, "  ", ",")


def literal(value: Any, dialect: Dialect, indent: str = "") -> str:
    """The value as source text whose further lines are indented by `indent`."""
    if isinstance(value, Code):
        return value.text.replace("\n", f"\n{indent}")
    if isinstance(value, dict):
        inner = indent + dialect.indent
        members = (f"{dialect.key(name)}: {literal(item, dialect, inner)}" for name, item in value.items())
        return _block("{", list(members), "}", dialect, indent)
    if isinstance(value, list):
        items = [literal(item, dialect, indent + dialect.indent) for item in value]
        line = f"[{', '.join(items)}]"
        short = len(line) <= LONGEST_LINE and "\n" not in line
        return line if short else _block("[", items, "]", dialect, indent)
    return dialect.scalar(value)


def _block(opening: str, entries: list[str], closing: str, dialect: Dialect, indent: str) -> str:
    if not entries:
        return opening + closing
    inner = f"\n{indent}{dialect.indent}"
    return f"{opening}{inner}{f',{inner}'.join(entries)}{dialect.last_comma}\n{indent}{closing}"
