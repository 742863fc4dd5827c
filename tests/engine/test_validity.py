"""Whatever schema is asked for, the content fits it, and every excerpt is a verbatim slice of its page."""

from collections.abc import Callable
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.models import Page
from engine.output import Output

Ask = Callable[..., Output]
NAMES = st.sampled_from(
    ["capital", "gdp", "top_exports", "population", "founded", "borders", "area", "largest_cities", "summary"]
) | st.text(max_size=12)
DESCRIPTIONS = st.sampled_from(
    ["", "in the format MM-YYYY", "Top 3", "yes or no", "1-4 sentences", "like '$3.1 trillion (2023)'"]
)
SCALARS = st.sampled_from(["string", "integer", "number", "boolean"]).map(lambda kind: {"type": kind})
MEMBERS = st.sampled_from(["Paris", "1-10", "11+", "yes", "no", 7, 2.5, None, True])
ENUMS = st.lists(MEMBERS, min_size=1, unique_by=repr)
LEAVES = SCALARS | ENUMS.map(lambda members: {"enum": members}) | st.just({}) | st.just({"const": "fixed"})


def _object(members: dict[str, Any], closed: bool) -> dict[str, Any]:
    schema = {"type": "object", "properties": members, "required": list(members)}
    return schema | ({"additionalProperties": False} if closed else {})


def _larger(schemas: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(
        st.builds(_object, st.dictionaries(NAMES, schemas, max_size=3), st.booleans()),
        schemas.map(lambda item: {"type": "array", "items": item}),
        schemas.map(lambda one: {"anyOf": [one, {"type": "null"}]}),
        schemas.map(lambda one: {"allOf": [one]}),
        st.tuples(schemas, schemas).map(lambda pair: {"anyOf": list(pair)}),
        st.builds(lambda one, text: one | {"description": text}, schemas, DESCRIPTIONS),
    )


SCHEMAS = st.recursive(LEAVES, _larger, max_leaves=6)
ROOTS = st.builds(_object, st.dictionaries(NAMES, SCHEMAS, max_size=4), st.booleans())


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(schema=ROOTS, about=st.sampled_from(["France", "Harbour Union", "Nowhere", ""]))
def test_the_content_fits_any_schema(ask: Ask, schema: dict[str, Any], about: str) -> None:
    output = ask(about, task_spec={"output_schema": {"json_schema": schema}})
    jsonschema_rs.validate(schema, output.content)
    for entry in output.basis:
        assert bool(entry.citations) == entry.found
        _check_excerpts(entry.citations)


def _check_excerpts(citations: tuple) -> None:
    for citation in citations:
        for excerpt in citation.excerpts:
            page = Page.objects.get(pk=excerpt.page_id, content_hash=excerpt.content_hash)
            assert excerpt.text == page.text[excerpt.start : excerpt.end]
            assert excerpt.text


@pytest.mark.parametrize("name", ["__proto__", "constructor", "", "🙂", "a.b", "x" * 10_000, "مرحبا", "{}"])
def test_an_odd_field_name_is_answered_like_any_other(ask: Ask, name: str) -> None:
    output = ask("France", {name: {"type": "string"}})
    assert output.content == {name: "Not found"}
    assert output.basis[0].field == name


def test_recursion_ends(ask: Ask) -> None:
    parts = {"type": "array", "items": {"$ref": "#/$defs/node"}}
    node = _object({"name": {"type": "string"}, "parts": parts}, closed=True)
    schema = _object({"top": {"$ref": "#/$defs/node"}}, closed=True) | {"$defs": {"node": node}}
    output = ask("France", task_spec={"output_schema": {"json_schema": schema}})
    jsonschema_rs.validate(schema, output.content)
    assert output.content["top"]["parts"] == []


def test_a_schema_that_refers_to_itself_everywhere_ends(ask: Ask) -> None:
    names = [f"t{at}" for at in range(12)]
    members = {name: {"anyOf": [{"$ref": f"#/$defs/{name}"}, {"type": "null"}]} for name in names}
    node = {"type": "object", "properties": members}
    schema = node | {"$defs": dict.fromkeys(names, node)}
    output = ask("France", task_spec={"output_schema": {"json_schema": schema}})
    jsonschema_rs.validate(schema, output.content)


def test_deep_nesting_is_filled(ask: Ask) -> None:
    schema = _object({"capital": {"type": "string"}}, closed=True)
    for _ in range(20):
        schema = _object({"country": schema}, closed=True)
    content = ask("France", task_spec={"output_schema": {"json_schema": schema}}).content
    for _ in range(20):
        content = content["country"]
    assert content == {"capital": "Paris"}


def test_a_value_that_breaks_a_rule_the_engine_does_not_know_is_withdrawn(ask: Ask) -> None:
    output = ask("France", {"capital": {"type": ["string", "null"], "maxLength": 3}})
    assert output.content == {"capital": None}
    assert not output.basis[0].found
