"""The description as a page for people: operations by chapter, and the types that they speak of."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from api.description import REFUSALS, answer_notes, described, operation_id, parameters, refusals
from api.json_schema import Schema, component, schema_of
from api.operation import Operation, Told
from api.operations import OPERATIONS
from api.told import TAGS
from teams.models import Role

KEY = '-H "x-api-key: $PARALLEL_API_KEY"'
NUMBERS = {"minimum": "{} or more", "exclusiveMinimum": "above {}", "maximum": "{} at the most"}

MANY = 4
"""Values that read better as a list."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A word of a type; `href` leads to where it is told."""

    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    type: list[Piece]
    limits: list[str]
    notes: list[str]
    required: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    notes: str
    type: list[Piece]


@dataclass(frozen=True, slots=True)
class Entry:
    id: str
    operation: Operation
    also: list[str]
    """Other addresses where the same is served."""
    parameters: list[Row]
    fields: list[Row]
    answers: list[Answer]

    @property
    def needs(self) -> str:
        return Role(self.operation.role).label.lower()

    def curl(self, base: str) -> str:
        told, path = self.operation.told, re.sub(r"\{(\w+)\}", as_variable, self.operation.path)
        ask = f"curl {'-N ' if told.events and not told.gives else ''}{base}{path}"
        if told.example is None:
            return f"{ask} {KEY}"
        body = json.dumps(told.example, indent=2, ensure_ascii=False).replace("'", r"'\''")
        return f"{ask} {KEY} \\\n  -H \"content-type: application/json\" -d '{body}'"


@dataclass(frozen=True, slots=True)
class Chapter:
    name: str
    about: str
    entries: list[Entry]


@dataclass(frozen=True, slots=True)
class Type:
    name: str
    notes: str
    fields: list[Row]


@cache
def chapters() -> list[Chapter]:
    entries = list(each_entry())
    return [
        Chapter(name, about, [entry for entry in entries if entry.operation.told.tag == name])
        for name, about in TAGS.items()
    ]


@cache
def types() -> list[Type]:
    schemas = described()["components"]["schemas"]
    return [Type(name, schema.get("description", ""), rows(schema)) for name, schema in schemas.items()]


def each_entry() -> Iterator[Entry]:
    """Each operation once, with all the addresses that it has."""
    same: dict[Told, list[Operation]] = {}
    for operation in OPERATIONS:
        same.setdefault(operation.told, []).append(operation)
    for told, (operation, *others) in same.items():
        paths = [path for each in (operation, *others) for path in each.paths]
        yield Entry(
            id=operation_id(told, operation.path),
            operation=operation,
            also=paths[1:],
            parameters=[row(said["name"], said["schema"] | said) for said in parameters(told)],
            fields=rows(component(told.takes)) if told.takes else [],
            answers=[success(told), *(refused(status) for status in refusals(operation))],
        )


def as_variable(found: re.Match[str]) -> str:
    """``$RUN_ID`` for ``{run_id}``."""
    return f"${found[1].upper()}"


def success(told: Told) -> Answer:
    kinds = [*([told.gives] if told.gives else []), *told.events]
    return Answer(told.status, answer_notes(told), joined([words(schema_of(kind)) for kind in kinds], ", "))


def refused(status: int) -> Answer:
    return Answer(status, REFUSALS[status], [])


def rows(schema: Schema) -> list[Row]:
    needed = schema.get("required", ())
    return [row(name, inner, required=name in needed) for name, inner in schema["properties"].items()]


def row(name: str, schema: Schema, *, required: bool = False) -> Row:
    every = list(parts(schema))
    notes = [said["description"] for said in every if "description" in said]
    return Row(name, words(schema), [limit for said in every for limit in limits(said)], notes, required)


def parts(schema: Schema) -> Iterator[Schema]:
    """A schema and the alternatives in it, each of which may have notes and limits of its own."""
    yield schema
    for inner in schema.get("anyOf", ()):
        yield from parts(inner)


def words(schema: Schema) -> list[Piece]:
    """A type as words: ``list of string or null``."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return [Piece(name, f"#type-{name}")]
    if "anyOf" in schema:
        return joined([words(inner) for inner in schema["anyOf"]], " or ")
    if "const" in schema or "enum" in schema:
        values = [json.dumps(value) for value in schema.get("enum") or [schema["const"]]]
        return [Piece(" or ".join(values) if len(values) < MANY else f"one of {', '.join(values)}")]
    if schema.get("type") == "array":
        return [Piece("list of "), *together(schema["items"])]
    if schema.get("type") == "object" and isinstance(schema["additionalProperties"], dict):
        return [Piece("object of "), *together(schema["additionalProperties"])]
    return [Piece(schema.get("type", "any"))]


def together(schema: Schema) -> list[Piece]:
    """The type of what a list or an object holds, in brackets if it is one of several."""
    return [Piece("("), *words(schema), Piece(")")] if "anyOf" in schema else words(schema)


def joined(many: list[list[Piece]], between: str) -> list[Piece]:
    pieces = [piece for each in many for piece in (Piece(between), *each)]
    return pieces[1:]


def limits(schema: Schema) -> Iterator[str]:
    kind = schema.get("type")
    if kind in ("string", "array"):
        counted = "characters" if kind == "string" else "entries"
        names = ("minLength", "maxLength") if kind == "string" else ("minItems", "maxItems")
        yield from counts(*(schema.get(name) for name in names), counted)
    for keyword, sentence in NUMBERS.items():
        if keyword in schema:
            yield sentence.format(f"{schema[keyword]:,}")
    if "pattern" in schema:
        yield schema["pattern"]
    if kind == "array":
        yield from (f"each {limit}" for part in parts(schema["items"]) for limit in limits(part))


def counts(least: int | None, most: int | None, counted: str) -> Iterator[str]:
    if most is not None:
        yield f"{least} to {most:,} {counted}" if least else f"at most {most:,} {counted}"
    elif least:
        yield "not empty"
