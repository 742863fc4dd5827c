"""A page's markup as pieces: blocks in the order of the page, each with where on the page it stands."""

import html
import re
from dataclasses import dataclass, field

from engine.document import Block, BlockKind
from engine.formats.labels import line_block
from engine.formats.web.about import About
from engine.formats.web.cells import BREAK, Grid, Piece, blocks_of_table, in_lines
from engine.formats.web.roles import (
    ASIDE,
    BITS,
    BOLD,
    CELLS,
    CLOSED_BY_CELLS,
    CLOSED_BY_ITSELF,
    CONTENT,
    HEADINGS,
    INLINE,
    LABEL,
    LINK,
    NEVER,
    VALUE,
    VOID,
    role_of,
)
from engine.formats.web.tags import attributes_of, events

LONGEST = 1_000_000
"""Characters of markup that are read."""
DEEPEST = 200
_GRID, _NO_GRID = 128, 256
"""The bits of a table that is read as such, and of one that is not."""
_MOST_NESTED = 4
"""Tables within each other; what is deeper only arranges the page."""
_ANCHOR = " ¶#"
"""What documentation puts behind a heading, to link to it."""
_ON, _OFF = "\x01", "\x02"
"""Around bold text while a block is put together."""
_MARKS = re.compile(f"[{_ON}{_OFF}]")
_NO_MARKS = re.compile(f"[{_ON}{_OFF}{BREAK}]")
_BOLD_LABEL = re.compile(f"{_ON}\\s*([^{_ON}{_OFF}\n]{{1,120}}?)\\s*(?::\\s*{_OFF}|{_OFF}\\s*:)")
_NO_TAGS = frozenset({"title", "script", "style", "textarea", "noscript", "template", "iframe", "xmp"})


@dataclass(slots=True)
class Outline:
    pieces: list[Piece] = field(default_factory=list)
    about: About = field(default_factory=About)
    tags: int = 0
    deepest: int = 0
    longest_tag: int = 0
    """Characters of the attributes of one tag."""


def outline_of(markup: str) -> Outline:
    reader = _Reader()
    for event, name, said in events(_NO_MARKS.sub(" ", markup[:LONGEST])):
        if event == "text":
            reader.text(name, said)
        elif event == "opened":
            reader.opened(name, said)
        else:
            reader.closed(name)
    reader.end()
    return reader.outline


class _Reader:
    """Puts the text between tags together to blocks."""

    def __init__(self) -> None:
        self.outline = Outline()
        self._pieces = self.outline.pieces
        self._open: list[tuple[str, int]] = []
        self._names: list[str] = []
        self._inside = dict.fromkeys(BITS, 0)
        self._too_deep: dict[str, int] = {}
        self._grids: list[Grid] = []
        self._text: list[str] = []
        self._linked = 0
        self._no_grids = 0

    def opened(self, name: str, said: str) -> None:
        outline = self.outline
        outline.tags += 1
        outline.longest_tag = max(outline.longest_tag, len(said))
        attributes = attributes_of(said) if said else {}
        outline.about.tag(name, attributes)
        if name in VOID:
            self._void(name)
            return
        bits = role_of(name, attributes, said)
        if bits & VALUE and self._awaits_value():
            self._text.append(":")
        elif name not in INLINE:
            self.flush()
        if name not in INLINE:
            self._close_implied(name)
        if name in _NO_TAGS:
            return
        if len(self._open) >= DEEPEST:
            outline.deepest = DEEPEST + 1
            self._too_deep[name] = self._too_deep.get(name, 0) + 1
            return
        self._enter(name, bits, attributes)
        outline.deepest = max(outline.deepest, len(self._open))

    def closed(self, name: str) -> None:
        if self._too_deep.get(name):
            self._too_deep[name] -= 1
            return
        if name not in self._names:
            return
        if name not in INLINE and not self._open[-1][1] & LABEL:
            self.flush()
        while self._leave() != name:
            pass

    def text(self, within: str, said: str) -> None:
        if within:
            self.outline.about.text(within, said)
        elif not self._inside[NEVER]:
            said = html.unescape(said)
            self._text.append(said)
            self._linked += len(said.strip()) if self._inside[LINK] else 0

    def flush(self) -> None:
        """End the block that is being read."""
        if not self._text:
            return
        said, kind = "".join(self._text), self._kind()
        linked, self._text, self._linked = self._linked, [], 0
        if kind == "code":
            code = _MARKS.sub("", said).replace(BREAK, "\n").strip("\n").rstrip()
            blocks = [Block("code", code)] if code.strip() else []
        elif self._grids and self._grids[-1].cell:
            text = in_lines(_MARKS.sub("", said))
            blocks = [Block(kind, text)] if text else []
        else:
            blocks = self._line_blocks(kind, said)
        for block in blocks:
            self._append(block, min(linked, len(block.text)) if len(blocks) == 1 else 0)

    def end(self) -> None:
        self.flush()
        while self._open:
            self._leave()

    def _line_blocks(self, kind: BlockKind, said: str) -> list[Block]:
        """One block, or several where a text is lines or runs of labels and values."""
        if kind == "heading":
            text = _in_one(said).rstrip(_ANCHOR)
            level = next((HEADINGS[name] for name in reversed(self._names) if name in HEADINGS), 2)
            if not self.outline.about.heading and "h1" in self._names:
                self.outline.about.heading = text
            return [Block("heading", text, level=level)] if text else []
        if _BOLD_LABEL.match(said.lstrip()):
            return _labelled(kind, said)
        lines = [line_block(kind, line) for part in said.split(BREAK) if (line := _in_one(part))]
        facts = sum(block.kind == "fact" for block in lines)
        if len(lines) > 1 and facts * 2 < len(lines):
            return [Block(kind, _in_one(said))]
        return lines

    def _awaits_value(self) -> bool:
        """Whether the block ends with bold text or a label, so far."""
        return next((text for text in reversed(self._text[-4:]) if not text.isspace()), "") == _OFF

    def _append(self, block: Block, linked: int) -> None:
        inside = self._inside
        first = block.kind == "heading" and "h1" in self._names
        self._pieces.append(Piece(block, inside[CONTENT] > 0, inside[ASIDE] > 0, linked, first))

    def _kind(self) -> BlockKind:
        for name in reversed(self._names):
            if name in HEADINGS:
                return "heading"
            if name == "pre":
                return "code"
            if name == "li":
                return "item"
            if name in CELLS:
                return "paragraph"
        return "paragraph"

    def _void(self, name: str) -> None:
        if name == "br":
            self._text.append(BREAK)
        elif name == "hr":
            self.flush()

    def _enter(self, name: str, bits: int, attributes: dict[str, str]) -> None:
        if name in ("table", "dl"):
            bits |= _GRID if len(self._grids) < _MOST_NESTED else _NO_GRID
            self._no_grids += bits & _NO_GRID > 0
        self._open.append((name, bits))
        self._names.append(name)
        if bits:
            self._count(bits, 1)
        if bits & (BOLD | LABEL):
            self._text.append(_ON)
        elif bits & _GRID:
            self._grids.append(Grid(name, len(self._pieces)))
        elif self._grids and not self._no_grids:
            self._grids[-1].opened(name, attributes, len(self._pieces), "thead" in self._names)

    def _leave(self) -> str:
        name, bits = self._open.pop()
        self._names.pop()
        if bits & (BOLD | LABEL):
            self._text.append(_OFF)
        if name not in INLINE and not bits & LABEL:
            self.flush()
        if bits:
            self._count(bits, -1)
        self._no_grids -= bits & _NO_GRID > 0
        if bits & _GRID:
            grid = self._grids.pop()
            self._pieces[grid.start :] = blocks_of_table(grid, self._pieces)
        elif self._grids and not self._no_grids:
            self._grids[-1].closed(name, len(self._pieces))
        return name

    def _count(self, bits: int, step: int) -> None:
        for bit in BITS:
            if bits & bit:
                self._inside[bit] += step

    def _close_implied(self, name: str) -> None:
        while self._names:
            last = self._names[-1]
            if not (last == name in CLOSED_BY_ITSELF or last == "p" or last in CLOSED_BY_CELLS.get(name, ())):
                return
            self.closed(last)
            if last == name:
                return


def _in_one(said: str) -> str:
    """The text in one line, without marks."""
    return " ".join(_MARKS.sub("", said).replace(BREAK, " ").split())


def _labelled(kind: BlockKind, said: str) -> list[Block]:
    """``<b>Founded:</b> 1945 <b>Seat:</b> Paris`` as its facts."""
    found = list(_BOLD_LABEL.finditer(said))
    ends = [one.start() for one in found[1:]] + [len(said)]
    blocks = []
    for one, end in zip(found, ends, strict=True):
        label = " ".join(one[1].split())
        value = _in_one(said[one.end() : end])
        text = f"{label}: {value}" if value else f"{label}:"
        blocks.append(Block("fact", text, label=label) if value else Block(kind, text))
    return blocks
