"""DOCX: headings by their style, paragraphs, list items and tables, in the order of the document."""

import io
import re
from collections.abc import Iterator
from itertools import islice

from docx import Document as open_docx
from docx.document import Document as Docx
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.exceptions import InvalidXmlError
from docx.table import Table as DocxTable
from docx.text.paragraph import Paragraph
from lxml.etree import LxmlError

from engine.document import Block
from engine.formats.archives import check_archive
from engine.formats.contents import LONGEST, Contents, Unreadable
from engine.formats.grids import blocks_of_grid
from engine.formats.labels import line_block

BROKEN = "The document is broken. Open it, save it again as .docx, and add it once more."
_HEADING = re.compile(r"heading (\d)", re.I)
MOST_PARTS = 50_000
"""Paragraphs and tables that are read."""
_MOST_CELLS = 50_000


def read_word(body: bytes) -> Contents:
    """Raises ``Unreadable``."""
    check_archive(body)
    try:
        document = open_docx(io.BytesIO(body))
        blocks = tuple(_capped(document))
        about = document.core_properties
        title, changed = about.title, about.modified or about.created
    except (PackageNotFoundError, InvalidXmlError, LxmlError, KeyError, ValueError, AttributeError) as error:
        raise Unreadable("broken", BROKEN) from error
    named = next((block for block in blocks if block.kind == "heading" and block.level == 1), None)
    return Contents(
        tuple(block for block in blocks if block is not named),
        title=named.text if named else title.strip()[:500],
        published=changed.date() if changed else None,
    )


def _capped(document: Docx) -> Iterator[Block]:
    left = LONGEST
    for block in _blocks(document):
        left -= len(block.text) + 1
        if left < 0:
            return
        yield block


def _blocks(document: Docx) -> Iterator[Block]:
    styles = {style.style_id: style.name or "" for style in document.styles}
    for part in islice(document.iter_inner_content(), MOST_PARTS):
        if isinstance(part, DocxTable):
            yield from blocks_of_grid(_grid(part))
        elif said := " ".join(part.text.split()):
            yield _block(part, said, styles.get(part._p.style or "", ""))


def _block(part: Paragraph, said: str, style: str) -> Block:
    if style == "Title":
        return Block("heading", said, level=1)
    if heading := _HEADING.match(style):
        return Block("heading", said, level=min(int(heading[1]) + 1, 4))
    listed = style.startswith("List") or bool(part._p.xpath("./w:pPr/w:numPr"))
    return line_block("item" if listed else "paragraph", said)


def _grid(table: DocxTable) -> list[list[str]]:
    """The cells' texts; one that spans columns is given once."""
    rows, left = [], _MOST_CELLS
    for row in table._tbl.tr_lst:
        cells = [" ".join(" ".join(cell.xpath(".//w:t/text()")).split()) for cell in row.tc_lst]
        left -= len(cells)
        if left < 0:
            break
        rows.append(cells)
    return rows
