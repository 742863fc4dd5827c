"""What is answered when the disk is full, by pages and by the API."""

import asyncio
import json

import pytest
from django.db import OperationalError

from api.waiting.call import Call
from api.waiting.full import unless_full
from web import full

SENTENCE = "The disk of this installation is full. Free some space; nothing that was accepted is lost."
FULL = OperationalError("database or disk is full")


@pytest.fixture(autouse=True)
def nothing_refused(monkeypatch):
    monkeypatch.setattr(full, "_refused_at", float("-inf"))


@pytest.fixture
def disk_full(monkeypatch):
    def refuse(*args, **options):
        raise FULL

    monkeypatch.setattr("runs.services.store_runs", refuse)


@pytest.mark.parametrize("path", ["/v1/tasks/runs", "/v1beta/tasks/runs"])
def test_the_api_refuses_a_run_in_its_envelope(api, disk_full, path):
    api.raise_request_exception = False
    answer = api.post(path, {"input": "France", "processor": "lite"}, content_type="application/json")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"
    assert answer.json()["error"]["message"] == SENTENCE


def test_a_page_says_it_in_the_same_words(client, monkeypatch):
    def refuse(*args, **options):
        raise FULL

    client.raise_request_exception = False
    monkeypatch.setattr("runs.models.RunQuerySet.in_workspace", refuse)
    answer = client.get("/runs/")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"
    assert "<h1>The disk of this installation is full</h1>" in answer.text
    assert "Free some space; nothing that was accepted is lost." in answer.text
    assert not full.can_write()


def answer_of(path, wait):
    """What `wait` and its guard send for a request of this path."""
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.disconnect"}

    scope = {"type": "http", "path": path, "headers": [], "query_string": b""}
    asyncio.run(unless_full(wait, Call(scope, receive, send)))
    return sent


async def meets_a_full_disk(call):
    raise FULL


def test_a_client_that_waits_is_told(settings):
    start, body = answer_of("/v1/tasks/runs/x/result", meets_a_full_disk)
    assert start["status"] == 503
    assert (b"retry-after", b"30") in start["headers"]
    assert json.loads(body["body"])["error"]["message"] == SENTENCE


@pytest.mark.parametrize("path", ["/chat/completions", "/v1/chat/completions", "/v1/responses"])
def test_a_client_of_openai_is_told_in_its_envelope(path):
    _, body = answer_of(path, meets_a_full_disk)
    told = json.loads(body["body"])["error"]
    assert (told["message"], told["type"]) == (SENTENCE, "server_error")


def test_another_error_is_not_hidden():
    async def locked(call):
        raise OperationalError("database is locked")

    with pytest.raises(OperationalError, match="locked"):
        answer_of("/v1/responses", locked)


def test_an_answer_that_has_begun_is_cut_off():
    async def begun(call):
        await call.start_stream()

        async def send(message):
            raise RuntimeError("the answer has begun")

        call.send = send
        raise FULL

    assert [message["type"] for message in answer_of("/v1/responses", begun)] == ["http.response.start"]
