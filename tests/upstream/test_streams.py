"""The fake keeps the contract: listings, event streams, chat, webhooks."""

import base64
import hashlib
import hmac

import httpx
import orjson
import pytest

from tests.clients.receiver import Receiver
from tests.upstream import Upstream, running
from tests.upstream.conftest import Asking, events_of, states
from tests.upstream.webhooks import signatures

SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
HELLO = {"model": "lite", "messages": [{"role": "user", "content": "What is the capital of France?"}]}


def ended_group(upstream: Upstream, asking: Asking, *given: str) -> tuple[str, list[str]]:
    """A group whose runs, in this order, have completed."""
    group_id = asking.group_id()
    run_ids = asking.add(group_id, *given).json()["run_ids"]
    assert upstream.wait_until(lambda state: state.by_status["completed"] == len(state.runs))
    return group_id, run_ids


def test_a_listing_has_every_run_in_order_and_no_more_than_asked_for(upstream, asking):
    group_id, run_ids = ended_group(upstream, asking, "France", "Japan", "Kenya")
    bare = asking.events(f"groups/{group_id}/runs")
    assert states(bare) == run_ids
    assert {(event["input"], event["output"]) for event in bare} == {(None, None)}
    full = asking.events(f"groups/{group_id}/runs", include_input="true", include_output="true")
    assert [event["input"]["input"] for event in full] == ["France", "Japan", "Kenya"]
    assert [event["output"]["content"]["subject"] for event in full] == ["France", "Japan", "Kenya"]


def test_a_listing_goes_on_after_a_cursor_and_keeps_to_a_status(upstream, asking):
    group_id, run_ids = ended_group(upstream, asking, "France", "Japan")
    first = asking.events(f"groups/{group_id}/runs")[0]["event_id"]
    assert states(asking.events(f"groups/{group_id}/runs", last_event_id=first)) == run_ids[1:]
    assert states(asking.events(f"groups/{group_id}/runs", status="completed")) == run_ids
    assert asking.events(f"groups/{group_id}/runs", status="failed") == []


def test_the_cursor_of_one_stream_is_refused_by_the_other(upstream, asking):
    group_id, _ = ended_group(upstream, asking, "France")
    row = asking.events(f"groups/{group_id}/runs")[0]["event_id"]
    answer = asking.http.get(f"/v1/tasks/groups/{group_id}/events", params={"last_event_id": row})
    assert answer.status_code == 422


def test_a_large_listing_comes_whole(upstream, asking):
    group_id, run_ids = ended_group(upstream, asking, *(f"Country {number}" for number in range(1000)))
    listed = asking.events(f"groups/{group_id}/runs", include_output="true")
    assert states(listed) == run_ids


def test_group_events_tell_each_end_once_and_stop_when_nothing_is_active(asking):
    group_id = asking.group_id()
    run_ids = asking.add(group_id, "France", "Japan", "Kenya").json()["run_ids"]
    events = asking.events(f"groups/{group_id}/events")
    assert sorted(states(events)) == sorted(run_ids)
    last = events[-1]
    assert (last["type"], last["status"]["is_active"]) == ("task_group_status", False)
    assert last["status"]["task_run_status_counts"] == {"completed": 3}


def test_group_events_go_on_after_a_cursor(asking):
    group_id = asking.group_id()
    asking.add(group_id, "France", "Japan")
    events = asking.events(f"groups/{group_id}/events")
    first = next(event for event in events if event["type"] == "task_run.state")
    rest = asking.events(f"groups/{group_id}/events", last_event_id=first["event_id"])
    assert states(rest) == states(events)[1:]
    assert states(asking.events(f"groups/{group_id}/events", last_event_id=events[-1]["event_id"])) == []


def test_group_events_do_not_tell_every_change_of_the_counts(asking):
    group_id = asking.group_id()
    asking.add(group_id, *["France"] * 200)
    events = asking.events(f"groups/{group_id}/events")
    assert len([event for event in events if event["type"] == "task_group_status"]) <= 4


def test_group_events_stay_open_with_pings_for_as_long_as_asked(upstream, asking):
    upstream.hold = True
    group_id = asking.group_id()
    asking.add(group_id, "France")
    text = asking.http.get(f"/v1/tasks/groups/{group_id}/events", params={"timeout": 0.1}).text
    assert ": ping\n\n" in text
    assert not states(events_of(text))


def test_group_events_are_live(upstream, asking):
    upstream.hold = True
    group_id = asking.group_id()
    (run_id,) = asking.add(group_id, "France").json()["run_ids"]
    with asking.http.stream("GET", f"/v1/tasks/groups/{group_id}/events") as stream:
        lines = stream.iter_lines()
        assert next(lines) == "event: task_group_status"
        upstream.finish(run_id)
        assert "event: task_run.state" in lines
    assert upstream.wait_until(lambda state: not state.groups[group_id].followers)


def test_a_runs_events_are_the_same_live_and_afterwards(asking):
    run_id = asking.run_id()
    live, again = asking.events(f"runs/{run_id}/events"), asking.events(f"runs/{run_id}/events")
    for events in (live, again):
        assert events[0]["type"] == events[-1]["type"] == "task_run.state"
        assert events[-1]["output"]["content"]["subject"] == "France"
        assert any(event["type"] == "task_run.progress_stats" and event["progress_meter"] for event in events)
    traces = [[event for event in events if "message" in event] for events in (live, again)]
    assert traces[0] == traces[1]
    assert len(traces[0]) == 5


@pytest.mark.parametrize("path", ["/chat/completions", "/v1/chat/completions", "/v1beta/chat/completions"])
def test_chat_answers_at_every_path(asking, path):
    answer = asking.http.post(path, json=HELLO).json()
    assert "capital of France" in answer["choices"][0]["message"]["content"]
    assert answer["basis"][0]["field"] == "output"


def test_a_chat_stream_has_chunks_evidence_at_the_end_and_done(upstream, asking):
    text = asking.http.post("/chat/completions", json=HELLO | {"stream": True}).text
    *chunks, done = text.strip().split("\n\n")
    parsed = [orjson.loads(chunk.removeprefix("data: ")) for chunk in chunks]
    assert done == "data: [DONE]"
    words = "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in parsed)
    assert words == "What was found about What is the capital of France?"
    assert [bool(chunk["basis"]) for chunk in parsed] == [False] * 6 + [True]
    chat = upstream.state.chats[-1]
    assert (chat.chunks, chat.ended, chat.left) == (5, True, False)


def test_a_chat_client_that_leaves_is_noticed():
    with running(chunk_seconds=60) as upstream, httpx.Client(base_url=upstream.url, verify=False) as http:
        with http.stream("POST", "/chat/completions", json=HELLO | {"stream": True}) as stream:
            next(stream.iter_lines())
        assert upstream.wait_until(lambda state: state.chats[-1].left)
        assert (upstream.state.chats[-1].chunks, upstream.state.chats[-1].ended) == (1, False)


def test_chat_refuses_what_the_contract_refuses(asking):
    assert asking.http.post("/chat/completions", json={"model": "lite", "messages": []}).status_code == 422
    assert asking.http.post("/chat/completions", json=HELLO | {"model": "other"}).status_code == 422


def test_a_webhook_is_signed_as_in_the_contracts_example():
    body = (
        b'{"timestamp":"2026-01-01T00:00:00.000000Z","type":"task_run.status","data":{"run_id":'
        b'"trun_11111111111111111111111111111111","interaction_id":"trun_11111111111111111111111111111111",'
        b'"status":"completed","is_active":false,"warnings":null,"error":null,"processor":"lite","metadata":'
        b'{"order":"42"},"taskgroup_id":null,"created_at":"2025-12-31T23:59:30.000000Z","modified_at":'
        b'"2026-01-01T00:00:00.000000Z"}}'
    )
    standard, legacy = (
        "J3zhxXS7VZer1tcDjBesJo7YzOL+d5MRuQ37g/yfPq4=",
        "2dtDMd6+gtzRbpoIrNNu43Y4XdYzHIM35Z2OvUNie/Y=",
    )
    made = signatures(SECRET, "whevent_0000000000000001", "1767225600", body)
    assert made == f"v1,{standard} v1,{legacy}"


@pytest.mark.parametrize(("faults", "copies"), [({}, 1), ({"double_webhook": 1.0}, 2)])
def test_the_end_of_a_run_is_told_to_its_webhook(faults, copies):
    with Receiver() as receiver, running(webhook_secret=SECRET, faults=faults) as upstream:
        asking = Asking(upstream)
        with asking.http:
            run_id = asking.run_id(webhook={"url": receiver.url, "event_types": ["task_run.status"]})
            came = [receiver.next(5) for _ in range(copies)]
            assert upstream.wait_until(lambda state: len(upstream.webhooks.told) == copies)
    assert {orjson.loads(one.body)["data"]["run_id"] for one in came} == {run_id}
    assert len({one.headers["webhook-id"] for one in came}) == 1
    headers, body = came[0]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = base64.b64encode(hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()).decode()
    assert f"v1,{digest}" in headers["webhook-signature"]


def test_a_webhook_that_is_not_taken_is_sent_again():
    with Receiver() as receiver, running(webhook_secret=SECRET, webhook_retry_seconds=0.01) as upstream:
        receiver.answers = [500]
        asking = Asking(upstream)
        with asking.http:
            asking.run_id(webhook={"url": receiver.url})
            first, second = receiver.next(5), receiver.next(5)
            assert upstream.wait_until(lambda state: len(upstream.webhooks.told) == 2)
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
