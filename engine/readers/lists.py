"""Lists: the elements that a line separates, each read as what one element should be."""

import re
from collections.abc import Callable, Iterator

from engine.readers.base import Line, Reading, Refusal

ReadItem = Callable[[Line], Reading | Refusal]
_DATE_AT_END = re.compile(r"\s*\((?:FY\s?)?\d{4}[^()]*\)\s*$")
_FIGURES = re.compile(
    r"\s+[-–]?\s*(?:~|about |over )?[$€£]?-?"
    r"(?:\d{1,3}(?:,\d{3})+|\d[\d.]*\s*(?:%|km|sq km|thousand|million|billion|m|people))\s*$",
    re.I,
)
_FIGURES_FIRST = re.compile(r"^[$€£]?\d[\d.,]*\s*(?:%|million|billion|thousand|km|sq km)?\s+(?=\D)")
_COUNTED = re.compile(r"^(?:about |approximately |some |over |more than )?[$€£]?\d[\d,.]*(?:\s|%|$)", re.I)
_BRACKETS = re.compile(r"\s*\([^()]*\)")
_AND = re.compile(r"^(?:and|or)\s+", re.I)
_REST = re.compile(r"^(?:others?|unspecified|none)\b", re.I)


def read_list(
    line: Line, read_item: ReadItem, *, top: int | None, names: bool, only: str = ""
) -> Reading | Refusal:
    """The first ``top`` elements that can be read; with ``names`` shares and remarks are left off each.

    ``only`` is a remark, such as ``official``: if any element has it, the others are left out.
    """
    if names and not line.elements and _COUNTED.match(line.text) and len(list(element_spans(line))) == 1:
        return Refusal("gives a number, not a list")
    parts: list[Reading] = []
    for start, end in _with_remark(line, only) if only else element_spans(line):
        if top is not None and len(parts) >= top:
            break
        if names and _REST.match(line.text[start:end]):
            continue
        start, end = name_span(line.text, start, end) if names else (start, end)
        item = read_item(Line(line.text[start:end], (), line.year))
        if isinstance(item, Reading):
            parts.append(Reading(item.value, start + item.start, start + item.end, item.exact, item.parts))
    if not parts:
        return Refusal("gives no list of such values")
    return Reading([part.value for part in parts], parts[0].start, parts[-1].end, parts=tuple(parts))


def element_spans(line: Line) -> Iterator[tuple[int, int]]:
    """Where the elements stand: those the page marks, else what semicolons or commas separate."""
    if line.elements:
        at = 0
        for element in line.elements:
            at = line.text.index(element, at)
            yield at, at + len(element)
            at += len(element)
        return
    end = len(_DATE_AT_END.sub("", line.text))
    yield from split_spans(line.text[:end])


def piece_spans(line: Line) -> list[tuple[int, int]]:
    """Where the elements stand together with the figures and remarks beside them."""
    marked = list(element_spans(line))
    if not line.elements:
        return marked
    pieces = list(split_spans(line.text))
    spans = [
        next(((a, b) for a, b in pieces if a <= start and end <= b), (start, end)) for start, end in marked
    ]
    return spans if len(set(spans)) == len(spans) else marked


def _with_remark(line: Line, remark: str) -> list[tuple[int, int]]:
    elements = list(element_spans(line))
    pieces = [line.text[start:end] for start, end in piece_spans(line)]
    chosen = [span for span, piece in zip(elements, pieces, strict=True) if remark in piece.lower()]
    return chosen or elements


def split_spans(text: str) -> Iterator[tuple[int, int]]:
    """Pieces between semicolons, or if there are none between commas; never inside brackets or numbers."""
    separator = ";" if ";" in _BRACKETS.sub("", text) else ","
    depth, start = 0, 0
    for at, char in enumerate(text):
        depth += (char in "([") - (char in ")]")
        thousand = separator == "," and text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit()
        if char == separator and depth <= 0 and not thousand:
            yield from _piece(text, start, at)
            start = at + 1
    yield from _piece(text, start, len(text))


def _piece(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    raw = text[start:end]
    lead = len(raw) - len(raw.lstrip())
    conjunction = _AND.match(raw.lstrip())
    start += lead + (conjunction.end() if conjunction else 0)
    piece = text[start:end].rstrip()
    if re.search(r"\w", piece):
        yield start, start + len(piece)


def name_span(text: str, start: int, end: int) -> tuple[int, int]:
    """The name inside ``Germany 11%`` or ``11.208 million Paris (capital)``; all of it if no name remains."""
    piece = text[start:end]
    first = _FIGURES_FIRST.match(piece)
    begin = first.end() if first else 0
    last = piece[begin:]
    for pattern in (_FIGURES, re.compile(r"\s*\([^()]*\)\s*$"), _FIGURES):
        last = pattern.sub("", last)
    return (start + begin, start + begin + len(last)) if re.search(r"[^\W\d]", last) else (start, end)
