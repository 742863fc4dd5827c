"""``GET …/groups/{taskgroup_id}/runs``, asked as the server asks it, without a server."""

from typing import Any

import orjson
import pytest
from asgiref.sync import async_to_sync

from api.waiting.call import Call
from api.waiting.streams import group_runs
from provider.types import parse_task_run_input
from runs.converters import GroupId
from runs.groups import add_runs, create_group
from runs.models import TaskGroup
from teams.models import Role, Token
from teams.tokens import create_token
from tests.runs.making import completed

SPEC = {"output_schema": "The capital"}


@pytest.fixture
def token(workspace) -> tuple[Token, str]:
    return create_token(workspace=workspace, name="Nightly", role=Role.EDITOR)


@pytest.fixture
def group(workspace, token) -> TaskGroup:
    group = create_group(workspace=workspace, metadata=None, token=token[0])
    asked = [
        parse_task_run_input({"input": country, "processor": "lite", "task_spec": SPEC})
        for country in ("France", "Japan")
    ]
    add_runs(group=group, requests=asked, token=token[0])
    return group


def told(group: TaskGroup, token: str, query: str = "") -> list[dict[str, Any]]:
    """The events of the whole stream."""
    said: list[bytes] = []

    async def send(message: dict[str, Any]) -> None:
        said.append(message.get("body", b""))

    names = {"taskgroup_id": GroupId().to_url(group.pk)}
    scope = {"query_string": query.encode(), "headers": [(b"x-api-key", token.encode())]}
    async_to_sync(group_runs)(Call(scope, None, send, names))
    events = b"".join(said).decode().split("\n\n")
    return [orjson.loads(event.partition("data: ")[2]) for event in events if event]


def test_it_tells_every_run_in_order_and_no_more_than_is_asked(group, token):
    events = told(group, token[1])
    assert [event["event_id"] for event in events] == ["1", "2"]
    assert not any(event["input"] or event["output"] for event in events)


def test_it_tells_the_input_where_it_is_asked_for(group, token):
    events = told(group, token[1], "include_input=true")
    assert [event["input"]["input"] for event in events] == ["France", "Japan"]


def test_it_tells_the_output_of_the_completed_where_it_is_asked_for(group, token):
    completed(group.runs.get(position=2))
    outputs = [event["output"] for event in told(group, token[1], "include_output=true")]
    assert outputs[0] is None
    assert outputs[1]["content"] == {"capital": "Paris"}


def test_it_goes_on_after_the_position_it_is_given(group, token):
    assert [event["event_id"] for event in told(group, token[1], "last_event_id=1")] == ["2"]


def test_it_tells_only_runs_with_the_status_asked_for(group, token):
    completed(group.runs.get(position=1))
    assert [event["event_id"] for event in told(group, token[1], "status=completed")] == ["1"]
