from typing import Any

import pytest

from engine.blanks import blank
from engine.schema import Field, read_schema


def field(schema: Any, **root: Any) -> Field:
    tree = read_schema({"type": "object", "properties": {"x": schema}} | root)
    return tree.fields[0]


@pytest.mark.parametrize(
    ("schema", "kind", "nullable"),
    [
        ({"type": "string"}, "string", False),
        ({"type": ["null", "integer"]}, "integer", True),
        ({"type": ["number", "string"]}, "number", False),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "string", True),
        ({"oneOf": [{"type": "null"}, {"type": "boolean"}]}, "boolean", True),
        ({"allOf": [{"type": "string"}]}, "string", False),
        ({"enum": ["a", None]}, "enum", True),
        ({"const": "a"}, "enum", False),
        ({"enum": [None]}, "null", True),
        ({"type": "null"}, "null", True),
        ({"properties": {}}, "object", False),
        ({"items": {}}, "array", False),
        ({}, "any", False),
        (True, "any", False),
    ],
)
def test_the_kind_of_a_node(schema: Any, kind: str, nullable: bool) -> None:
    read = field(schema)
    assert (read.kind, read.nullable) == (kind, nullable)


def test_a_reference_is_followed_and_what_stands_beside_it_counts() -> None:
    read = field(
        {"$ref": "#/$defs/City", "description": "Mine"},
        **{"$defs": {"City": {"type": "string", "description": "Theirs"}}},
    )
    assert (read.kind, read.description) == ("string", "Mine")


def test_a_reference_can_lead_to_a_reference_and_escape_slashes() -> None:
    defs = {"a/b": {"$ref": "#/$defs/c~d"}, "c~d": {"type": "integer"}}
    assert field({"$ref": "#/$defs/a~1b"}, **{"$defs": defs}).kind == "integer"


def test_a_reference_to_nowhere_may_be_anything() -> None:
    assert field({"$ref": "#/$defs/gone"}).kind == "any"


def test_a_circle_of_references_is_left_out() -> None:
    tree = read_schema(
        {"type": "object", "properties": {"x": {"$ref": "#/$defs/a"}}, "$defs": {"a": {"$ref": "#/$defs/a"}}}
    )
    assert tree.fields == ()


def test_the_description_of_a_union_stands_for_its_branch() -> None:
    assert field({"anyOf": [{"type": "string"}, {"type": "null"}], "description": "D"}).description == "D"


def test_required_names_without_a_schema_are_fields_all_the_same() -> None:
    tree = read_schema(
        {"type": "object", "properties": {}, "required": ["x"], "additionalProperties": {"type": "integer"}}
    )
    assert tree.fields == (Field("x", "integer"),)


def test_a_forbidden_property_is_left_out() -> None:
    assert read_schema({"type": "object", "properties": {"x": False}}).fields == ()


def test_a_root_that_is_no_object_has_no_fields() -> None:
    assert read_schema({"type": "string"}) == Field("", "object")


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string"}, "Not found"),
        ({"type": "integer"}, 0),
        ({"type": "number"}, 0),
        ({"type": "boolean"}, False),
        ({"type": "array", "items": {"type": "string"}}, []),
        ({"type": ["string", "null"]}, None),
        ({"enum": ["public", "private"]}, "public"),
        ({"enum": ["public", "Unknown"]}, "Unknown"),
        ({"enum": ["public", None]}, None),
        ({"type": "object", "properties": {"a": {"type": "integer"}}}, {"a": 0}),
        ({}, None),
    ],
)
def test_the_blank_is_the_least_that_the_type_allows(schema: dict, value: Any) -> None:
    assert blank(field(schema)) == value
