"""Plain text values: what a label introduces, without the notes that follow it."""

import re

from engine.names import host_of
from engine.readers.base import Line, Reading, Refusal

LONGEST = 2_000
_STOPS = ("; ", ". ", ", ")
_NOTE = re.compile(r"\s*[;,.]?\s*\bnote\b\s*[-:–\d]", re.I)
_BRACKETS_AT_END = re.compile(r"\s*\([^()]*\)\s*$")
_URL = re.compile(
    r"https?://[^\s<>\"'()]+[^\s<>\"'().,;]|(?<![@\w.-])(?:[a-z0-9-]+\.)+[a-z]{2,}\b(?![@.\w-])(?:/[^\s,;()]*)?",
    re.I,
)


def read_text(line: Line) -> Reading | Refusal:
    """The value up to a note. A remark at the end of a name goes: ``Suva (on Viti Levu)`` is ``Suva``."""
    text = without_note(line.text[:LONGEST])
    if len(line.text) > LONGEST:
        at = max(map(text.rfind, _STOPS))
        text = text[: at if at > 0 else text.rfind(" ")]
    without = _BRACKETS_AT_END.sub("", text)
    if not re.search(r"[\d(]", without):
        text = without
    value = text.strip(" ;,")
    if not re.search(r"\w", value):
        return Refusal("is empty")
    start = line.text.index(value)
    return Reading(value, start, start + len(value))


def without_note(text: str) -> str:
    """The text up to a note, if anything stands before it."""
    match = _NOTE.search(text)
    return text[: match.start()] if match and text[: match.start()].strip() else text


def read_url(line: Line) -> Reading | Refusal:
    for match in _URL.finditer(line.text):
        if host_of(match[0]):
            return Reading(match[0], match.start(), match.end())
    return Refusal("gives no web address")
