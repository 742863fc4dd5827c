import pytest

from playground.input_form import MOST_CONTROLS, controls_of, filled, read
from tests.playground.filling import schema

CITY = schema("name", mayor={"type": ["string", "null"]})
KINDS = {
    "text": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": ["number", "null"]},
    "boolean": {"type": "boolean"},
    "choice": {"type": "string", "enum": ["a", "b"]},
    "json": {"type": "array", "items": {"type": "string"}},
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_plain_value_has_a_control_of_its_kind(kind):
    (control,) = controls_of(schema(field=KINDS[kind]))
    assert (control.kind, control.name, control.required) == (kind, "input:/field", True)


@pytest.mark.parametrize(
    "node",
    [
        {"anyOf": [{"type": "string"}, {"type": "null"}]},
        {"$ref": "#/$defs/x"},
        {"type": ["string", "integer"]},
        {"type": "object"},
        {"type": "null"},
        {"type": []},
        {"type": {}},
        {"type": [["string"]]},
        {"type": 7},
    ],
)
def test_what_no_control_can_draw_is_typed_as_json(node):
    assert [control.kind for control in controls_of(schema(field=node))] == ["json"]


def test_a_field_without_a_type_is_text():
    assert [control.kind for control in controls_of({"properties": {"a": {}, "b": True, "c": None}})] == [
        "text"
    ] * 3


def test_options_that_are_no_texts_are_not_offered():
    (control,) = controls_of(schema(field={"type": "integer", "enum": [1, 2]}))
    assert (control.kind, control.options) == ("integer", ())


def test_the_parts_of_an_object_are_controls_of_their_own():
    controls = controls_of(schema(city=CITY))
    assert [control.label for control in controls] == ["city › name", "city › mayor"]
    assert [control.name for control in controls] == ["input:/city/name", "input:/city/mayor"]


def test_names_are_written_as_a_json_pointer():
    controls = controls_of(schema("a/b", "m~n", "~1"))
    assert [control.name for control in controls] == ["input:/a~1b", "input:/m~0n", "input:/~01"]


@pytest.mark.parametrize(
    "text", [None, 7, "text", [], {}, {"properties": []}, {"properties": None}, {"properties": {}}]
)
def test_what_is_no_object_with_fields_has_no_controls(text):
    assert controls_of(text) == []


def test_a_form_has_an_end():
    assert len(controls_of(schema(*map(str, range(500))))) == MOST_CONTROLS


def test_a_form_has_a_bottom():
    deep = schema("leaf")
    for _ in range(20):
        deep = schema(inner=deep)
    (control,) = controls_of(deep)
    assert (control.kind, len(control.path)) == ("json", 5)


def test_an_input_is_read_back_as_it_was_filled_in():
    shape = schema(city=CITY, **KINDS)
    given = {
        "city": {"name": "Lyon", "mayor": "X"}, "text": " a ", "integer": -3, "number": 0.5, "boolean": False,
        "choice": "b", "json": ["x", {"y": None}],
    }  # fmt: skip
    assert read(shape, filled(shape, given)) == given


def test_an_empty_control_leaves_its_key_out():
    assert read(schema(city=CITY, **KINDS), {"input:/text": " ", "input:/city/name": ""}) == {}


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("integer", "abc"),
        ("integer", "1.5"),
        ("integer", "true"),
        ("number", '"7"'),
        ("number", "NaN"),
        ("number", "9" * 5_000),
        ("boolean", "1"),
        ("boolean", "perhaps"),
        ("json", "[1,"),
        ("json", "[" * 100_000),
    ],
)
def test_what_is_not_of_its_kind_is_sent_as_it_was_typed(kind, text):
    assert read(schema(field=KINDS[kind]), {"input:/field": text}) == {"field": text}


def test_names_that_mean_something_to_javascript_are_only_names():
    shape = schema("constructor", __proto__=schema("x"))
    given = {"__proto__": {"x": "1"}, "constructor": "2"}
    assert read(shape, filled(shape, given)) == given


def test_an_input_of_another_shape_fills_in_what_fits():
    assert filled(schema(city=CITY), {"city": "Lyon"}) == {"input:/city/name": "", "input:/city/mayor": ""}
    assert filled(schema("a"), ["a"]) == {"input:/a": ""}
