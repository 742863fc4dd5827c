"""The JSON schema of what a model may answer: for each field a value, quotes, and why."""

from collections.abc import Sequence
from typing import Any

from engine.schema import Field

Json = dict[str, Any]
MOST_QUOTES = 8
QUOTES: Json = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"passage": {"type": "integer"}, "text": {"type": "string"}},
        "required": ["passage", "text"],
        "additionalProperties": False,
    },
}
TEXTS: Json = {"type": "array", "items": {"type": "string"}}
_SCALAR = {"string": "string", "integer": "integer", "number": "number", "boolean": "boolean"}
_DEEPEST = 5


def _object(properties: Json) -> Json:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


SENTENCES = _object(
    {"sentences": {"type": "array", "items": _object({"text": {"type": "string"}, "quotes": QUOTES})}}
)
FINDINGS = _object(
    {
        "findings": {
            "type": "array",
            "items": _object({"name": {"type": "string"}, "value": {"type": "string"}, "quotes": QUOTES}),
        }
    }
)


def can_be_asked(field: Field, depth: int = 0) -> bool:
    """Whether a model may be asked for it: no tuple, no list of anything, nothing too deep."""
    if depth > _DEEPEST:
        return False
    match field.kind:
        case "array":
            return field.item is not None and not field.prefix and can_be_asked(field.item, depth + 1)
        case "object":
            return bool(field.fields) and all(can_be_asked(member, depth + 1) for member in field.fields)
    return field.kind != "null"


def answers_schema(fields: Sequence[Field]) -> Json:
    return _object(
        {
            field.name: _object(
                {"value": value_schema(field), "quotes": QUOTES, "reasoning": {"type": "string"}}
            )
            for field in fields
        }
    )


def value_schema(field: Field) -> Json:
    """What the field's value may be; null always, as a model has to be able to say that it found nothing."""
    match field.kind:
        case "enum":
            kinds = dict.fromkeys(_kind_of(choice) for choice in field.choices)
            return {"type": [*kinds, "null"], "enum": [*field.choices, None]}
        case "array" if field.item:
            return {"type": ["array", "null"], "items": value_schema(field.item)}
        case "object":
            members = _object({member.name: value_schema(member) for member in field.fields})
            return members | {"type": ["object", "null"]}
        case kind if kind in _SCALAR:
            return {"type": [_SCALAR[kind], "null"]}
    return {"type": ["string", "number", "boolean", "null"]}


def _kind_of(choice: Any) -> str:
    match choice:
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
    return "object"


def searches_schema() -> Json:
    return _object({"queries": TEXTS})
