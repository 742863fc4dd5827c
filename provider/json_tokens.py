"""Reads one JSON token, and what people write in its place: other quotes, bare words, Python's constants."""

import json
import math
import re
from typing import NamedTuple

QUOTES = {"'": "'", "`": "`", "“": '“”"', "”": '“”"', "‘": "‘’'", "’": "‘’'"}
CONSTANTS = {"true": True, "false": False, "null": None}
FOREIGN_CONSTANTS = {
    "True": "true", "TRUE": "true", "False": "false", "FALSE": "false", "None": "null", "NULL": "null",
    "nil": "null", "undefined": "null", "NaN": "null", "Infinity": "null", "-Infinity": "null",
}  # fmt: skip

_GOOD_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"')
_STRING_TO_LINE_END = re.compile(r'"(?:[^"\\\r\n]|\\[^\r\n])*')
_PIECES = re.compile(r'\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})|[\\"\x00-\x1f]|\\.')
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_WORD = re.compile(r"""[^\s,:;\[\]{}"'`“”‘’/#\u200b\u2060\ufeff]+""")
_NAME = re.compile(r"""[^\s,:;=\[\]{}"'`“”‘’/#\u200b\u2060\ufeff]+""")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?", re.ASCII)
_NEARLY_NUMBER = re.compile(r"([-+]?)0*(\d*)(?:\.(\d*))?([eE][-+]?\d+)?", re.ASCII)
# Longer ones cannot be whole numbers of 64 bits, and Python is slow to read them.
_LONGEST_INTEGER = 18


class Token(NamedTuple):
    """`repair` is the JSON to write instead where something is wrong; `rule` and `message` then say what."""

    end: int
    value: str | int | float | bool | None
    rule: str = ""
    message: str = ""
    repair: str | None = None


class Unreadable(Exception):
    """Nothing after this place can be made sense of."""

    def __init__(self, rule: str, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.rule, self.message, self.start, self.end = rule, message, start, end


def written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def starts_string(char: str) -> bool:
    return char == '"' or char in QUOTES


def read_string(text: str, start: int) -> Token:
    if text[start] in QUOTES:
        return _foreign_string(text, start)
    good = _GOOD_STRING.match(text, start)
    if good:
        return _storable(good.end(), json.loads(good.group()))
    end = _STRING_TO_LINE_END.match(text, start).end()
    _check_closed(text, start, end, '"')
    value = json.loads(f'"{_escaped(text[start + 1 : end])}"')
    message = "Inside text, write a backslash as \\\\ and a tab or other control character as an escape."
    return Token(end + 1, _cleaned(value), "escape", message, written(_cleaned(value)))


def _foreign_string(text: str, start: int) -> Token:
    closers = QUOTES[text[start]]
    end = re.compile(rf"(?:[^{closers}\\\r\n]|\\[^\r\n])*").match(text, start + 1).end()
    _check_closed(text, start, end, closers)
    value = _cleaned(json.loads(f'"{_escaped(text[start + 1 : end])}"'))
    return Token(end + 1, value, "quotes", 'JSON puts text in straight double quotes: "…".', written(value))


def _check_closed(text: str, start: int, end: int, closers: str) -> None:
    if end >= len(text) or text[end] not in closers:
        message = (
            "This text has no closing quote on its line. Close it, and write a line break inside it as \\n."
        )
        raise Unreadable("unclosed-text", message, start, end)


def _escaped(body: str) -> str:
    """What stood between quotes of some kind, made fit to stand between JSON's."""
    return _PIECES.sub(_escaped_piece, body)


def _escaped_piece(piece: re.Match[str]) -> str:
    found = piece.group()
    if len(found) > 1:
        return found
    return "\\\\" if found == "\\" else json.dumps(found)[1:-1]


def _storable(end: int, value: str) -> Token:
    if not _UNSTORABLE.search(value):
        return Token(end, value)
    message = "This text holds a NUL or half of a surrogate pair, which nothing can store. Remove it."
    return Token(end, _cleaned(value), "unstorable-text", message, written(_cleaned(value)))


def _cleaned(value: str) -> str:
    return _UNSTORABLE.sub(lambda found: "" if found.group() == "\x00" else "\ufffd", value)


def read_name(text: str, start: int) -> Token:
    """The name of an object's member: a string, or a word that should have had quotes."""
    if starts_string(text[start]):
        return read_string(text, start)
    found = _NAME.match(text, start)
    if found is None:
        message = f"A name in double quotes is expected here, not {written(text[start])}."
        raise Unreadable("syntax", message, start, start + 1)
    return _bare_word(found.group(), found.end())


def read_word(text: str, start: int) -> Token:
    """A number, a constant, or a word that should have had quotes."""
    found = _WORD.match(text, start)
    if found is None:
        raise Unreadable("syntax", f"A value is expected here, not {written(text[start])}.", start, start + 1)
    word, end = found.group(), found.end()
    if word in CONSTANTS:
        return Token(end, CONSTANTS[word])
    if word in FOREIGN_CONSTANTS:
        return _foreign_constant(word, end)
    return _number(word, end) or _bare_word(word, end)


def _foreign_constant(word: str, end: int) -> Token:
    name = FOREIGN_CONSTANTS[word]
    return Token(end, CONSTANTS[name], "constant", f"JSON does not know {word}; it writes {name}.", name)


def _number(word: str, end: int) -> Token | None:
    repair = _repaired_number(word)
    if repair is None:
        return None
    value = int(repair) if len(repair) <= _LONGEST_INTEGER and repair.lstrip("-").isdigit() else float(repair)
    if not math.isfinite(value):
        return Token(
            end, None, "number", "This number is too large for JSON's readers. Write it as null.", "null"
        )
    if repair == word:
        return Token(end, value)
    return Token(end, value, "number", f"JSON writes this number as {repair}.", repair)


def _repaired_number(word: str) -> str | None:
    if _NUMBER.fullmatch(word):
        return word
    parts = _NEARLY_NUMBER.fullmatch(word.replace("_", ""))
    if parts is None or not any(char.isdigit() for char in word):
        return None
    sign, whole, fraction, exponent = parts.groups()
    repaired = (
        ("-" if sign == "-" else "")
        + (whole or "0")
        + (f".{fraction}" if fraction else "")
        + (exponent or "")
    )
    return repaired if _NUMBER.fullmatch(repaired) else None


def _bare_word(word: str, end: int) -> Token:
    value = _cleaned(word)
    return Token(end, value, "quotes", 'JSON puts text in straight double quotes: "…".', written(value))
