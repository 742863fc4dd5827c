"""Tables within a page, as grids of cells, into blocks: pairs, records under headers, or plain rows."""

from collections.abc import Iterator, Sequence

from engine.document import Block
from engine.formats.labels import LONGEST_LABEL
from engine.formats.tables import fact, is_number, under

MOST_FACTS = 3_000
"""Of one table; its further rows are items, whose cells stand one after the other."""
_SAYS_NOTHING = frozenset({"", "value", "values", "data", "detail", "details", "description", "information"})
"""Names of a second column that say no more than that it holds what the first one names."""
_BETWEEN = " | "


def blocks_of_grid(rows: Sequence[Sequence[str]], *, headed: bool | None = None) -> Iterator[Block]:
    """The rows' cells as facts: labelled by the first cell of two, else by row and column.

    ``headed`` tells whether the first row names the columns, where the page says so.
    """
    rows = [list(row) for row in rows if any(row)]
    width = max(map(len, rows), default=0)
    if width < 2 or _is_layout(rows):
        for row in rows:
            yield from (Block("paragraph", cell) for cell in row if cell)
        return
    rows = [row + [""] * (width - len(row)) for row in rows]
    if width == 2 and headed and rows[0][1].lower() in _SAYS_NOTHING:
        headed, rows = False, rows[1:]
    has_header = _names_columns(rows) if headed is None else headed
    if width == 2 and not (has_header and len(rows) > 1 and headed):
        yield from _pairs(rows)
    elif has_header and len(rows) > 1:
        yield from _cells(rows[0], rows[1:])
    else:
        yield from (_row(row) for row in rows)


def _pairs(rows: Sequence[Sequence[str]]) -> Iterator[Block]:
    for label, value in rows:
        if label and value and len(label) <= LONGEST_LABEL * 2:
            yield fact(label.rstrip(" :"), value)
        elif said := label or value:
            yield Block("paragraph", said if not (label and value) else f"{label} {value}")


def _cells(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[Block]:
    """Each cell by the names of its row and of its column."""
    left = MOST_FACTS
    for row in rows:
        name = row[0]
        said = [(column, cell) for column, cell in zip(header[1:], row[1:], strict=True) if cell]
        if not said:
            yield from [Block("paragraph", name)] if name else []
        elif left < len(said) or len(name) > LONGEST_LABEL * 2:
            yield _row(row)
        else:
            left -= len(said)
            yield from (fact(label, cell) if (label := under(name, column)) else Block("item", cell)
                        for column, cell in said)  # fmt: skip


def _row(row: Sequence[str]) -> Block:
    return Block("item", _BETWEEN.join(cell for cell in row if cell))


def _names_columns(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row is words or years, over rows that hold figures or are many."""
    first, rest = rows[0], rows[1:]
    if not rest or any(is_number(cell) and not _is_year(cell) for cell in first):
        return False
    return sum(map(bool, first)) >= len(first) - 1 and len(set(first)) == len(first)


def _is_year(cell: str) -> bool:
    return len(cell) == 4 and cell.isdigit()


def _is_layout(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the cells hold whole texts, as on pages that are arranged by a table."""
    cells = [cell for row in rows for cell in row if cell]
    return sum(map(len, cells)) > 400 * len(cells)
