"""Tables as documents: one that shows the table, and one for each row, as each row is a record."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from engine.document import Block, Document
from engine.formats.contents import LONGEST, Table

MOST_ROWS = 50_000
MOST_COLUMNS = 200
LONGEST_NAME = 300
"""Characters; what is longer names no row."""
LONGEST_CELL = 10_000
_MOST_LINES_ABOVE = 20
"""Rows over a table that may say what it is, before its header."""
_SAMPLE = 1_000
"""Rows by which a column is judged."""
_NAMES = re.compile(
    r"\b(?:name|title|company|organi[sz]ation|country|city|person|product|security|subject|item)s?\b", re.I
)
_NUMBER = re.compile(r"[-+(]?[^\w\s]{0,2}\s?\d[\d.,' ]*(?:\s?[%€$£]|e[+-]?\d+)?\)?")
_YEAR = re.compile(r"(?:19[5-9]|20\d)\d")
_MOST_ALIASES = 3
_LONGEST_ALIAS = 60


def table_of(name: str, rows: Iterable[Sequence[str]]) -> Table | None:
    """The table in a grid of cells, where its header is found; None where no cell says anything."""
    found: list[tuple[int, list[str]]] = []
    cut = False
    for number, row in enumerate(rows, 1):
        if len(found) > MOST_ROWS + _MOST_LINES_ABOVE:
            cut = True
            break
        cells = [" ".join(cell[:LONGEST_CELL].split()) for cell in row[:MOST_COLUMNS]]
        if any(cells):
            found.append((number, cells))
    if not found:
        return None
    width = max(len(cells) for _, cells in found)
    filled = [(number, tuple(cells + [""] * (width - len(cells)))) for number, cells in found]
    at = _header(filled, width)
    columns = _named(filled[at][1]) if at is not None else _named(("",) * width)
    kept = filled[at + 1 if at is not None else 0 :]
    return Table(
        name,
        columns,
        tuple(cells for _, cells in kept[:MOST_ROWS]),
        tuple(number for number, _ in kept[:MOST_ROWS]),
        cut or len(kept) > MOST_ROWS,
    )


def _header(rows: Sequence[tuple[int, tuple[str, ...]]], width: int) -> int | None:
    """Where the row with the columns' names is: the first that is nearly full, if it is all words."""
    for at, (_, cells) in enumerate(rows[:_MOST_LINES_ABOVE]):
        said = [cell for cell in cells if cell]
        if len(said) >= max(1, 0.6 * width):
            figures = sum(is_number(cell) and not _YEAR.fullmatch(cell) for cell in said)
            names = figures == 0 and 2 * len(set(said)) > len(said) and len(rows) > at + 1
            return at if names else None
    return None


def _named(cells: Sequence[str]) -> tuple[str, ...]:
    """Each column has a name, and none has another's."""
    seen: Counter[str] = Counter()
    names = []
    for place, cell in enumerate(cells, 1):
        name = cell.rstrip(" :") or f"Column {place}"
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(names)


def is_number(cell: str) -> bool:
    return bool(_NUMBER.fullmatch(cell))


def under(row: str, column: str) -> str:
    """What a cell is labelled by its row and its column; a year at its end dates the value."""
    if not row or not column:
        return row or column
    return f"{row} ({column})" if _YEAR.fullmatch(column) else f"{row} - {column}"


def fact(label: str, value: str) -> Block:
    return Block("fact", f"{label}: {value}", label=label)


def facts_of(columns: Sequence[str], cells: Sequence[str]) -> Iterator[Block]:
    """A record as facts; what is empty says nothing."""
    return (fact(column, cell) for column, cell in zip(columns, cells, strict=True) if cell)


def blocks_of(tables: Iterable[Table]) -> tuple[Block, ...]:
    """Whole tables, a heading for each and for each of its records."""
    return tuple(_capped(block for table in tables for block in _shown(table)))


def _capped(blocks: Iterable[Block]) -> Iterator[Block]:
    left = LONGEST
    for block in blocks:
        left -= len(block.text) + 1
        if left < 0:
            return
        yield block


def _shown(table: Table) -> Iterator[Block]:
    yield from _introduced(table)
    names = _names_of(table)
    for cells, name in zip(table.rows, names, strict=True):
        if name:
            yield Block("heading", name, level=3)
        yield from facts_of(table.columns, cells)


def _introduced(table: Table) -> Iterator[Block]:
    if table.name:
        yield Block("heading", table.name, level=2)
    columns = ", ".join(table.columns)
    yield Block("fact", f"Columns: {columns}", label="Columns", values=table.columns)
    if table.cut:
        yield Block("paragraph", f"Only the first {len(table.rows):,} rows were read.")


def documents_of_tables(whole: Document, tables: Sequence[Table]) -> Iterator[Document]:
    """An overview of the tables, and a document for each row; ``whole`` says what is common to them.

    A row's path is the table's with a fragment such as ``#row=12``, or ``#sheet=2&row=12``.
    """
    overview = tuple(block for table in tables for block in _introduced(table))
    yield replace(whole, kind="table", blocks=overview)
    records = (
        document
        for place, table in enumerate(tables, 1)
        for document in _records(whole, table, f"sheet={place}&" if len(tables) > 1 else "")
    )
    yield from islice(records, MOST_ROWS)


def _records(whole: Document, table: Table, sheet: str) -> Iterator[Document]:
    others = _alias_columns(table)
    section = (Block("heading", table.name, level=2),) if table.name else ()
    for cells, number, name in zip(table.rows, table.numbers, _names_of(table), strict=True):
        yield replace(
            whole,
            path=f"{whole.path}#{sheet}row={number}",
            title=name or f"{whole.title}, row {number}",
            kind="record",
            blocks=section + tuple(facts_of(table.columns, cells)),
            aliases=tuple(cells[at] for at in others if cells[at] and cells[at] != name),
        )


def _names_of(table: Table) -> Iterator[str]:
    at = _name_column(table)
    return ("" if at is None else cells[at][:LONGEST_NAME] for cells in table.rows)


def _name_column(table: Table) -> int | None:
    """The column whose words tell the rows apart; one that is called a name is preferred."""
    rated = [
        (bool(_NAMES.search(table.columns[at])), -at)
        for at in range(len(table.columns))
        if _tells_apart(table, at)
    ]
    return -max(rated)[1] if rated else None


def _alias_columns(table: Table) -> tuple[int, ...]:
    """Other columns by which a row may be known, such as its code."""
    taken = _name_column(table)
    return tuple(
        at
        for at in range(len(table.columns))
        if at != taken and _tells_apart(table, at, longest=_LONGEST_ALIAS)
    )[:_MOST_ALIASES]


def _tells_apart(table: Table, at: int, longest: int = LONGEST_NAME) -> bool:
    """Whether the column holds words in nearly every row, and hardly any of them twice."""
    cells = [cells[at] for cells in table.rows[:_SAMPLE]]
    said = [cell for cell in cells if cell]
    if not said or len(said) < 0.9 * len(cells) or max(map(len, said)) > longest:
        return False
    figures = sum(is_number(cell) for cell in said)
    return figures < 0.2 * len(said) and len(set(said)) >= 0.9 * len(said)
