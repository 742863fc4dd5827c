"""A run's output as rows to read: one per field and list element, each with the evidence that carries it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from runs.labels import label_of_output, plain
from runs.models import FieldBasis, Run

MOST_ROWS = 2_000
DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Row:
    """One value of the output."""

    path: str
    name: str
    depth: int
    value: Any
    basis: FieldBasis | None
    inherited: bool
    """True where the provider gave evidence only for a field further out, and this value shares it."""
    is_group: bool
    """True for a list or an object, whose parts follow as rows of their own."""

    @property
    def is_item(self) -> bool:
        """True for a plain element of a list, which needs no line of its own for its name."""
        return self.depth > 0 and self.name.isdecimal() and not self.is_group

    @property
    def found(self) -> bool:
        return self.basis is None or self.basis.found

    @property
    def text(self) -> str:
        """The value in words; empty for an honest blank, which is no finding."""
        return plain(self.value) if self.found else ""

    @property
    def size(self) -> str:
        """What a group holds."""
        noun = "item" if isinstance(self.value, list) else "field"
        return f"{len(self.value)} {noun}{'' if len(self.value) == 1 else 's'}"

    @property
    def short(self) -> str:
        return label_of_output(self.value, 300) if self.found else ""

    @property
    def confidence(self) -> str:
        """high, medium, low, ``none`` for what was not found, or empty if the provider did not say."""
        if self.basis is None:
            return ""
        return self.basis.confidence if self.basis.found else "none"


def rows_of(run: Run) -> list[Row]:
    """The output's rows in reading order, at most 2,000; none for a run without a result."""
    result = getattr(run, "result", None)
    if result is None:
        return []
    basis = {entry.field: entry for entry in run.basis.all()}
    content = result.content if isinstance(result.content, dict) else {"output": result.content}
    rows: list[Row] = []
    for row in walk(content, basis):
        rows.append(row)
        if len(rows) == MOST_ROWS:
            break
    return rows


def walk(
    value: Any, basis: dict[str, FieldBasis], path: str = "", depth: int = 0, outer: FieldBasis | None = None
) -> Iterator[Row]:
    for name, item in parts_of(value):
        item_path = f"{path}.{name}" if path else name
        own = basis.get(item_path)
        entry = own or outer
        is_group = isinstance(item, dict | list) and bool(item) and (entry is None or entry.found)
        yield Row(item_path, name, depth, item, entry, own is None and outer is not None, is_group)
        if is_group and depth < DEEPEST:
            yield from walk(item, basis, item_path, depth + 1, entry)


def parts_of(value: Any) -> Iterable[tuple[str, Any]]:
    if isinstance(value, dict):
        return value.items()
    return ((str(index), item) for index, item in enumerate(value))


def row_at(rows: list[Row], path: str | None) -> Row | None:
    """The row with this path; without a path, the first that has evidence to show."""
    if path:
        return next((row for row in rows if row.path == path), None)
    return next((row for row in rows if row.basis and not row.inherited), rows[0] if rows else None)
