"""The form as a template or an earlier run fills it in, and back again: asked once more, it asks the same."""

import re

import pytest
from django.http import QueryDict

from playground.forms import RunForm, fields_of
from playground.templates_gallery import GALLERY
from playground.views.playground import query_dict
from provider.types import parse_task_run_input
from runs.models import Run
from tests.playground.filling import RUN, filled, schema

SPEC = {"output_schema": {"type": "json", "json_schema": schema("capital")}}
INPUT_SPEC = {"input_schema": {"type": "json", "json_schema": schema("name", year={"type": "integer"})}}


def asked_again(body: dict) -> dict:
    """The request that the form makes when it was filled in from this one."""
    form = RunForm(query_dict(fields_of(body)))
    assert form.is_valid(), form.errors
    return form.request.as_sent()


@pytest.mark.parametrize("slug", GALLERY)
def test_a_template_can_be_run_as_it_is(slug):
    body = GALLERY[slug].as_request()
    assert asked_again(body) == parse_task_run_input(body).as_sent()


@pytest.mark.parametrize("slug", GALLERY)
def test_a_template_fills_in_the_page(client, slug):
    html = client.get("/playground/", {"template": slug}).text
    assert f'<option value="{GALLERY[slug].processor}" selected' in html
    assert all(f"&quot;{name}&quot;" in html for name in GALLERY[slug].output_schema["properties"])


def test_a_template_counts_more_than_the_draft(client):
    client.post("/playground/draft/", filled(input_text="My draft"))
    assert "My draft" not in client.get("/playground/", {"template": next(iter(GALLERY))}).text


@pytest.mark.parametrize(
    "body",
    [
        {"input": "France", "task_spec": SPEC},
        {"input": "  spaces\nand lines ", "task_spec": {"output_schema": {"type": "auto"}}},
        {"input": "France", "task_spec": {"output_schema": {"type": "text", "description": "The capital"}}},
        {"input": {"name": "UN", "year": 1945}, "task_spec": SPEC | INPUT_SPEC},
        {"input": {"name": "UN"}, "task_spec": SPEC | INPUT_SPEC},
        {"input": "France", "task_spec": SPEC, "metadata": {"row": "17", "a": ""}},
        {
            "input": "France",
            "task_spec": SPEC,
            "source_policy": {"exclude_domains": ["un.org"], "after_date": "2026-01-31"},
        },
        {"input": "France", "task_spec": SPEC, "processor": "ultra"},
    ],
)
def test_a_run_is_asked_again_exactly(body):
    sent = {"processor": "lite"} | body
    assert asked_again(sent) == sent


def test_an_input_without_a_schema_gets_one_that_shows_it():
    given = {"name": "UN", "year": 1945, "share": 0.5, "open": False, "tags": ["a"], "head": {"of": "state"}}
    again = asked_again({"input": given, "processor": "lite", "task_spec": SPEC})
    assert again["input"] == given
    kinds = {
        name: node["type"]
        for name, node in again["task_spec"]["input_schema"]["json_schema"]["properties"].items()
    }
    assert list(kinds.values()) == ["string", "integer", "number", "boolean", "array", "object"]


def test_what_an_input_holds_beyond_its_schema_is_not_lost():
    given = {"name": "UN", "colour": "blue"}
    again = asked_again({"input": given, "processor": "lite", "task_spec": SPEC | INPUT_SPEC})
    properties = again["task_spec"]["input_schema"]["json_schema"]["properties"]
    assert again["input"] == given
    assert list(properties) == ["name", "year", "colour"]
    assert properties["name"] == INPUT_SPEC["input_schema"]["json_schema"]["properties"]["name"]


@pytest.mark.parametrize(
    "given",
    [
        {"head": {"name": "UN", "title": "Secretary-General"}},
        {"head": {"name": "UN", "seat": {"city": "New York", "zip": {"code": 10017}}}},
        {"head": "the Secretary-General"},
        {"head": ["one", "two"]},
        {"head": {"seat": "New York"}, "more": {"deep": {"er": [1]}}},
        {f"field {number}": number for number in range(250)},
    ],
)
def test_what_an_input_holds_beyond_the_groups_of_its_schema_is_not_lost(given):
    seat = {"type": "object", "properties": {"city": {"type": "string"}}}
    head = {"type": "object", "properties": {"name": {"type": "string"}, "seat": seat}}
    spec = SPEC | {"input_schema": {"type": "json", "json_schema": schema(head=head)}}
    again = asked_again({"input": given, "processor": "lite", "task_spec": spec})
    assert again["input"] == given


def test_metadata_of_any_kind_is_shown_as_json_writes_it():
    body = {"input": "x", "processor": "lite", "metadata": {"a": "text", "b": 3, "c": True, "d": 0.5}}
    assert asked_again(body)["metadata"] == {"a": "text", "b": "3", "c": "true", "d": "0.5"}


def test_a_run_without_a_spec_is_an_automatic_one():
    assert asked_again({"input": "x", "processor": "lite"})["task_spec"] == {
        "output_schema": {"type": "auto"}
    }


def test_a_duplicate_shows_what_was_asked(client, start):
    run = start(
        {"name": "UN", "year": 1945}, task_spec=SPEC | INPUT_SPEC, processor="core", metadata={"row": "17"}
    )
    html = client.get("/playground/", {"from": run.run_id}).text
    assert re.search(r'name="input:/name" value="UN"', html)
    assert re.search(r'name="input:/year" value="1945"', html)
    assert '<option value="core" selected' in html
    assert 'value="row"' in html
    assert 'value="17"' in html


def test_a_duplicate_that_is_run_asks_the_same(client, start):
    first = start("France", task_spec=SPEC)
    client.post(RUN, query_dict(fields_of({"input": first.input, "processor": "lite", "task_spec": SPEC})))
    again = Run.objects.exclude(pk=first.pk).get()
    assert (again.input, again.task_spec, again.processor) == (first.input, first.task_spec, first.processor)


def test_the_first_form_holds_an_empty_schema_and_the_quickest_processor():
    form = query_dict({})
    assert isinstance(form, QueryDict)
    assert (form["output_kind"], form["input_kind"], form["processor"]) == ("json", "text", "lite")
    assert '"properties": {}' in form["output_schema"]
