"""What is answered when the disk is full or the database busy or away, by pages and by the API."""

import asyncio
import json
import sqlite3
from contextlib import closing

import psycopg
import pytest
from django.db import OperationalError, connection
from django.db.utils import DatabaseErrorWrapper

from api.waiting.call import Call
from api.waiting.trouble import unless_trouble
from web import full

SENTENCE = "The disk of this installation is full. Free some space; nothing that was accepted is lost."
FULL = OperationalError("database or disk is full")
BUSY = "The database is busy. Others are at work in it. Try again in a few seconds."


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


@pytest.fixture
def held(tmp_path):
    """A database that somebody else is just writing to."""
    file = tmp_path / "held.sqlite3"
    with closing(sqlite3.connect(file)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        yield file


def meet_a_held_database(file):
    with closing(sqlite3.connect(file, timeout=0)) as other, DatabaseErrorWrapper(connection):
        other.execute("BEGIN IMMEDIATE")


def test_the_api_asks_to_come_again_when_the_database_is_held(api, held, monkeypatch):
    monkeypatch.setattr("runs.services.store_runs", lambda *args, **options: meet_a_held_database(held))
    api.raise_request_exception = False
    body = {"input": "France", "processor": "lite"}
    answer = api.post("/v1/tasks/runs", body, content_type="application/json")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"
    assert answer.json()["error"]["message"] == BUSY


def test_a_page_can_be_shown_while_the_database_answers_nothing(client, monkeypatch):
    def refuse(*args, **options):
        raise OperationalError from psycopg.OperationalError("the connection is closed")

    client.raise_request_exception = False
    monkeypatch.setattr("django.db.models.query.QuerySet._fetch_all", refuse)
    answer = client.get("/runs/")
    assert answer.status_code == 503
    assert "<h1>The database does not answer</h1>" in answer.text


def answer_of(path, wait):
    """What `wait` and its guard send for a request of this path."""
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.disconnect"}

    scope = {"type": "http", "path": path, "headers": [], "query_string": b""}
    asyncio.run(unless_trouble(wait, Call(scope, receive, send)))
    return sent


async def meets_a_full_disk(call):
    raise FULL


def test_a_client_that_waits_is_told(settings):
    start, body = answer_of("/v1/tasks/runs/x/result", meets_a_full_disk)
    assert start["status"] == 503
    assert (b"retry-after", b"30") in start["headers"]
    assert json.loads(body["body"])["error"]["message"] == SENTENCE


def test_a_client_whose_run_has_begun_is_told_not_to_ask_again():
    """OpenAI's SDKs would, and the same research would be paid for twice."""

    async def begins_and_meets_a_full_disk(call):
        call.has_begun = True
        raise FULL

    start, _ = answer_of("/v1/chat/completions", begins_and_meets_a_full_disk)
    assert (b"x-should-retry", b"false") in start["headers"]
    start, _ = answer_of("/v1/chat/completions", meets_a_full_disk)
    assert (b"retry-after", b"30") in start["headers"]


@pytest.mark.parametrize("path", ["/chat/completions", "/v1/chat/completions", "/v1/responses"])
def test_a_client_of_openai_is_told_in_its_envelope(path):
    _, body = answer_of(path, meets_a_full_disk)
    told = json.loads(body["body"])["error"]
    assert (told["message"], told["type"]) == (SENTENCE, "server_error")


def test_a_client_that_waits_is_asked_to_come_again(held, caplog):
    async def meets_it(call):
        meet_a_held_database(held)

    with caplog.at_level("WARNING"):
        start, body = answer_of("/v1/tasks/runs/x/result", meets_it)
    assert "database is locked" in caplog.text
    assert (start["status"], json.loads(body["body"])["error"]["message"]) == (503, BUSY)
    assert (b"retry-after", b"5") in start["headers"]


def test_another_error_is_not_hidden():
    async def fails(call):
        raise OperationalError("no such table: runs_run")

    with pytest.raises(OperationalError, match="no such table"):
        answer_of("/v1/responses", fails)


def test_an_answer_that_has_begun_is_cut_off():
    async def begun(call):
        await call.start_stream()

        async def send(message):
            raise RuntimeError("the answer has begun")

        call.send = send
        raise FULL

    assert [message["type"] for message in answer_of("/v1/responses", begun)] == ["http.response.start"]
