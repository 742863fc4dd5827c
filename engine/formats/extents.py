"""How far the sheets of a workbook reach, before a reader makes room for every cell up to the last."""

import io
import re
import zipfile
from collections.abc import Iterator

from engine.formats.contents import Unreadable

MOST_CELLS = 5_000_000
"""Of one sheet, the empty ones between others too."""
_FAR = (
    "A sheet of the workbook reaches over more than {most:,} cells, most of them empty. Delete the rows and "
    "columns behind its last entry, and add it again."
)
_PIECE = 1 << 20
_OVERLAP = 400
_REFERENCE = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]{1,3})(\d{1,7})[\"']")
_CELL = re.compile(
    rb"<table:(?:covered-)?table-cell\b[^>]{0,300}?number-columns-repeated\s*=\s*[\"'](\d{1,9})[\"'][^>]*+>"
    rb"(?!\s{0,20}</table:table-row>)"
)
"""A cell of an ODS that stands for several; one that is empty and ends its row takes no room."""


def check_extents(body: bytes) -> None:
    """Raise ``Unreadable`` if a sheet of this XLSX or ODS reaches too far; the archive has to be sound."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        for name in archive.namelist():  # a sheet may have any name
            if name == "content.xml":
                size = sum(int(one[1]) for piece in _pieces(archive, name) for one in _CELL.finditer(piece))
            else:
                size = _reach(_pieces(archive, name))
            if size > MOST_CELLS:
                raise Unreadable("too_large", _FAR.format(most=MOST_CELLS))


def _reach(pieces: Iterator[bytes]) -> int:
    """The number of its last row times that of its last column."""
    rows = columns = 0
    for piece in pieces:
        for one in set(_REFERENCE.findall(piece)):
            rows = max(rows, int(one[1]))
            columns = max(columns, _column(one[0]))
    return rows * columns


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _pieces(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """The member in pieces, each with the end of the one before it, so that nothing is missed between."""
    with archive.open(name) as member:
        before = b""
        while piece := member.read(_PIECE):
            yield before + piece
            before = piece[-_OVERLAP:]
