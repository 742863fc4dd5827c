"""Plain text: its paragraphs, lines of ``label: value``, and headings in capitals."""

import re
from collections.abc import Iterator

from engine.document import Block
from engine.formats.contents import LONGEST, Contents
from engine.formats.labels import line_block

_PARAGRAPHS = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_LONGEST_HEADING = 80
_FEWEST, _SHARE = 3, 0.3
"""Facts by which a text is taken for a list of them, and their share of its lines."""


def read_plain(text: str) -> Contents:
    pieces = [piece.strip("\n").rstrip() for piece in _PARAGRAPHS.split(text[:LONGEST])]
    lines = [line_block("paragraph", line.strip()).kind for piece in pieces for line in piece.split("\n")]
    listed = lines.count("fact") >= max(_FEWEST, _SHARE * len(lines))
    return Contents(tuple(block for piece in pieces if piece.strip() for block in _blocks(piece, listed)))


def _blocks(piece: str, listed: bool) -> Iterator[Block]:
    """A paragraph stays as it is, lines and all, unless it is a list of labels and values."""
    lines = [
        line_block("paragraph", line.strip(), listed=listed) for line in piece.split("\n") if line.strip()
    ]
    if _is_heading(piece):
        yield Block("heading", piece.strip(), level=2)
    elif sum(line.kind == "fact" for line in lines) * 2 > len(lines):
        yield from lines
    else:
        yield Block("paragraph", piece)


def _is_heading(piece: str) -> bool:
    said = piece.strip()
    return (
        said.isupper()
        and len(said) <= _LONGEST_HEADING
        and "\n" not in said
        and not said.endswith((".", ":"))
    )
