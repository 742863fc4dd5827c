"""Where sentences begin and end, in characters: at a stop, a space and the start of another."""

import re
from collections.abc import Iterator

_STOP = re.compile(r"[.!?。！？][\"'”’)\]]*(?=\s+[\"'“‘(\[]*[A-Z0-9À-ÖØ-Þ\u0370-\uffff]|\s*$)")
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Za-z]|Mr|Mrs|Ms|Dr|Prof|Gen|Col|Lt|Sgt|St|Mt|Ft|No|Nos|vs|etc|cf|ca|approx|est|Jr|Sr|Inc|Ltd|Corp|Co|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|e\.g|i\.e|a\.m|p\.m|U\.S|U\.N|Vol|Fig|Eq|Rev|Hon|Sen|Rep|Gov))\.$"
)


def sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each sentence, without the space around it."""
    start = 0
    for match in _STOP.finditer(text):
        if (
            match[0] == "."
            and match.end() < len(text)
            and _ABBREVIATION.search(text, max(start, match.end() - 8), match.end())
        ):
            continue
        yield from _trimmed(text, start, match.end())
        start = match.end()
    yield from _trimmed(text, start, len(text))


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    if piece.strip():
        yield start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())
