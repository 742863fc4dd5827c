"""Lists of records: a name and the figures beside it, such as a city and its population."""

import re
from collections.abc import Callable

from engine.blanks import blank
from engine.form import Form
from engine.readers.amounts import read_number
from engine.readers.base import Line, Reading, Refusal
from engine.readers.lists import name_span, piece_spans
from engine.schema import Field

ReadScalar = Callable[[Field, Line], Reading | Refusal]
_NAMING = frozenset(
    [
        *("name", "title", "city", "country", "label", "item", "product", "partner", "language", "commodity"),
        *("religion", "group", "state", "region"),
    ]
)


def read_records(line: Line, item: Field, read_scalar: ReadScalar, *, top: int | None) -> Reading | Refusal:
    """One record for each element; a record needs its name, other members may stay blank."""
    naming = _naming_field(item)
    if naming is None:
        return Refusal("gives no list of records")
    parts = []
    for start, end in piece_spans(line)[:top]:
        value = _record(Line(line.text[start:end], (), line.year), item, naming, read_scalar)
        if value is not None:
            parts.append(Reading(value, start, end))
    if not parts:
        return Refusal("gives no list of records")
    return Reading([part.value for part in parts], parts[0].start, parts[-1].end, parts=tuple(parts))


def _naming_field(item: Field) -> Field | None:
    texts = [field for field in item.fields if field.kind in ("string", "any")]
    named = [field for field in texts if _NAMING & set(re.findall(r"[a-z]+", field.name.lower()))]
    return (named or texts or [None])[0]


def _record(line: Line, item: Field, naming: Field, read_scalar: ReadScalar) -> dict[str, object] | None:
    start, end = name_span(line.text, 0, len(line.text))
    name = line.text[start:end]
    if not re.search(r"[^\W\d]", name):
        return None
    rest = Line(line.text[:start] + " " * (end - start) + line.text[end:], (), line.year)
    record: dict[str, object] = {}
    for field in item.fields:
        reading = Reading(name, start, end) if field is naming else _beside(field, rest, read_scalar)
        record[field.name] = reading.value if isinstance(reading, Reading) else blank(field)
    return record


def _beside(field: Field, rest: Line, read_scalar: ReadScalar) -> Reading | Refusal:
    """Another member of the record, read from what stands beside the name."""
    if field.kind in ("integer", "number"):
        return read_number(rest, Form(unit=_unit_asked(field)), whole=field.kind == "integer")
    return read_scalar(field, rest) if re.search(r"\w", rest.text) else Refusal("says nothing more")


def _unit_asked(field: Field) -> str:
    asked = f"{field.name} {field.description}".lower()
    return "percent" if re.search(r"percent|share|pct|%", asked) else ""
