"""The part of JSON Schema that Pydantic and Zod models say as well as the schema does."""

from dataclasses import dataclass, field
from typing import Any

SCALARS = ("string", "integer", "number", "boolean")
_KNOWN = {"type", "title", "description", "properties", "required", "additionalProperties", "items", "enum"}


class Inexpressible(Exception):
    """The schema says something that a model would lose."""


@dataclass(frozen=True, slots=True)
class Shape:
    """`values` only for an enum of texts, `items` for an array, `fields` and `closed` for an object."""

    type: str
    nullable: bool = False
    description: str = ""
    values: tuple[str, ...] = ()
    items: "Shape | None" = None
    fields: dict[str, "Shape"] = field(default_factory=dict)
    closed: bool = False


def shape_of(schema: Any) -> Shape:
    """The shape of a schema, or Inexpressible."""
    if not isinstance(schema, dict) or not isinstance(schema.get("description", ""), str):
        raise Inexpressible
    word, nullable, rest = _type_of(schema)
    if rest.keys() - _KNOWN:
        raise Inexpressible
    described = {
        "nullable": nullable,
        "description": schema.get("description") or rest.get("description") or "",
    }
    if "enum" in rest:
        return Shape("enum", values=_values(word, nullable, rest["enum"]), **described)
    if word in SCALARS and not rest.keys() & {"properties", "required", "items", "additionalProperties"}:
        return Shape(word, **described)
    if word == "array" and "items" in rest:
        return Shape(word, items=shape_of(rest["items"]), **described)
    if word == "object":
        closed = rest.get("additionalProperties", True) is False
        return Shape(word, fields=_fields(rest), closed=closed, **described)
    raise Inexpressible


def _type_of(schema: dict[str, Any]) -> tuple[Any, bool, dict[str, Any]]:
    """The one type beside null, whether null is allowed too, and the schema that says so."""
    branches = schema.get("anyOf")
    if isinstance(branches, list) and len(branches) == 2 and {"type": "null"} in branches:
        if schema.keys() - {"anyOf", "title", "description"}:
            raise Inexpressible
        inner = branches[0] if branches[1] == {"type": "null"} else branches[1]
        if not isinstance(inner, dict) or not isinstance(inner.get("type"), str):
            raise Inexpressible
        return inner["type"], True, inner
    words = schema.get("type")
    if isinstance(words, list) and len(words) == 2 and "null" in words:
        return words[words[0] == "null"], True, schema
    return words, False, schema


def _values(word: Any, nullable: bool, values: Any) -> tuple[str, ...]:
    if word != "string" or not isinstance(values, list):
        raise Inexpressible
    texts = tuple(value for value in values if isinstance(value, str))
    if not texts or len(texts) != len(values) - (nullable and None in values):
        raise Inexpressible
    return texts


def _fields(schema: dict[str, Any]) -> dict[str, Shape]:
    properties, required = schema.get("properties"), schema.get("required")
    if not isinstance(properties, dict) or not isinstance(required, list) or not properties:
        raise Inexpressible
    if sorted(map(str, required)) != sorted(properties) or schema.get("additionalProperties", False) not in (
        False,
        True,
    ):
        raise Inexpressible
    return {name: shape_of(inner) for name, inner in properties.items()}


def model_schema(body: dict[str, Any]) -> Any:
    """The output's JSON schema, where the request has one."""
    form = (body.get("task_spec") or {}).get("output_schema")
    return form.get("json_schema") if isinstance(form, dict) else None


def with_model(body: dict[str, Any], expression: Any) -> dict[str, Any]:
    """The request with an expression in place of its output's JSON schema."""
    spec = body["task_spec"]
    return body | {"task_spec": spec | {"output_schema": {"type": "json", "json_schema": expression}}}
