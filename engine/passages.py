"""A document cut into passages: whole blocks under one heading, long enough to carry their context."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.document import Block, Document

ENOUGH = 300
"""A passage this long takes no further block; one that ends in facts, items or code takes more."""
ENOUGH_LINES = 800
SHORTEST = 500
"""Of a block that has to be cut."""
LONGEST = 3000
"""A block longer than this is cut at the ends of sentences or, failing that, of words."""


_BACK_MATTER = frozenset({"sources", "references", "external links", "further reading", "bibliography"})


@dataclass(frozen=True, slots=True)
class Slice:
    start: int
    end: int
    heading: str


def slices(document: Document) -> Iterator[Slice]:
    """Where each passage of the document lies in its text; headings themselves only name what follows."""
    start = end = -1
    path: list[tuple[int, str]] = []
    heading, enough = "", 0
    for block, block_start, block_end in document.spans():
        if start >= 0 and (block.kind == "heading" or end - start >= enough):
            yield from _cut(document.text, start, end, heading)
            start = -1
        if block.kind == "heading":
            heading = below(path, block)
        elif block.text and not is_back_matter(heading):
            start, end = (block_start if start < 0 else start), block_end
            enough = ENOUGH if block.kind == "paragraph" else ENOUGH_LINES
    if start >= 0:
        yield from _cut(document.text, start, end, heading)


def is_back_matter(heading: str) -> bool:
    """Lists of sources name what a page rests on; they say nothing about its subject."""
    return not _BACK_MATTER.isdisjoint(heading.lower().split(" > "))


def below(path: list[tuple[int, str]], block: Block) -> str:
    """Put a heading in its place on the path of open headings, and spell the path."""
    while path and path[-1][0] >= block.level:
        path.pop()
    path.append((block.level, block.text))
    return " > ".join(text for _, text in path)


def _cut(text: str, start: int, end: int, heading: str) -> Iterator[Slice]:
    while end - start > LONGEST:
        least, most = start + SHORTEST, start + LONGEST
        at = max(text.rfind(". ", least, most) + 1, text.rfind("\n", least, most))
        at = at if at > start else text.rfind(" ", least, most)
        at = at if at > start else most
        yield Slice(start, at, heading)
        start = at
        while start < end and text[start].isspace():
            start += 1
    if end > start:
        yield Slice(start, end, heading)
