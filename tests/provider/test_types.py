import copy
import socket
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provider.fit import validator_of
from provider.lint import lint
from provider.prices import PROCESSORS
from provider.sound import compact
from provider.types import (
    Invalid,
    TaskRunInput,
    input_schema_of,
    output_schema_of,
    parse_task_run_input,
    warnings_for,
)
from tests.provider.damage import SCHEMAS, STEADY, VALUES

SCHEMA = {
    "type": "object",
    "properties": {"year": {"type": ["integer", "null"], "description": "Year founded"}},
    "required": ["year"],
    "additionalProperties": False,
}
FULL = {
    "input": {"company": "Acme"},
    "processor": "core",
    "task_spec": {"output_schema": {"type": "json", "json_schema": SCHEMA}, "input_schema": "A company"},
    "metadata": {"row": "17", "n": 3, "share": 0.5, "test": True},
    "source_policy": {
        "include_domains": ["example.com", ".co.uk", "docs.python.org/3"],
        "after_date": "2026-01-31",
    },
    "advanced_settings": {"location": "de", "data_sources": {"free": ["a"]}},
    "previous_interaction_id": "trun_1",
    "mcp_servers": [
        {"name": "tools", "url": "https://mcp.example/", "headers": {"A": "b"}, "allowed_tools": None}
    ],
    "enable_events": False,
    "webhook": {"url": "https://example.com/hook", "event_types": ["task_run.status"]},
    "memory_scope_key": "team-1_a",
}


def problems_of(**changes):
    """The problems of a request that is good but for these changes, as {loc: message}."""
    with pytest.raises(Invalid) as caught:
        parse_task_run_input({"input": "x", "processor": "lite"} | changes)
    return {problem.loc: problem.message for problem in caught.value.problems}


def test_a_request_with_every_field_is_kept_as_it_was_sent():
    assert parse_task_run_input(FULL).as_sent() == FULL


def test_only_input_and_processor_are_needed():
    request = parse_task_run_input({"input": "x", "processor": "lite"})
    assert request == TaskRunInput(input="x", processor="lite")
    assert request.as_sent() == {"input": "x", "processor": "lite"}


def test_an_explicit_null_is_the_same_as_leaving_the_field_out():
    nulls = dict.fromkeys(FULL.keys() - {"input", "processor"})
    assert parse_task_run_input(nulls | {"input": "x", "processor": "lite"}).task_spec is None


def test_fields_that_nobody_knows_are_ignored():
    assert parse_task_run_input({"input": "x", "processor": "lite", "colour": "red"}).input == "x"


@pytest.mark.parametrize("body", [None, [], "x", 7])
def test_a_body_that_is_no_object_is_refused(body):
    with pytest.raises(Invalid, match="Send a JSON object"):
        parse_task_run_input(body)


def test_all_problems_are_told_at_once():
    found = problems_of(input=17, metadata={"a-name-that-is-too-long": "x"}, enable_events="yes", webhook={})
    assert {loc[0] for loc in found} == {"input", "metadata", "enable_events", "webhook"}


def test_missing_fields_are_named():
    with pytest.raises(Invalid) as caught:
        parse_task_run_input({})
    assert [problem.loc for problem in caught.value.problems] == [("input",), ("processor",)]


def test_an_unknown_processor_is_a_403_that_suggests_the_nearest_one():
    with pytest.raises(Invalid, match="Did you mean core-fast") as caught:
        parse_task_run_input({"input": "x", "processor": "core-fst"})
    assert caught.value.status == 403


def test_anything_else_wrong_beside_the_processor_makes_it_a_422():
    with pytest.raises(Invalid) as caught:
        parse_task_run_input({"input": 1, "processor": "none"})
    assert caught.value.status == 422


@pytest.mark.parametrize("name", PROCESSORS)
def test_every_known_processor_is_accepted(name):
    assert parse_task_run_input({"input": "x", "processor": name}).processor == name


@pytest.mark.parametrize("text", ["a\ud800b", "a\x00b"])
def test_text_that_cannot_be_stored_is_refused_at_its_place(text):
    found = problems_of(input={"deep": [{"er": text}]})
    assert "Remove that character" in found["input", "deep", 0, "er"]


def test_a_name_that_cannot_be_stored_is_refused_and_never_repeated():
    (loc, message) = next(iter(problems_of(metadata={"a\ud800": "x"}).items()))
    assert f"{loc} {message}".encode()  # a lone surrogate could not be
    assert "\ud800" not in message


@pytest.mark.parametrize("number", [float("nan"), float("inf"), 2**63])
def test_numbers_that_json_stores_cannot_hold_are_refused(number):
    assert ("input", "n") in problems_of(input={"n": number})


def test_bottomless_nesting_is_refused_without_recursion():
    value = []
    for _ in range(100_000):
        value = [value]
    (message,) = problems_of(input={"deep": value}).values()
    assert "nested more than" in message


def test_a_list_of_problems_is_cut_off():
    with pytest.raises(Invalid) as caught:
        parse_task_run_input({"input": ["\x00"] * 5_000, "processor": "lite"})
    assert len(caught.value.problems) == 100


@pytest.mark.parametrize(
    ("spec", "kind"),
    [
        (None, "auto"),
        ({"output_schema": {"type": "auto"}}, "auto"),
        ({"output_schema": "The year"}, "text"),
        ({"output_schema": {"description": "The year"}}, "text"),
        ({"output_schema": {"type": "text"}}, "text"),
        ({"output_schema": {"json_schema": SCHEMA}}, "json"),
        ({"output_schema": {"type": "json", "json_schema": SCHEMA}}, "json"),
    ],
)
def test_an_output_schema_is_read_in_each_of_its_forms(spec, kind):
    found = output_schema_of(spec)
    assert found.kind == kind
    assert found.json_schema == (SCHEMA if kind == "json" else None)


def test_a_bare_string_is_a_text_schema_with_that_description():
    assert output_schema_of({"output_schema": "The year"}).description == "The year"
    assert input_schema_of({"input_schema": "A company"}).description == "A company"


def test_no_input_schema_is_none():
    assert input_schema_of({"output_schema": "x", "input_schema": None}) is None


def warnings_of(task_input, input_schema):
    spec = {"output_schema": "The year", "input_schema": {"type": "json", "json_schema": input_schema}}
    request = parse_task_run_input({"input": task_input, "processor": "lite", "task_spec": spec})
    return [(warning.type, warning.message) for warning in warnings_for(request)]


def test_input_that_does_not_fit_its_schema_is_a_warning_and_not_an_error():
    assert warnings_of({"year": "1945"}, SCHEMA) == [
        ("input_validation_warning", "“year”: it must be of type integer or null.")
    ]


def test_input_that_fits_draws_no_warning():
    assert warnings_of({"year": None}, SCHEMA) == []


def test_a_broken_input_schema_is_a_warning_too():
    ((_, message),) = warnings_of({"a": 1}, {"type": "nonsense"})
    assert message.startswith("The input could not be checked")


def spec_warnings(schema, processor="lite"):
    spec = {"output_schema": {"type": "json", "json_schema": schema}}
    request = parse_task_run_input({"input": "x", "processor": processor, "task_spec": spec})
    return {warning.detail["rule"]: warning for warning in warnings_for(request)}


def test_a_clean_schema_draws_no_warning():
    assert spec_warnings(SCHEMA) == {}


def test_a_rule_broken_in_many_places_is_one_warning_that_names_them():
    fields = {
        name: {"type": "object", "properties": {"a": {"type": "string"}}} for name in ("first", "second")
    }
    warning = spec_warnings({"type": "object", "properties": fields})["additional-properties"]
    assert warning.type == "spec_validation_warning"
    assert warning.detail["places"] == ["", "properties.first", "properties.second"]


def test_more_fields_than_the_processor_is_meant_for_is_a_warning():
    fields = {f"field_{n}": {"type": "string"} for n in range(3)}
    assert (
        "up to 2 fields"
        in spec_warnings({"type": "object", "properties": fields})["processor-fields"].message
    )


@pytest.mark.parametrize(
    ("schema", "place"),
    [
        ({"type": "array", "items": {"type": "string"}}, ()),
        ({"type": "object"}, ()),
        ({"type": "object", "anyOf": [{"properties": {}}], "properties": {"a": {"type": "string"}}}, ()),
        ({"type": "object", "properties": {"a": {"type": "string", "minLength": 3}}}, ("properties", "a")),
    ],
)
def test_a_schema_that_breaks_a_rule_is_refused_at_its_place(schema, place):
    found = problems_of(task_spec={"output_schema": {"json_schema": schema}})
    assert list(found) == [("task_spec", "output_schema", "json_schema", *place)]


def test_a_schema_that_is_too_long_is_told_once():
    schema = SCHEMA | {"description": "x" * 15_000}
    assert list(problems_of(task_spec={"output_schema": {"json_schema": schema}})) == [("task_spec",)]


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"title": 5}, ()),
        ({"dependentRequired": 5}, ()),
        ({"$schema": "bogus"}, ()),
        ({"properties": {"a": {"type": "string", "description": 5}}}, ("properties", "a")),
    ],
)
def test_what_is_no_json_schema_is_refused_at_its_place(more, place):
    schema = {"type": "object", "properties": {"a": {"type": "string"}}} | more
    ((found, message),) = problems_of(task_spec={"output_schema": {"json_schema": schema}}).items()
    assert found == ("task_spec", "output_schema", "json_schema", *place)
    assert message.endswith(".")


@pytest.mark.parametrize("elsewhere", ["http://{}/x", "//{}/x", "json-schema:///{}", "http://{}/x#/$defs/a"])
@pytest.mark.parametrize(
    "word", ["$schema", "$ref", "$dynamicRef", "$id", "dependencies", "additionalItems", "contentSchema"]
)
def test_no_address_in_a_schema_is_ever_read(word, elsewhere):
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = elsewhere.format(f"127.0.0.1:{server.getsockname()[1]}")
        reference = {"$ref": address}
        inner = {"dependencies": {"a": reference}, "additionalItems": reference, "contentSchema": reference}
        schema = SCHEMA | {word: inner.get(word, address)}
        lint(compact(schema))
        for kind in ("output_schema", "input_schema"):
            with suppress(Invalid):
                spec = {"output_schema": "x", kind: {"type": "json", "json_schema": schema}}
                warnings_for(parse_task_run_input({"input": {}, "processor": "lite", "task_spec": spec}))
        server.setblocking(False)
        with pytest.raises(BlockingIOError):
            server.accept()


def places_in(value, path=()):
    """The way to every value within a value."""
    yield path
    steps = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for step in steps:
        inner = value[step]
        yield from places_in(inner, (*path, step))


def replaced(value, path, new):
    if not path:
        return new
    changed = copy.copy(value)
    changed[path[0]] = replaced(value[path[0]], path[1:], new)
    return changed


@STEADY
@given(st.data())
def test_no_value_in_any_place_brings_it_down(data):
    body = FULL
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(list(places_in(body))))
        body = replaced(body, path, data.draw(VALUES | SCHEMAS))
    refused = []
    try:
        request = parse_task_run_input(body)
        warnings_for(request)
        validator_of(output_schema_of(request.task_spec).json_schema or {})
    except Invalid as refusal:
        refused = refusal.problems
    # Each is a sentence, and can be stored and sent whatever it quotes.
    assert all(problem.message.endswith((".", "?")) for problem in refused)
    "".join(f"{problem.loc}{problem.message}" for problem in refused).encode()
