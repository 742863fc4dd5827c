"""What a page states under labels outside of lists and tables: lines ``Label: value``, and short sections."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from engine.document import Block
from engine.sentences import sentence_spans

LONGEST_LABEL, MOST_LABEL_WORDS = 100, 14
LONGEST_SECTION = 6_000
"""Characters of what stands below one heading."""
_LINE = re.compile(r"[ \t]*(?P<label>[^\W_][^:\n]{0,99}?)[ \t]*:[ \t]+(?P<value>\S[^\n]*)")
_ONLY_LABEL = re.compile(r"[ \t]*(?P<label>[^\W_][^:\n]{0,99}?)[ \t]*:[ \t]*(?:\n|$)")
_INNER = re.compile(r"(?P<label>[a-z][\w ()%/-]{0,40}): (?=\S)")
"""A label in the value: ``improved: urban: 96.1%``."""
_SENTENCE_INSIDE = re.compile(r"[.!?]\s+[A-Z]|[.!?]$|\b(?:says?|said|asks?|asked|wrote|writes|warns|adds?)$")
_ENDS = re.compile(r"[.!?][\"”’)]*$")
_LONGEST_VALUE_OF_ONE_SENTENCE = 200

Place = tuple[Block, int, str]
"""A block, where it starts in the page's text, and the headings above it."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A label and its value. Positions are those of the page's text."""

    label: str
    heading: str
    start: int
    end: int
    value_start: int
    value: str
    elements: tuple[str, ...] = ()
    prose: bool = False
    """Whether the value is sentences about the thing rather than the thing."""


def lines_in(place: Place) -> Iterator[Stated]:
    """The lines of a paragraph or an item that read ``Label: value``, those below a line ``Label:`` too."""
    block, start, heading = place
    above, at = heading, 0
    for line in block.text.split("\n"):
        here, at = start + at, at + len(line) + 1
        if (only := _ONLY_LABEL.fullmatch(line)) and _is_label(only["label"]):
            above = _below(heading, only["label"])
        elif (read := _LINE.fullmatch(line.rstrip())) and _is_label(read["label"]):
            yield from _of_line(read, here, above)


def _of_line(read: re.Match[str], start: int, heading: str) -> Iterator[Stated]:
    """The line as it is, and for each label that its value begins with the longer label."""
    label, value, value_start = read["label"], read["value"], start + read.start("value")
    end = value_start + len(value)
    yield Stated(label, heading, start, end, value_start, value, prose=is_prose(value))
    while (inner := _INNER.match(value)) and inner["label"].lower() != "note":
        label, value = f"{label}: {inner['label']}", value[inner.end() :]
        value_start += inner.end()
        yield Stated(label, heading, start, end, value_start, value, prose=is_prose(value))


def sections_in(places: Sequence[Place]) -> Iterator[Stated]:
    """Each heading with what stands directly below it, up to the next heading or the first fact."""
    for at, (block, start, path) in enumerate(places):
        if block.kind != "heading" or not _is_label(label := block.text.rstrip(": ")):
            continue
        below = _directly_below(places, at)
        if below and below[-1][1] - start <= LONGEST_SECTION:
            yield _section(label, path.rpartition(" > ")[0], start, below)


def _directly_below(places: Sequence[Place], at: int) -> list[Place]:
    """The paragraphs, or the items, that follow the heading at once, if they have no labels of their own."""
    for kind, run in groupby(places[at + 1 :], lambda place: place[0].kind):
        below = list(run) if kind in ("paragraph", "item") else []
        return [] if any(map(is_labelled, below)) else below
    return []


def _section(label: str, heading: str, start: int, below: list[Place]) -> Stated:
    texts = [block.text for block, _, _ in below]
    listed = below[0][0].kind == "item"
    value_start = below[0][1]
    return Stated(
        label=label,
        heading=heading,
        start=start,
        end=below[-1][1] + len(texts[-1]),
        value_start=value_start,
        value="\n".join(texts),
        elements=tuple(texts) if listed else (),
        prose=any(map(is_prose, texts)) or (not listed and len(texts) > 1),
    )


def is_prose(text: str) -> bool:
    """Whether a text is whole sentences: a value such as ``Paris`` or ``1,234 km (2023)`` is none."""
    if not _ENDS.search(text):
        return False
    return len(text) > _LONGEST_VALUE_OF_ONE_SENTENCE or len(list(sentence_spans(text))) > 1


def is_labelled(place: Place) -> bool:
    """Whether a paragraph or an item is nothing but labelled values, and so no prose."""
    lines = [line for line in place[0].text.split("\n") if line.strip()]
    stated = {one.start for one in lines_in(place) if not one.prose}
    return bool(stated) and 2 * len(stated) > len(lines)


def _is_label(text: str) -> bool:
    return len(text.split()) <= MOST_LABEL_WORDS and not _SENTENCE_INSIDE.search(text)


def _below(heading: str, label: str) -> str:
    return f"{heading} > {label}" if heading else label
