"""What is sent by mistake or in malice, as the web process answers it."""

import json

import pytest

from api.operations import OPERATIONS
from api.reading import LONGEST_BODY
from runs.models import Run
from tests.api.conftest import BASE, RUNS, Ask

NAME = "0" * 32
POSTS = sorted(path for operation in OPERATIONS if operation.method == "POST" for path in operation.paths)
GETS = sorted(path for operation in OPERATIONS if operation.method == "GET" for path in operation.paths)
OPENAI = ("chat/completions", "/v1/responses")
CODES = (400, 422)


def full(path: str) -> str:
    return path.format(run_id=f"trun_{NAME}", taskgroup_id=f"tgrp_{NAME}")


def is_openais(path: str) -> bool:
    return path.endswith(OPENAI)


def expect_envelope(path: str, body: dict) -> None:
    assert body["error"]["message"]
    assert ("param" in body["error"]) if is_openais(path) else body["type"] == "error"


@pytest.mark.parametrize("path", POSTS)
def test_a_body_over_1_mb_is_refused(send: Ask, path: str):
    answer = send("POST", full(path), content=b'"' + b"a" * LONGEST_BODY + b'"')
    assert answer.status_code == 413
    expect_envelope(path, answer.json())


@pytest.mark.parametrize("path", POSTS)
def test_so_is_one_whose_length_is_not_announced(send: Ask, path: str):
    async def chunks():
        for _ in range(LONGEST_BODY // 65_536 + 1):
            yield b"a" * 65_536

    answer = send("POST", full(path), content=chunks())
    assert answer.status_code == 413
    expect_envelope(path, answer.json())


@pytest.mark.parametrize("deep", [b"[" * 10_000 + b"]" * 10_000, b'{"a":' * 10_000 + b"1" + b"}" * 10_000])
@pytest.mark.parametrize("path", [path for path in POSTS if "{" not in path])
def test_json_nested_10000_deep_is_refused(send: Ask, path: str, deep: bytes):
    answer = send("POST", path, content=deep)
    assert answer.status_code == (400 if path == "/v1/responses" else 422)
    expect_envelope(path, answer.json())


@pytest.mark.parametrize("field", ["input", "task_spec", "metadata"])
def test_so_is_a_field_nested_as_deep(send: Ask, field: str):
    deep = b'{"input": "a", "processor": "lite", "%s": ' % field.encode() + b'{"a":' * 900 + b"1" + b"}" * 901
    assert send("POST", RUNS, content=deep).status_code == 422
    assert not Run.objects.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"NaN",
        b'{"a": 1' + b"0" * 5_000 + b"}",
        b"a=1",
        b"null",
        b"[]",
        b'"text"',
        b"1",
    ],
    ids=repr,
)
@pytest.mark.parametrize("path", [path for path in POSTS if "{" not in path])
def test_what_is_no_json_object_is_refused(send: Ask, path: str, content: bytes):
    if path.endswith("/groups") and content in (b"", b"null"):
        pytest.skip("a group may be made of nothing")
    answer = send("POST", path, content=content)
    assert answer.status_code == (400 if path == "/v1/responses" else 422)
    expect_envelope(path, answer.json())


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_json_is_read_whatever_it_is_called(send: Ask, kind: str):
    body = json.dumps({"input": "France", "processor": "lite"})
    assert send("POST", RUNS, content=body, content_type=kind).status_code == 202


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"])
@pytest.mark.parametrize("path", sorted({*POSTS, *GETS}))
def test_another_method_is_refused_and_told_which_there_are(send: Ask, path: str, method: str):
    answer = send(method, full(path))
    assert answer.status_code == 405
    known = {each.method for each in OPERATIONS if path in each.paths}
    assert {each.strip() for each in answer.headers["allow"].split(",")} == known
    expect_envelope("", answer.json())


@pytest.mark.parametrize("path", GETS)
def test_a_head_has_no_body(send: Ask, path: str):
    answer = send("HEAD", full(path))
    assert answer.status_code in (404, 405)
    assert answer.content == b""


@pytest.mark.parametrize("path", ["/v1/", "/v1/tasks", "/v1/tasks/runs/", "/v1beta/nothing", "/v1/models"])
def test_where_nothing_is_a_script_is_told_so(send: Ask, path: str):
    answer = send("GET", path)
    assert answer.status_code == 404
    assert "/api/docs" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "run_id", ["a%00b", "%ff", "..", "a%2Fb", "trun_" + "f" * 31, "T" * 5_000, "%F0%9F%90%8C"]
)
@pytest.mark.parametrize("part", ["", "/input", "/result", "/events"])
def test_a_name_that_is_none_is_not_found(send: Ask, run_id: str, part: str):
    assert send("GET", f"{RUNS}/{run_id}{part}").status_code == 404


@pytest.mark.parametrize(
    "query",
    ["timeout=%00", "timeout=-1", "timeout=1e9", "timeout=a&timeout=0", "last_event_id=%ff", "%", "&&=="],
)
def test_a_query_that_makes_no_sense_does_no_harm(send: Ask, start, query: str):
    run = start()
    assert send("GET", f"{RUNS}/{run.run_id}/result?{query}").status_code == 408
    assert send("GET", f"{RUNS}/{run.run_id}/events?{query}").status_code == 200


def test_a_host_that_is_none_of_ours_gets_no_address_of_its_own(send: Ask):
    body = json.dumps({"search_queries": ["capital of France"]})
    assert BASE not in send("POST", "/v1/search", content=body, host="evil.example").text
