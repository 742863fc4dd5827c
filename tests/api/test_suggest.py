"""Suggestions as scripts ask for them."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from provider.lint import lint
from provider.sound import compact
from provider.types import parse_task_run_input
from tests.api.envelope import problems_of

SUGGEST = "/v1beta/tasks/suggest"
PROCESSOR = "/v1beta/tasks/suggest-processor"
FIELDS = {"type": "object", "properties": {"ceo": {"type": "string", "description": "The CEO"}}}
ONE_FIELD = {"output_schema": FIELDS}


def ask(client: Client, path: str, **body: Any) -> HttpResponse:
    return client.post(path, body, content_type="application/json")


def test_a_sentence_becomes_a_task_that_can_be_run(api):
    body = ask(api, SUGGEST, user_intent="Find the founding year and CEO of each company").json()
    assert set(body) == {"title", "input_schema", "output_schema", "inputs", "warnings"}
    assert len(body["output_schema"]["properties"]) == 2
    assert lint(compact(body["output_schema"]), processor="ultra") == []
    spec = {"output_schema": {"type": "json", "json_schema": body["output_schema"]}}
    assert parse_task_run_input({"input": "x", "processor": "core", "task_spec": spec})


def test_every_field_has_one_type(api):
    body = ask(api, SUGGEST, user_intent="Find the founding year and CEO of each company").json()
    assert {field["type"] for field in body["output_schema"]["properties"].values()} == {"integer", "string"}


def test_there_is_always_something_to_put_in(api):
    body = ask(api, SUGGEST, user_intent="?").json()
    assert body["input_schema"]["properties"]


def test_a_suggestion_goes_on_from_the_one_before(api):
    given = {"type": "object", "properties": {"row": {"type": "string", "default": None}}}
    before = {"input_schema": given, "output_schema": FIELDS, "inputs": [{"row": "a"}], "title": None}
    body = ask(api, SUGGEST, user_intent="Also the founding year", previous_task=before).json()
    assert "ceo" in body["output_schema"]["properties"]
    assert len(body["output_schema"]["properties"]) == 2
    assert (body["input_schema"], body["inputs"]) == (given, [{"row": "a"}])


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({}, ["user_intent"]),
        ({"user_intent": " "}, ["user_intent"]),
        ({"user_intent": 1}, ["user_intent"]),
        ({"user_intent": "a" * 10_001}, ["user_intent"]),
        ({"user_intent": "a", "previous_task": 1}, ["previous_task"]),
        ({"user_intent": "a", "previous_task": {"inputs": [1]}}, ["previous_task", "inputs"]),
        ({"user_intent": "a", "previous_task": {"output_schema": 1}}, ["previous_task", "output_schema"]),
        (
            {"user_intent": "a", "previous_task": {"output_schema": {"type": "string"}}},
            ["previous_task", "output_schema"],
        ),
    ],
)
def test_what_is_wrong_is_told_by_its_place(api, body, place):
    answer = ask(api, SUGGEST, **body)
    assert answer.status_code == 422
    assert ["body", *place] in problems_of(answer)


def test_a_small_task_suits_a_small_processor_best(api):
    found = ask(api, PROCESSOR, task_spec=ONE_FIELD).json()["recommended_processors"]
    assert found[0] == "base"
    assert "lite" not in found


@pytest.mark.parametrize(
    "schema", [FIELDS, {"type": "json", "json_schema": FIELDS}, {"type": "auto"}, "The CEO"]
)
def test_a_task_may_be_given_bare_or_as_a_run_has_it(api, schema):
    assert ask(api, PROCESSOR, task_spec={"output_schema": schema}).json()["recommended_processors"]


def test_only_the_processors_named_are_chosen_from(api):
    answer = ask(api, PROCESSOR, task_spec=ONE_FIELD, choose_processors_from=["ultra", "pro-fast"])
    assert answer.json()["recommended_processors"] == ["pro-fast", "ultra"]


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({}, ["task_spec"]),
        ({"task_spec": {}}, ["task_spec", "output_schema"]),
        ({"task_spec": ONE_FIELD, "choose_processors_from": "base"}, ["choose_processors_from"]),
        ({"task_spec": ONE_FIELD, "choose_processors_from": ["best"]}, ["choose_processors_from", 0]),
    ],
)
def test_what_is_wrong_with_a_task_is_told_by_its_place(api, body, place):
    assert problems_of(ask(api, PROCESSOR, **body)) == [["body", *place]]


@pytest.mark.parametrize("path", [SUGGEST, PROCESSOR])
def test_suggestions_have_a_limit_and_need_a_token(api, visitor, limit_rates, path):
    limit_rates(suggest=1)
    body = {"user_intent": "Find the CEO", "task_spec": ONE_FIELD}
    assert [ask(api, path, **body).status_code for _ in range(2)] == [200, 429]
    assert ask(visitor, path, **body).status_code == 401
