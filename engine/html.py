"""A web page as blocks: its headings, paragraphs, list items, facts and code, without what surrounds them.

Read in one pass whose time grows with the length alone. The standard library's parser is quadratic where a
page leaves its tags open (45 seconds for 50 KB of ``<a <a <a``), and pages come from strangers.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from engine.document import Block, BlockKind

LONGEST = 1_000_000
"""Characters of markup that are read."""
_DEEPEST = 200
_TAG = re.compile(
    r"(/?)([A-Za-z][A-Za-z0-9-]{0,40})((?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+)>"
    r"|(/?)([A-Za-z][A-Za-z0-9-]{0,40})[^>]*+>"
)
"""A tag with its quotes in pairs, or up to the next ``>``; possessive, so that no text is read twice."""
_ATTRIBUTE = re.compile(r"(?<![\w:-])([\w:-]{1,40})\s{0,9}=\s{0,9}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_MOST_ATTRIBUTES = 4_000
"""Characters of a tag in which its attributes are looked for."""

_HEADINGS = {"h1": 2, "h2": 2, "h3": 3, "h4": 4, "h5": 4, "h6": 4}
_RAW = frozenset({"script", "style", "textarea", "title", "noscript", "template", "iframe", "xmp"})
"""Elements whose content is no markup, or not to be read."""
_AROUND = frozenset({"nav", "aside", "footer", "form", "button", "select", "svg", "dialog", "menu"})
"""Elements that surround what a page has to say."""
_NEVER_CLOSED = "area base br col embed hr img input link meta param source wbr"
_VOID = frozenset(_NEVER_CLOSED.split())
_IN_A_LINE = """
a abbr b bdi bdo big cite code data del dfn em font i img ins kbd label mark q s samp small span strike strong
sub sup time tt u var wbr
"""
_INLINE = frozenset(_IN_A_LINE.split())
_CLOSED_BY_ITSELF = frozenset({"p", "li", "dt", "dd", "tr", "td", "th", "option"})
_CLOSED_BY_CELLS = {"td": {"th"}, "th": {"td"}, "dt": {"dd"}, "dd": {"dt"}, "tr": {"td", "th"}}
_CONTENT = frozenset({"main", "article"})
_ENOUGH_OF_PAGE = 0.3
"""The share of a page's text that its ``main`` or ``article`` must hold to stand for the page."""
_MOSTLY_LINKS = 0.7
_ANCHOR = " ¶"
"""What documentation puts behind a heading, to link to it."""
_DATED = frozenset({"article:published_time", "datepublished", "date", "dc.date", "pubdate", "publish_date"})


@dataclass(frozen=True, slots=True)
class Article:
    title: str
    published: date | None
    blocks: tuple[Block, ...]


@dataclass(slots=True)
class _Piece:
    block: Block
    inside: bool
    """Whether it stands in the element that the page marks as its content."""
    linked: int
    """How many of its characters are links."""


def read_html(markup: str) -> Article:
    reader = _Reader()
    for event, name, rest in _events(markup[:LONGEST]):
        getattr(reader, event)(name, rest)
    reader.flush()
    return Article(reader.title[:500], reader.published, _chosen(reader.pieces))


def _chosen(pieces: list[_Piece]) -> tuple[Block, ...]:
    """What the page marks as its content, if that is much of it; else all but its lists of links."""
    said = sum(len(piece.block.text) for piece in pieces)
    inside = [piece for piece in pieces if piece.inside]
    if inside and sum(len(piece.block.text) for piece in inside) >= _ENOUGH_OF_PAGE * said:
        pieces = inside
    return tuple(_without_links(pieces))


def _without_links(pieces: list[_Piece]) -> Iterator[Block]:
    """The blocks that are not mostly links, and the headings that still stand over something."""
    headings: list[Block] = []
    before = ""
    for piece in pieces:
        if piece.block.kind == "heading":
            headings.append(piece.block)
        elif piece.linked < _MOSTLY_LINKS * len(piece.block.text):
            yield from headings
            headings = []
            yield piece.block
        elif before == "heading":
            headings.pop()
        before = piece.block.kind


def _events(markup: str) -> Iterator[tuple[str, str, str]]:
    """``opened``, ``closed`` and ``text``, each with a name and what the tag or the text says."""
    first, *pieces = markup.split("<")
    yield "text", "", first
    raw, comment = "", False
    for piece in pieces:
        if comment:
            _, closed, text = piece.partition("-->")
            comment = not closed
        elif piece.startswith("!--"):
            _, closed, text = piece[3:].partition("-->")
            comment = not closed
        elif raw and not piece[:42].lower().startswith(f"/{raw}"):
            text = f"<{piece}" if raw == "title" else ""
        elif tag := _TAG.match(piece):
            name = (tag[2] or tag[5]).lower()
            closing = bool(tag[1] or tag[4])
            raw = "" if closing or name not in _RAW else name
            yield ("closed" if closing else "opened"), name, tag[3] or ""
            text = piece[tag.end() :] if not raw or raw == "title" else ""
        else:
            text = piece.partition(">")[2] if piece[:1] in ("!", "?", "/") else f"<{piece}"
        if text:
            yield "text", raw, text


class _Reader:
    """Puts the text between tags together to blocks."""

    def __init__(self) -> None:
        self.title = ""
        self.published: date | None = None
        self.pieces: list[_Piece] = []
        self._open: list[str] = []
        self._around = 0
        self._content = 0
        self._links = 0
        self._text: list[str] = []
        self._linked = 0
        self._label = ""

    def opened(self, name: str, attributes: str) -> None:
        if name in _VOID:
            self._void(name, attributes)
            return
        if name not in _INLINE:
            self.flush()
            self._close_implied(name)
        if len(self._open) < _DEEPEST and name not in _RAW:
            self._open.append(name)
            self._count(name, 1)

    def closed(self, name: str, attributes: str) -> None:
        if name not in self._open:
            return
        if name not in _INLINE:
            self.flush()
        while self._open:
            last = self._open.pop()
            self._count(last, -1)
            if last == name:
                return

    def text(self, raw: str, said: str) -> None:
        said = html.unescape(said)
        if raw == "title":
            self.title = self.title or " ".join(said.split())
        elif not self._around:
            self._text.append(said)
            self._linked += len(said.strip()) if self._links else 0

    def flush(self) -> None:
        """End the block that is being read."""
        kind = self._kind()
        said = "".join(self._text)
        said = said.strip("\n").rstrip() if kind == "code" else " ".join(said.split())
        if said:
            self._add(kind, said)
        self._text, self._linked = [], 0

    def _add(self, kind: BlockKind, said: str) -> None:
        """A term and its description, or the two cells of a row, are one fact."""
        here = self._open[-1] if self._open else ""
        if here in ("dt", "th") and not self._label and len(said) <= 80:
            self._label = said.rstrip(":")
            return
        label, self._label = self._label, ""
        if label and here in ("dd", "td"):
            block = Block("fact", f"{label}: {said}", label=label)
        else:
            if label:
                self._append(Block("paragraph", label), 0)
            level = next((_HEADINGS[name] for name in reversed(self._open) if name in _HEADINGS), 0)
            block = Block(kind, said.rstrip(_ANCHOR), level=level) if kind == "heading" else Block(kind, said)
        self._append(block, self._linked)

    def _append(self, block: Block, linked: int) -> None:
        self.pieces.append(_Piece(block, self._content > 0, linked))

    def _kind(self) -> BlockKind:
        for name in reversed(self._open):
            if name in _HEADINGS:
                return "heading"
            if name == "pre":
                return "code"
            if name == "li":
                return "item"
        return "paragraph"

    def _void(self, name: str, attributes: str) -> None:
        if name == "br":
            self._text.append("\n")
        elif name == "hr":
            self.flush()
        elif name == "meta" and self.published is None:
            self.published = _published(attributes)

    def _close_implied(self, name: str) -> None:
        last = self._open[-1] if self._open else ""
        if last == name in _CLOSED_BY_ITSELF or last == "p" or last in _CLOSED_BY_CELLS.get(name, ()):
            self.closed(last, "")

    def _count(self, name: str, step: int) -> None:
        self._around += step if name in _AROUND else 0
        self._content += step if name in _CONTENT else 0
        self._links += step if name == "a" else 0


def _published(attributes: str) -> date | None:
    said = {
        found[1].lower(): found[2] or found[3] or found[4] or ""
        for found in _ATTRIBUTE.finditer(attributes[:_MOST_ATTRIBUTES])
    }
    named = said.get("property") or said.get("name") or said.get("itemprop") or ""
    if named.lower() not in _DATED:
        return None
    try:
        return date.fromisoformat(said.get("content", "").strip()[:10])
    except ValueError:
        return None
