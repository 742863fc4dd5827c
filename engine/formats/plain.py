"""Plain text: its paragraphs."""

import re

from engine.document import Block
from engine.formats.contents import LONGEST, Contents

_PARAGRAPHS = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


def read_plain(text: str) -> Contents:
    pieces = (piece.strip("\n").rstrip() for piece in _PARAGRAPHS.split(text[:LONGEST]))
    return Contents(tuple(Block("paragraph", piece) for piece in pieces if piece.strip()))
