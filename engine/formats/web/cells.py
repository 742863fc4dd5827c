"""Tables and definition lists of a page: pairs, records under headers, or a way to arrange other things."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from engine.document import Block
from engine.formats.grids import blocks_of_grid
from engine.formats.labels import LONGEST_LABEL, line_block
from engine.formats.tables import fact

BREAK = "\x03"
"""Where a page ends a line, while a block is put together."""
_WIDEST = 50
"""Columns over which a cell may reach."""
_LONGEST_VALUE = 5_000
_LONGEST_LABEL = 120
_MOST_VALUES = 200
_STOPS = (",", ";", ":", ".", "(", "/", "-", "–")


@dataclass(slots=True)
class Piece:
    block: Block
    inside: bool
    """Whether it stands in the element that the page marks as its content."""
    beside: bool
    """Whether it stands in what seems to surround the content."""
    linked: int
    """How many of its characters are links."""
    first: bool = False
    """Whether it is a heading of the first level."""


@dataclass(slots=True)
class Cell:
    head: bool
    width: int
    start: int
    """Of its pieces among those of the page."""
    end: int = -1


@dataclass(slots=True)
class Grid:
    """A table while it is read. A definition list is one whose rows are a term and what it means."""

    kind: str
    start: int
    rows: list[list[Cell]] = field(default_factory=list)
    cell: Cell | None = None
    header_rows: int = 0

    def opened(self, name: str, attributes: dict[str, str], at: int, in_head: bool) -> None:
        if name in ("td", "th") and self.kind == "table":
            self.rows = self.rows or [[]]
            width = attributes.get("colspan", "")
            span = min(int(width), _WIDEST) if width.isascii() and width.isdigit() else 1
            self._begin(Cell(name == "th" or in_head, max(span, 1), at))
        elif name == "tr" and self.kind == "table":
            self.rows.append([])
        elif name == "dt" and self.kind == "dl":
            if not self.rows or len(self.rows[-1]) > 1:
                self.rows.append([])
            self._begin(Cell(True, 1, at))
        elif name == "dd" and self.kind == "dl":
            self.rows = self.rows or [[]]
            self._begin(Cell(False, 1, at))

    def closed(self, name: str, at: int) -> None:
        if name in ("td", "th", "dt", "dd") and self.cell:
            self.cell.end, self.cell = at, None

    def _begin(self, cell: Cell) -> None:
        self.rows[-1].append(cell)
        self.cell = cell


def in_lines(said: str) -> str:
    """The text of a cell; its lines follow each other as in a list."""
    lines = [line for part in said.split(BREAK) if (line := " ".join(part.split()))]
    text = ""
    for line in lines:
        text += (" " if not text or text.endswith(_STOPS) or line.startswith(("(", ",")) else ", ") + line
    return text.strip()


def blocks_of_table(grid: Grid, pieces: list[Piece]) -> list[Piece]:
    """What stands in place of the pieces that were read within the table."""
    within = pieces[grid.start :]
    rows = [row for row in grid.rows if row]
    if not rows:
        return within
    if grid.kind == "dl":
        return list(_definitions(rows, pieces, grid.start))
    is_list = len(rows) > 1 and all(_is_simple(cell, pieces) for row in rows for cell in row)
    if is_list or (len(rows) == 1 and len(rows[0]) == 2 and _is_pair(*rows[0], pieces)):
        return _loose(grid, rows, pieces) + _same_place(within, list(_blocks(rows, pieces)))
    return [_arranged(piece) for piece in within]


def _loose(grid: Grid, rows: Sequence[Sequence[Cell]], pieces: list[Piece]) -> list[Piece]:
    """What stands in the table beside its cells, as its caption does, and whatever else was put there."""
    held = {at for row in rows for cell in row for at in range(cell.start, _end(cell, pieces))}
    return [piece for at, piece in enumerate(pieces[grid.start :], grid.start) if at not in held]


def _is_pair(label: Cell, value: Cell, pieces: list[Piece]) -> bool:
    """Whether a table of one row is a label and its value."""
    if not _is_simple(label, pieces) or not _is_simple(value, pieces):
        return False
    said = _value(label, pieces)[0]
    return label.head or (0 < len(said) <= LONGEST_LABEL and not said.endswith((".", "!", "?")))


def _arranged(piece: Piece) -> Piece:
    """A text of a table that only arranges the page."""
    block = piece.block
    if block.kind not in ("paragraph", "item"):
        return piece
    return replace(piece, block=line_block(block.kind, block.text))


def _blocks(rows: Sequence[Sequence[Cell]], pieces: list[Piece]) -> Iterator[Block]:
    heads = 0
    while heads < len(rows) - 1 and all(cell.head for cell in rows[heads]) and len(rows[heads]) > 1:
        heads += 1
    grid = [_texts(row, pieces) for row in rows]
    if heads > 1:
        grid = [_joined(grid[:heads]), *grid[heads:]]
    if heads == 0 and all(len(row) <= 2 for row in rows):
        yield from _pairs(rows, pieces)
    elif heads == 0 and all(row[0].head for row in rows):
        yield from (_record(row) for row in grid if any(row))
    else:
        yield from blocks_of_grid(grid, headed=True if heads else None)


def _texts(row: Sequence[Cell], pieces: list[Piece]) -> list[str]:
    """The texts of a row's cells; one that spans columns stands in each of them."""
    return [text for cell in row for text in [_value(cell, pieces)[0]] * cell.width]


def _joined(rows: Sequence[Sequence[str]]) -> list[str]:
    """One header out of several: what stands above a column, from the top."""
    width = max(map(len, rows))
    above = [[row[at] if at < len(row) else "" for row in rows] for at in range(width)]
    return [" ".join(dict.fromkeys(filter(None, names))) for names in above]


def _record(row: Sequence[str]) -> Block:
    label, values = row[0], tuple(filter(None, row[1:]))
    if not label or not values:
        return Block("paragraph", label or " ".join(values))
    return _fact(label, "; ".join(values), values if len(values) > 1 else ())


def _pairs(rows: Sequence[Sequence[Cell]], pieces: list[Piece]) -> Iterator[Block]:
    for row in rows:
        label, _ = _value(row[0], pieces)
        value, values = _value(row[1], pieces) if len(row) > 1 else ("", ())
        if label and value and len(label) <= _LONGEST_LABEL:
            yield _fact(label, value, values)
        else:
            yield from (Block("paragraph", said) for said in (label, value) if said)


def _definitions(rows: Sequence[Sequence[Cell]], pieces: list[Piece], at: int) -> Iterator[Piece]:
    """Terms with what they mean as facts; a meaning of several paragraphs stays as it is."""
    for row in rows:
        yield from pieces[at : row[0].start]
        at = max(at, _end(row[-1], pieces))
        within = pieces[row[0].start : at]
        label = _value(row[0], pieces)[0] if row[0].head else ""
        meant = [_value(cell, pieces) for cell in row[1:] if _is_simple(cell, pieces)]
        said = tuple(text for text, _ in meant if text)
        if not label or not said or len(meant) < len(row) - 1 or len(label) > _LONGEST_LABEL:
            yield from map(_arranged, within)
            continue
        values = said if len(said) > 1 else next((values for _, values in meant if values), ())
        yield from _same_place(within, [_fact(label, "; ".join(said), values)])
    yield from pieces[at:]


def _fact(label: str, value: str, values: tuple[str, ...]) -> Block:
    block = fact(label.rstrip(" :"), value)
    return replace(block, values=values) if len(values) > 1 else block


def _is_simple(cell: Cell, pieces: list[Piece]) -> bool:
    """Whether it holds a value or a list of values, and no part of a page."""
    end = _end(cell, pieces)
    if end - cell.start > _MOST_VALUES:
        return False
    blocks = [piece.block for piece in pieces[cell.start : end]]
    if any(block.kind not in ("paragraph", "item") for block in blocks):
        return False
    paragraphs = sum(block.kind == "paragraph" for block in blocks)
    return paragraphs <= 3 and sum(len(block.text) for block in blocks) <= _LONGEST_VALUE


def _value(cell: Cell, pieces: list[Piece]) -> tuple[str, tuple[str, ...]]:
    """The text of a cell, and its elements where it holds several."""
    end = min(_end(cell, pieces), cell.start + _MOST_VALUES)
    texts = tuple(piece.block.text for piece in pieces[cell.start : end])
    return "; ".join(texts), texts if len(texts) > 1 else ()


def _end(cell: Cell, pieces: list[Piece]) -> int:
    return cell.end if cell.end >= 0 else len(pieces)


def _same_place(within: list[Piece], blocks: list[Block]) -> list[Piece]:
    """The blocks where the pieces were that they are made of."""
    if not within:
        return []
    linked = sum(piece.linked for piece in within) / max(1, sum(len(piece.block.text) for piece in within))
    first = within[0]
    return [
        Piece(block, first.inside, first.beside, int(linked * len(block.text)))
        for block in blocks
    ]  # fmt: skip
