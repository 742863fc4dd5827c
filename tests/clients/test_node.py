"""The npm packages parallel-web and openai."""

from typing import Any

import pytest

from tests.clients.conftest import Runs
from tests.js.test_js import node_version

pytestmark = pytest.mark.skipif(node_version() < (20,), reason="the npm packages need Node.js 20 or later")


@pytest.fixture(scope="module")
def tasks(told_by: Runs) -> dict[str, Any]:
    return told_by("node", "tasks.mjs")


@pytest.fixture(scope="module")
def chat(told_by: Runs) -> dict[str, Any]:
    return told_by("node", "chat.mjs")


def test_a_run_is_made_and_its_result_waited_for(tasks):
    assert tasks["created"]["status"] == "queued"
    assert tasks["input"]["input"] == "Kenya"
    assert tasks["result"]["output"]["content"] == {"capital": "Nairobi"}


def test_a_runs_events_end_with_its_output(tasks):
    assert tasks["events"][0]["type"] == tasks["events"][-1]["type"] == "task_run.state"
    assert tasks["events"][-1]["output"]["content"] == {"capital": "Nairobi"}


def test_a_group_is_followed_to_its_end(tasks):
    ends = [event["run"]["run_id"] for event in tasks["followed"] if event["type"] == "task_run.state"]
    assert sorted(ends) == sorted(tasks["added"]["run_ids"])
    assert tasks["ended"]["status"]["task_run_status_counts"] == {"completed": 2}
    capitals = [event["output"]["content"]["capital"] for event in tasks["listed"]]
    assert capitals == ["Paris", "Tokyo"]


def test_errors_arrive_as_their_classes(tasks):
    assert {status: error["class"] for status, error in tasks["errors"].items()} == {
        "401": "AuthenticationError",
        "403": "PermissionDeniedError",
        "404": "NotFoundError",
        "422": "UnprocessableEntityError",
    }


@pytest.mark.parametrize("model", ["speed", "lite"])
def test_a_chat_is_answered_whole_in_pieces_and_by_a_schema(chat, model):
    told = chat[model]
    pieces = [piece["choices"][0]["delta"].get("content") or "" for piece in told["pieces"]]
    whole = told["answer"]["choices"][0]["message"]["content"]
    assert whole == "".join(pieces) == told["helped"] == "Nairobi"
    assert told["schema"] == {"capital": "Nairobi"}


def test_a_response_is_given_whole_and_in_events(chat):
    assert chat["response"] == "Nairobi"
    assert (chat["events"][0], chat["events"][-1]) == ("response.created", "response.completed")


def test_an_unknown_model_is_refused(chat):
    assert (chat["refused"]["class"], chat["refused"]["status"]) == ("NotFoundError", 404)
