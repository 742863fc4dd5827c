"""What holds for any request: no failure, no hang, an answer as it is described, and no half-made run.

The requests are made from the description, half of them so that they fit it and half so that they don't.
"""

import json
import re
from functools import cache

import httpx
import jsonschema_rs
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.description import description, operation_id
from api.operations import OPERATIONS
from provider.types import parse_task_run_input
from runs.groups import add_runs, create_group
from runs.models import Run
from teams.models import Workspace
from tests.api.conftest import BASE, Ask
from tests.runs.making import completed

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
]
USUAL = 61
EXAMPLES = {
    "create_a_task_run": 40,
    "add_runs_to_a_task_group": 12,
    "answer_a_conversation": 24,
    "answer_with_a_response": 24,
}
"""Of each mode; bodies that are large take long to think of."""
NAMES = sorted({operation_id(operation.told, operation.path) for operation in OPERATIONS})
NAMES = [name for name in NAMES if not name.endswith("_v1")]


@cache
def described() -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_dict(description(BASE))


@cache
def events_of(name: str) -> jsonschema_rs.Validator:
    """What the events of an operation's stream must be."""
    said = description(BASE)
    every = (each for item in said["paths"].values() for each in item.values())
    answer = next(each for each in every if each["operationId"] == name)["responses"]["200"]
    schema = answer["content"]["text/event-stream"]["schema"]
    return jsonschema_rs.validator_for({"components": said["components"], **schema})


def ask(send: Ask, case: Case) -> httpx.Response:
    prepared = requests.Request(**case.as_transport_kwargs(base_url=BASE)).prepare()
    content = prepared.body.encode() if isinstance(prepared.body, str) else prepared.body
    kept = ("content-type", "x-stainless-read-timeout")
    headers = {name: value for name, value in prepared.headers.items() if name.lower() in kept}
    return send(prepared.method, prepared.url.removeprefix(BASE), content=content, **headers)


def check(name: str, case: Case, answer: httpx.Response) -> None:
    """A stream's schema is that of the data of its events, which Schemathesis takes for the events."""
    if answer.headers["content-type"].startswith("text/event-stream"):
        case.validate_response(answer, checks=CHECKS)
        for line in re.findall(r"(?m)^data: (.+)$", answer.text):
            if line != "[DONE]":
                events_of(name).validate(json.loads(line))
    else:
        case.validate_response(answer, checks=[*CHECKS, response_schema_conformance])


@pytest.fixture
def known(workspace: Workspace) -> dict[str, str]:
    """Names that may stand in a path: of a group, and of the one run in it, which is completed."""
    group = create_group(workspace=workspace, metadata=None, token=None)
    asked = parse_task_run_input({"input": "France", "processor": "lite"})
    (run,) = add_runs(group=group, requests=[asked], token=None)
    return {"run_id": completed(run).run_id, "taskgroup_id": group.group_id}


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize("name", NAMES)
def test_every_answer_is_as_described(send, known, name, mode):

    @settings(
        max_examples=EXAMPLES.get(name, USUAL),
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(described().find_operation_by_id(name).as_strategy(generation_mode=mode))
    def holds(case: Case) -> None:
        if mode == GenerationMode.POSITIVE or case.body:
            case.path_parameters = {each: known[each] for each in case.path_parameters or {}}
        before = Run.objects.count()
        answer = ask(send, case)
        check(name, case, answer)
        if answer.status_code >= 400 and answer.status_code != 408:
            assert Run.objects.count() == before

    holds()


def test_there_are_at_least_2000_of_them():
    assert sum(EXAMPLES.get(name, USUAL) for name in NAMES) * len(GenerationMode) >= 2_000


@pytest.mark.parametrize("name", NAMES)
def test_what_the_description_gives_as_an_example_is_carried_out(send, known, name):
    operation = described().find_operation_by_id(name)
    told = next(each.told for each in OPERATIONS if operation_id(each.told, each.path) == name)
    case = operation.Case(path_parameters=known)
    answer = send(
        operation.method.upper(), case.formatted_path, content=told.example and json.dumps(told.example)
    )
    assert answer.status_code == (408 if name == "answer_with_a_response" else told.status)
    check(name, case, answer)
