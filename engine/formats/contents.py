"""What a reader of one format gives, or why it gives nothing."""

from dataclasses import dataclass
from datetime import date

from engine.document import Block

LONGEST = 1_000_000
"""Characters of text that are read of one file or page."""


class Unreadable(Exception):
    """Why nothing can be read from what was fetched, as a sentence; ``error_type`` is one word for it."""

    def __init__(self, error_type: str, message: str) -> None:
        super().__init__(message)
        self.error_type = error_type


@dataclass(frozen=True, slots=True)
class Table:
    """Records under the names of their columns; every cell is text as a person would write it."""

    name: str
    """Of the sheet or the file; empty where it has none."""
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """Each as long as ``columns``; a cell without a value is empty."""
    numbers: tuple[int, ...]
    """Of each row: the number under which the file shows it, from 1."""
    cut: bool = False
    """Whether the file holds more rows than were read."""


@dataclass(frozen=True, slots=True)
class Contents:
    blocks: tuple[Block, ...]
    title: str = ""
    published: date | None = None
    language: str = ""
    """Two or three letters, such as ``en``; empty where it is not known."""
    tables: tuple[Table, ...] = ()
    """Of a file that is nothing but tables; then there are no blocks."""
