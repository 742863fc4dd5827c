"""CSV and its kin: which character parts the cells is found out."""

import csv
import io
from collections.abc import Iterator

from engine.formats.contents import Contents, Unreadable
from engine.formats.tables import table_of

_SEPARATORS = ",;\t|"
_LOOKED_AT = 64_000
"""Characters by which the separator is found."""
_MOST_LOOKED_AT = 50
"""Rows of these."""
csv.field_size_limit(10_000_000)


def read_separated(text: str) -> Contents:
    """A table of all its rows; raises ``Unreadable``."""
    separator = separator_of(text)
    try:
        table = table_of("", csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise Unreadable(
            "broken", f"The table cannot be read: {error}. Save it again as CSV in UTF-8."
        ) from error
    return Contents((), tables=(table,) if table else ())


def separator_of(text: str) -> str:
    """The character that parts most rows into the same number of cells; a comma where none does."""
    return max(_SEPARATORS, key=lambda separator: (_evenness(text, separator), -_SEPARATORS.index(separator)))


def _evenness(text: str, separator: str) -> float:
    widths = list(_widths(text[:_LOOKED_AT], separator))
    usual = max(set(widths), key=widths.count, default=1)
    return widths.count(usual) / len(widths) + min(usual, 50) / 1_000 if usual > 1 else 0.0


def _widths(sample: str, separator: str) -> Iterator[int]:
    rows = csv.reader(io.StringIO(sample, newline=""), delimiter=separator)
    try:
        for _, row in zip(range(_MOST_LOOKED_AT), rows, strict=False):
            if row:
                yield len(row)
    except csv.Error:
        return
