"""OpenAI's client, the newest and the one before the last, on the chat models and on responses."""

import json
from typing import Any

import pytest

from tests.clients.conftest import Runs

CLIENTS = {"parallel": 3, "openai1": 1}
MODELS = ("speed", "lite")


@pytest.fixture(scope="module", params=CLIENTS)
def client(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def chat(told_by: Runs, client: str) -> dict[str, Any]:
    told = told_by(client, "openai_chat.py")
    assert told["version"].startswith(f"{CLIENTS[client]}.")
    return told


@pytest.fixture(scope="module")
def responses(told_by: Runs, client: str) -> dict[str, Any]:
    return told_by(client, "openai_responses.py")


def text(completion: dict[str, Any]) -> str:
    (choice,) = completion["choices"]
    assert (choice["message"]["role"], choice["finish_reason"]) == ("assistant", "stop")
    return choice["message"]["content"]


@pytest.mark.parametrize("model", MODELS)
def test_a_question_is_answered(chat, model):
    assert text(chat[model]["answer"]) == "Nairobi"
    assert text(chat[model]["async"]["answer"]) == "Nairobi"


@pytest.mark.parametrize("model", MODELS)
def test_what_the_models_know_nothing_of_is_ignored(chat, model):
    assert text(chat[model]["ignored"]) == "Nairobi"


@pytest.mark.parametrize("model", MODELS)
def test_a_streamed_answer_comes_in_pieces_of_one_message(chat, model):
    for pieces in (chat[model]["pieces"], chat[model]["async"]["pieces"]):
        choices = [piece["choices"][0] for piece in pieces]
        assert "".join(choice["delta"].get("content") or "" for choice in choices) == "Nairobi"
        assert [choice["finish_reason"] for choice in choices if choice["finish_reason"]] == ["stop"]
        assert choices[0]["delta"]["role"] == "assistant"
        assert len({piece["id"] for piece in pieces}) == 1


@pytest.mark.parametrize("model", MODELS)
def test_the_clients_own_stream_helper_adds_the_pieces_up(chat, model):
    assert text(chat[model]["helped"]["whole"]) == "Nairobi"
    assert chat[model]["helped"]["kinds"][-1] == "content.done"


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("form", ["by_schema", "parsed"])
def test_a_schema_is_filled(chat, model, form):
    assert chat[model][form] == {"capital": "Nairobi"}


def test_a_researched_answer_tells_its_basis(chat, installation):
    (entry,) = chat["lite"]["answer"]["basis"]
    assert entry["field"] == "output"
    assert entry["citations"][0]["url"] == f"{installation.url}/library/kenya/"
    last = chat["lite"]["pieces"][-1]
    assert last["basis"][0]["citations"] == entry["citations"]
    assert [piece for piece in chat["lite"]["pieces"] if piece["interaction_id"]] == [last]


def test_speed_tells_no_basis(chat):
    assert chat["speed"]["answer"]["basis"] == []
    assert chat["speed"]["answer"]["interaction_id"] is None


def test_a_conversation_goes_on_from_an_interaction(chat):
    assert text(chat["going_on"]).startswith("55,")
    assert chat["going_on"]["interaction_id"] != chat["lite"]["answer"]["interaction_id"]


def test_every_documented_place_answers(chat):
    assert [text(completion) for completion in chat["places"]] == ["Nairobi"] * 3


@pytest.mark.parametrize(
    ("case", "name"),
    [
        ("key", "AuthenticationError"),
        ("model", "NotFoundError"),
        ("stream", "NotFoundError"),
        ("messages", "UnprocessableEntityError"),
        ("earlier", "NotFoundError"),
    ],
)
def test_errors_arrive_as_their_classes(chat, case, name):
    assert chat["errors"][case]["class"] == name
    assert set(chat["errors"][case]["body"]) == {"message", "type", "param", "code"}


def test_the_first_example_of_the_chat_api_gets_an_answer_by_its_schema(told_by, client):
    content = json.loads(told_by(client, "openai_schema.py")["content"])
    assert set(content) == {"reasoning", "answer", "citations"}
    assert content["answer"] == "24 October 1945"
    assert isinstance(content["citations"], list)


def test_a_response_cites_what_it_says(responses, installation):
    assert responses["text"] == "Nairobi"
    (content,) = responses["answer"]["output"][0]["content"]
    (cited,) = content["annotations"]
    assert cited["url"] == f"{installation.url}/library/kenya/"
    assert content["text"][cited["start_index"] : cited["end_index"]] == "Nairobi"


def test_a_response_says_how_it_was_asked(responses):
    answer = responses["answer"]
    assert (answer["status"], answer["model"], answer["object"]) == ("completed", "parallel", "response")
    assert answer["metadata"] == {"row": "3"}


def test_a_streamed_response_tells_its_events_in_order(responses):
    events = responses["events"]
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    assert [event["type"] for event in events] == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
        "response.output_text.delta",
        "response.output_text.annotation.added",
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]
    assert responses["helped"]["output"][0]["content"][0]["text"] == "Nairobi"


def test_a_response_by_a_schema_is_json(responses):
    assert json.loads(responses["by_schema"]) == responses["parsed"] == {"capital": "Nairobi"}


def test_a_response_knows_what_was_said_before(responses):
    assert responses["conversation"] == "Paris"
    assert responses["going_on"].startswith("55,")
    assert responses["asynchronous"] == "Nairobi"


@pytest.mark.parametrize("case", ["model", "empty", "background", "earlier"])
def test_a_response_that_cannot_be_given_is_refused(responses, case):
    assert responses["errors"][case]["class"] == "BadRequestError"
    assert responses["errors"][case]["body"]["type"] == "invalid_request_error"
