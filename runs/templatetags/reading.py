"""How a run's output reads: its values, the places of its fields, the files it can be taken away in."""

from collections.abc import Iterable
from types import ModuleType

from django import template

from runs import marking
from runs.exports import EXPORTS
from runs.labels import said
from runs.rows import Row

register = template.Library()


@register.filter
def spelled(row: Row) -> str:
    """The row's value in words, a large number with separators. The JSON stays as it is."""
    return said(row.value) if row.found else ""


@register.filter
def pieces(text: str, value: object) -> list[tuple[str, bool]]:
    """The excerpt in pieces, and of each whether it is a part of the value."""
    return marking.pieces(text, value)


@register.filter
def lists_in(rows: Iterable[Row]) -> frozenset[str]:
    """The paths of the rows that are lists."""
    return frozenset(row.path for row in rows if isinstance(row.value, list))


@register.filter
def name_among(row: Row, lists: frozenset[str]) -> str:
    """The row's name, or its place in its list, counted from one as people count."""
    around = row.path.removesuffix(f".{row.name}")
    return f"{int(row.name) + 1}." if around in lists and row.name.isdecimal() else row.name


@register.filter
def place_among(row: Row, lists: frozenset[str]) -> str:
    """The row's path for people: ``offices.0.city`` is ``offices › 1 › city``."""
    parts, at = [], 0
    for path in sorted(lists, key=len):
        index = row.path[len(path) + 1 :].partition(".")[0]
        if row.path.startswith(f"{path}.") and index.isdecimal():
            parts += [row.path[at : len(path)], str(int(index) + 1)]
            at = len(path) + len(index) + 2
    return " › ".join(part for part in [*parts, row.path[at:]] if part)


@register.simple_tag
def export_formats() -> Iterable[ModuleType]:
    return EXPORTS.values()
