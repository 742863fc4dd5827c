"""PDF: each page under a heading of its number, its lines joined to paragraphs, larger lines as headings."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pypdfium2
import pypdfium2.raw as pdfium_c

from engine.document import Block
from engine.formats.contents import LONGEST, Contents, Unreadable
from engine.formats.labels import line_block

MOST_PAGES = 1_000
_STARTS_WITHIN = 1_024
"""Bytes within which a PDF must name itself."""
_NO_PDF = "The file is called a PDF, but it is none. Check that it opens, and add it again."
_BROKEN = "The PDF is broken. Open it, print it to a new PDF, and add that."
_LOCKED = "The PDF is locked with a password. Save it without one, and add it again."
_SCANNED = "The PDF holds pictures of pages and no text. Run it through text recognition (OCR), and add that."
_LARGER = 1.15
"""How many times the height of the usual line a heading has at least."""
_LONGEST_HEADING = 120
_DATED = re.compile(r"D:(\d{4})(\d\d)(\d\d)")
_ENDS = re.compile(r"[.!?:;]['\"”’)]?$")
_BULLET = re.compile(r"^(?:[•▪●◦‣∙–—*-]|\(?\d{1,2}[.)])\s+")
_PARTED = re.compile(r"(?<=[a-z])\ufffe(?=[a-z])")
"""Where a word was parted at the end of a line."""
_HYPHENATED = re.compile(r"[a-z]-$")


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    size: float
    """Height of its letters in points."""
    left: float
    top: float
    bottom: float


def read_pdf(body: bytes) -> Contents:
    """The text of its first thousand pages; raises ``Unreadable``."""
    if b"%PDF-" not in body[:_STARTS_WITHIN]:
        raise Unreadable("broken", _NO_PDF)
    try:
        document = pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError as error:
        locked = pdfium_c.FPDF_GetLastError() == pdfium_c.FPDF_ERR_PASSWORD
        raise Unreadable("locked", _LOCKED) if locked else Unreadable("broken", _BROKEN) from error
    try:
        blocks = tuple(_capped(document))
        if not blocks:
            raise Unreadable("no_content", _SCANNED)
        about = document.get_metadata_dict(skip_empty=True)
    finally:
        document.close()
    dated = _DATED.match(about.get("CreationDate") or about.get("ModDate") or "")
    return Contents(blocks, title=" ".join(about.get("Title", "").split())[:500], published=_day(dated))


def _capped(document: pypdfium2.PdfDocument) -> Iterator[Block]:
    left = LONGEST
    for number in range(min(len(document), MOST_PAGES)):
        blocks = _page_blocks(document, number)
        left -= sum(len(block.text) + 1 for block in blocks)
        if left < 0:
            return
        if blocks:
            yield Block("heading", f"Page {number + 1}", level=2)
            yield from blocks


def _page_blocks(document: pypdfium2.PdfDocument, number: int) -> list[Block]:
    try:
        page = document[number]
        text = page.get_textpage()
    except pypdfium2.PdfiumError:
        return []
    try:
        return list(_blocks(list(_lines(text))))
    finally:
        text.close()
        page.close()


def _lines(page: pypdfium2.PdfTextPage) -> Iterator[_Line]:
    """The lines in the page's own order; where a line is, its first and last characters tell."""
    at = 0
    for raw in page.get_text_range().split("\n"):
        length = len(raw) + 1
        said = raw.strip()
        if said:
            first = at + len(raw) - len(raw.lstrip())
            left, bottom, _, top = page.get_charbox(min(first, page.count_chars() - 1), loose=True)
            yield _Line(
                " ".join(_PARTED.sub("", said).replace("\ufffe", "-").split()),
                top - bottom,
                left,
                top,
                bottom,
            )
        at += length


def _blocks(lines: list[_Line]) -> Iterator[Block]:
    usual = _usual_size(lines)
    said: list[str] = []
    before: _Line | None = None
    for line in lines:
        larger = usual > 0 and line.size >= _LARGER * usual and len(line.text) <= _LONGEST_HEADING
        if said and before and (larger or _begins(line, before)):
            yield _block(said)
            said = []
        if larger:
            yield Block("heading", line.text, level=3)
        else:
            said.append(line.text)
        before = line
    if said:
        yield _block(said)


def _usual_size(lines: list[_Line]) -> float:
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _begins(line: _Line, before: _Line) -> bool:
    """Whether a paragraph begins here: after a gap, a short end, an item's mark or in another column."""
    gap = before.bottom - line.top
    return (
        gap > 0.6 * line.size
        or gap < -3 * line.size
        or bool(_BULLET.match(line.text))
        or (bool(_ENDS.search(before.text)) and line.left > before.left + 0.8 * line.size)
    )


def _block(said: list[str]) -> Block:
    text = ""
    for line in said:
        text = text[:-1] + line if _HYPHENATED.search(text) and line[:1].islower() else f"{text} {line}"
    text = text.strip()
    if mark := _BULLET.match(text):
        return line_block("item", text[mark.end() :] or text)
    return line_block("paragraph", text)


def _day(found: re.Match[str] | None) -> date | None:
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
