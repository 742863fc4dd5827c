"""JSON schemas of the wire's types: a TypedDict is a component, ``msgspec.Meta`` holds the constraints."""

import inspect
from collections.abc import Iterable, Iterator
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    Required,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from msgspec import Meta

Schema = dict[str, Any]

PLAIN: dict[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    NoneType: {"type": "null"},
    Any: {},
}
KEYWORDS = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "pattern": "pattern"}
LENGTHS = {"string": ("minLength", "maxLength"), "array": ("minItems", "maxItems")}


def schema_of(kind: Any) -> Schema:
    """The schema of a type; a TypedDict is referred to as a component."""
    if is_typeddict(kind):
        return {"$ref": f"#/components/schemas/{kind.__name__}"}
    if kind in PLAIN:
        return dict(PLAIN[kind])
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Required, NotRequired):
        return schema_of(inner[0])
    if origin is Annotated:
        return annotated(schema_of(inner[0]), inner[1:])
    if origin is Literal:
        return schema_of(type(inner[0])) | ({"enum": list(inner)} if len(inner) > 1 else {"const": inner[0]})
    if origin is list:
        return {"type": "array", "items": schema_of(inner[0])}
    if origin is dict:
        return {"type": "object", "additionalProperties": schema_of(inner[1]) or True}
    if origin in (Union, UnionType):
        return {"anyOf": [schema_of(one) for one in inner]}
    raise TypeError(f"{kind!r} has no JSON schema.")


def annotated(schema: Schema, notes: Iterable[Any]) -> Schema:
    for note in notes:
        if isinstance(note, Meta):
            schema |= constraints(note, schema.get("type", "")) | (note.extra_json_schema or {})
    return schema


def constraints(note: Meta, kind: str) -> Schema:
    said = {keyword: getattr(note, name) for name, keyword in KEYWORDS.items()}
    if kind in LENGTHS:
        least, most = LENGTHS[kind]
        said |= {least: note.min_length, most: note.max_length}
    said |= {"description": note.description, "examples": note.examples}
    return {keyword: value for keyword, value in said.items() if value is not None}


def component(kind: Any) -> Schema:
    """The schema of a TypedDict itself."""
    schema: Schema = {"type": "object"}
    if kind.__doc__:
        schema["description"] = inspect.cleandoc(kind.__doc__)
    hints = get_type_hints(kind, include_extras=True)
    schema["properties"] = {name: schema_of(hint) for name, hint in hints.items()}
    if needed := [name for name in hints if name in kind.__required_keys__]:
        schema["required"] = needed
    return schema


def components(kinds: Iterable[Any]) -> dict[str, Schema]:
    """These types and all that they hold, by name; two types of one name are an error."""
    found: dict[str, Any] = {}
    for kind in kinds:
        for each in typed_dicts(kind, found):
            if found.setdefault(each.__name__, each) is not each:
                raise TypeError(f"Two types of the wire are called {each.__name__}.")
    return {name: component(found[name]) for name in sorted(found)}


def typed_dicts(kind: Any, known: dict[str, Any]) -> Iterator[Any]:
    if is_typeddict(kind):
        if known.get(kind.__name__) is kind:
            return
        yield kind
        inner = get_type_hints(kind, include_extras=True).values()
    else:
        inner = get_args(kind) if get_origin(kind) is not Literal else ()
    for one in inner:
        yield from typed_dicts(one, known)
