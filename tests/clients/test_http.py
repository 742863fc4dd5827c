"""Requests written by hand: what holds for whoever uses no client."""

import json
import time

import httpx
import pytest

from tests.clients.conftest import new_token

RUN = {"input": "France", "processor": "lite", "task_spec": {"output_schema": "The capital city"}}
CHAT = {"model": "speed", "messages": [{"role": "user", "content": "The capital of France?"}]}
CHATS = ("/chat/completions", "/v1/chat/completions", "/v1beta/chat/completions")
PLACES = ("/v1/tasks/runs", "/v1/tasks/groups", "/chat/completions", "/v1/responses", "/v1/search")


@pytest.fixture
def nobody(installation) -> httpx.Client:
    with httpx.Client(base_url=installation.url, timeout=30) as client:
        yield client


@pytest.mark.parametrize("path", PLACES)
def test_without_a_token_nothing_is_served(nobody, path):
    answer = nobody.post(path, json=RUN | CHAT)
    assert answer.status_code == 401
    assert answer.json()["error"]["message"]


@pytest.mark.parametrize("version", ["v1", "v1beta"])
@pytest.mark.parametrize("header", ["x-api-key", "authorization"])
def test_either_header_opens_every_path(nobody, token, version, header):
    headers = {header: f"Bearer {token}" if header == "authorization" else token}
    run_id = nobody.post(f"/{version}/tasks/runs", json=RUN, headers=headers).json()["run_id"]
    result = nobody.get(f"/{version}/tasks/runs/{run_id}/result", headers=headers).json()
    assert result["output"]["content"] == "Paris"
    assert nobody.get(f"/{version}/tasks/runs/{run_id}/events", headers=headers).status_code == 200


@pytest.mark.parametrize("path", CHATS)
@pytest.mark.parametrize("header", ["x-api-key", "authorization"])
def test_either_header_opens_the_chat(nobody, token, path, header):
    headers = {header: f"Bearer {token}" if header == "authorization" else token}
    nulls = {"max_tokens": None, "stop": None, "temperature": None, "of_the_future": {"a": 1}}
    answer = nobody.post(path, json=CHAT | nulls, headers=headers)
    assert answer.json()["choices"][0]["message"]["content"] == "Paris"


@pytest.mark.parametrize("body", [b"", b"{not json", b"[]", b"[" * 10_000, b'"\\ud800"', b"\xff\xfe"])
def test_what_is_no_request_is_refused(api, body):
    assert api.post("/v1/tasks/runs", content=body).status_code == 422
    assert api.post("/chat/completions", content=body).status_code == 422


@pytest.mark.parametrize("path", PLACES)
def test_a_body_over_a_megabyte_is_refused(api, path):
    body = json.dumps({"input": "x" * 1_100_000, "processor": "lite"})
    assert api.post(path, content=body).status_code == 413


def test_when_the_time_is_up_the_run_goes_on(installation, api):
    with installation.asleep():
        run_id = api.post("/v1/tasks/runs", json=RUN).json()["run_id"]
        before = time.monotonic()
        early = api.get(f"/v1/tasks/runs/{run_id}/result", params={"timeout": 1})
        assert early.status_code == 408
        assert early.json()["error"]["message"] == "Request timed out; run still active"
        assert 0.9 < time.monotonic() - before < 5
    late = api.get(f"/v1/tasks/runs/{run_id}/result").json()
    assert late["output"]["content"] == "Paris"


def test_a_group_can_be_followed_for_a_while_only(installation, api):
    group_id = api.post("/v1/tasks/groups", json={}).json()["taskgroup_id"]
    with installation.asleep():
        api.post(f"/v1/tasks/groups/{group_id}/runs", json={"inputs": [RUN]}).raise_for_status()
        told = api.get(f"/v1/tasks/groups/{group_id}/events", params={"timeout": "0.5"}).text
    assert told.count("event: task_group_status") == told.count("event: ") >= 1  # it may be claimed meanwhile


def test_a_groups_runs_are_added_all_or_none(api):
    group_id = api.post("/v1/tasks/groups", json={}).json()["taskgroup_id"]
    path = f"/v1/tasks/groups/{group_id}"
    assert api.post(f"{path}/runs", json={"inputs": [RUN, {"input": "x"}]}).status_code == 422
    assert api.post(f"{path}/runs", json={"inputs": [RUN] * 1001}).status_code == 422
    assert api.get(path).json()["status"]["num_task_runs"] == 0


@pytest.mark.parametrize("path", ["/v1/tasks/runs/{}/events", "/v1beta/tasks/runs/{}/events"])
def test_a_stream_is_framed_as_every_client_reads_it(api, path):
    run_id = api.post("/v1/tasks/runs", json=RUN).json()["run_id"]
    with api.stream("GET", path.format(run_id)) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        text = answer.read().decode()
    assert text.endswith("\n\n")
    for event in text.removesuffix("\n\n").split("\n\n"):
        name, data = event.split("\n")
        assert name == f"event: {json.loads(data.removeprefix('data: '))['type']}"


def test_a_chat_stream_ends_with_done(api):
    with api.stream("POST", "/chat/completions", json=CHAT | {"stream": True}) as answer:
        events = answer.read().decode().removesuffix("\n\n").split("\n\n")
    assert events[-1] == "data: [DONE]"
    kinds = {json.loads(event.removeprefix("data: "))["type"] for event in events[:-1]}
    assert kinds == {"chat.completion.chunk"}


def test_a_token_that_may_only_read_makes_nothing(installation, api):
    headers = {"x-api-key": new_token(installation, "Reader", "viewer")}
    for path, body in (("/v1/tasks/runs", RUN), ("/v1/tasks/groups", {}), ("/chat/completions", CHAT)):
        assert api.post(path, json=body, headers=headers).status_code == 403


def test_a_suggested_task_can_be_run_as_it_came(api):
    asked = {"user_intent": "For each country, find its capital and its population"}
    told = api.post("/v1beta/tasks/suggest", json=asked).raise_for_status().json()
    forms = ("input_schema", "output_schema")
    spec = {form: {"type": "json", "json_schema": told[form]} for form in forms}
    about = dict.fromkeys(told["input_schema"]["required"], "Kenya")
    run = api.post("/v1/tasks/runs", json={"input": about, "processor": "base", "task_spec": spec}).json()
    assert run["warnings"] is None
    result = api.get(f"/v1/tasks/runs/{run['run_id']}/result").json()
    assert result["output"]["content"] == {"capital": "Nairobi", "population": 55_751_717}


REVOKE = "from teams.tokens import find_token, revoke_token; revoke_token(token=find_token({!r}))"


def test_a_revoked_token_ends_what_it_had_opened(installation, api):
    lost = new_token(installation, "Lost")
    headers = {"x-api-key": lost}
    with installation.asleep():
        run_id = api.post("/v1/tasks/runs", json=RUN).json()["run_id"]
        with api.stream("GET", f"/v1/tasks/runs/{run_id}/events", headers=headers) as answer:
            lines = answer.iter_lines()
            assert next(lines) == "event: task_run.state"
            installation.manage("shell", "--no-imports", "-c", REVOKE.format(lost))
            assert "event: error" in list(lines)
    assert api.get(f"/v1/tasks/runs/{run_id}", headers=headers).status_code == 401
