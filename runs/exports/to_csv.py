"""CSV for spreadsheets: a line per run, and for every field its value beside its evidence.

The columns of a field are ``name``, ``name.confidence``, ``name.reasoning``, ``name.urls`` and
``name.excerpts``; what carries the elements of a list stands with the list. A run without output has a line
too. Runs of different schemas share one table: a field that a run does not have stays empty. A field named
like a column of the run, such as ``url``, is called ``output.url``. JSON lines keep the evidence of every
element apart.
"""

import csv
import io
from collections.abc import Container, Iterable, Iterator
from itertools import chain
from typing import Any

import orjson

from runs.exports.rows import Export
from runs.labels import plain

slug, label, content_type = "csv", "CSV", "text/csv; charset=utf-8"

RUN_COLUMNS = (
    "run_id",
    "status",
    "created_at",
    "modified_at",
    "processor",
    "provider",
    "made_by",
    "taskgroup_id",
    "input",
    "metadata",
    "error",
    "url",
)
EVIDENCE_COLUMNS = ("confidence", "reasoning", "urls", "excerpts")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
NOT_FOUND = "not found"
MOST_FIELDS = 500
OTHERS = "other_fields"
"""The column of a table with more fields than that: the evidence of the rest, as JSON."""


def render(export: Export) -> Iterator[bytes]:
    fields = export.fields()
    shown, others = fields[:MOST_FIELDS], fields[MOST_FIELDS:]
    yield "\ufeff".encode()  # without a byte order mark, Excel reads UTF-8 as something else
    yield line(chain(RUN_COLUMNS, *(field_columns(name) for name in shown), [OTHERS] * bool(others)))
    known = frozenset(fields)
    for row in export.rows():
        entries = basis_by_field(row, known)
        cells = (field_cells(row, name, entries.get(name, [])) for name in shown)
        rest = [cell({name: entries[name] for name in others if name in entries})] * bool(others)
        yield line(chain(run_cells(row), *cells, rest))


def field_columns(name: str) -> list[str]:
    column = f"output.{name}" if name in RUN_COLUMNS else name
    return [column, *(f"{column}.{part}" for part in EVIDENCE_COLUMNS)]


def run_cells(row: dict[str, Any]) -> list[Any]:
    run = row["run"]
    known = {name: run[name] for name in RUN_COLUMNS if name in run}
    known |= {"metadata": cell(run["metadata"] or None)}
    known |= {"provider": row["provider"], "made_by": row["made_by"], "url": row["url"]}
    known |= {"input": cell(row["request"]["input"]), "error": (run["error"] or {}).get("message", "")}
    return [known[name] for name in RUN_COLUMNS]


def basis_by_field(row: dict[str, Any], fields: Container[str]) -> dict[str, list[dict[str, Any]]]:
    """The basis entries of each field, its own first, then those of its parts."""
    grouped: dict[str, list[dict[str, Any]]] = {}
    for entry in (row["output"] or {}).get("basis", ()):
        grouped.setdefault(head_of(entry["field"], fields), []).append(entry)
    return grouped


def head_of(path: str, fields: Container[str]) -> str:
    """The field that a path belongs to: the longest that fits, as a name may hold dots itself."""
    parts = path.split(".")
    heads = (".".join(parts[:end]) for end in range(len(parts), 0, -1))
    return next((head for head in heads if head in fields), path)


def field_cells(row: dict[str, Any], name: str, entries: list[dict[str, Any]]) -> list[Any]:
    if not entries:
        return [cell(value_of(row["output"], name)) if row["output"] else "", *("" for _ in EVIDENCE_COLUMNS)]
    own, citations = entries[0], [citation for entry in entries for citation in entry["citations"]]
    found = own["field"] not in row["not_found"]
    return [
        cell(value_of(row["output"], name)) if found else "",
        (own["confidence"] or "") if found else NOT_FOUND,
        own["reasoning"],
        "\n".join(dict.fromkeys(citation["url"] for citation in citations)),
        "\n".join(dict.fromkeys(excerpt for citation in citations for excerpt in citation["excerpts"])),
    ]


def value_of(output: dict[str, Any], name: str) -> Any:
    """The value of a field. A provider may give evidence for deeper paths alone; then the path is walked."""
    value = output["content"]
    if output["type"] == "text":
        return value if name == "output" else None
    if isinstance(value, dict) and name in value:
        return value[name]
    for part in name.split("."):
        if isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        elif isinstance(value, dict):
            value = value.get(part)
        else:
            return None
    return value


def cell(value: Any) -> str:
    """Text as it is, lists of plain values with commas, everything else as JSON."""
    nested = isinstance(value, dict) or (
        isinstance(value, list) and any(isinstance(x, dict | list) for x in value)
    )
    return orjson.dumps(value).decode() if nested else plain(value)


def guarded(value: Any) -> Any:
    """The value, behind an apostrophe if a spreadsheet would take it for a formula (OWASP, CSV injection)."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS) and not is_number(value):
        return f"'{value}"
    return value


def is_number(text: str) -> bool:
    return text.isascii() and text.removeprefix("-").replace(".", "", 1).isdecimal()


def line(cells: Iterable[Any]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow([guarded(value) for value in cells])
    return buffer.getvalue().encode()
