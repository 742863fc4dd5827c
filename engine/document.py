"""A page as the engine reads it: blocks of plain text in reading order.

The text of a page is its blocks joined by a line feed. Excerpts are slices of that text, so whoever shows the
page has to show each block's text unchanged.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

BlockKind = Literal["heading", "paragraph", "fact", "item", "code"]


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, heading, list item, code sample, or fact; a fact's text reads ``label: value``."""

    kind: BlockKind
    text: str
    level: int = 0
    """Of a heading: 2 to 4. The page's title is not a block."""
    label: str = ""
    """Of a fact: what stands before the colon."""
    values: tuple[str, ...] = ()
    """Of a fact with a list as its value: the elements in order, each a verbatim slice of ``text``."""


@dataclass(frozen=True, slots=True)
class Document:
    """A page ready for the index."""

    path: str
    """Its address: relative (``/library/france/``) when this installation serves it, else absolute."""
    title: str
    kind: str
    """What it is about, in one word: country, organisation, package, topic."""
    blocks: tuple[Block, ...]
    source: str
    """Where its facts come from, as a person would cite it."""
    aliases: tuple[str, ...] = ()
    """Other names of the page's subject, such as ``UN`` or ``French Republic``."""
    sites: tuple[str, ...] = ()
    """Host names of the subject's own web sites, without ``www.``."""
    source_url: str = ""
    as_of: date | None = None
    """The day on which the facts were true, as far as the source tells."""
    language: str = ""
    """Of most of its text, as two or three letters such as ``en``; empty where it is not known."""

    @property
    def text(self) -> str:
        return "\n".join(block.text for block in self.blocks)

    def spans(self) -> Iterator[tuple[Block, int, int]]:
        """Each block with the start and end of its text in the page's text, in characters."""
        start = 0
        for block in self.blocks:
            yield block, start, start + len(block.text)
            start += len(block.text) + 1
