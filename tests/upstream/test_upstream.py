"""The fake keeps the contract: runs, results, groups."""

import httpx
import pytest

from tests.upstream import RID_KEY, Upstream, running
from tests.upstream.conftest import LITE, TEXT_SPEC, Asking
from tests.upstream.state import Run

SCHEMA = {
    "type": "object",
    "properties": {
        "capital": {"type": "string"},
        "area": {"type": ["number", "null"]},
        "rivers": {"type": "array", "items": {"$ref": "#/$defs/River"}},
    },
    "$defs": {
        "River": {"type": "object", "properties": {"name": {"type": "string"}, "km": {"type": "integer"}}}
    },
    "required": ["capital", "area", "rivers"],
}


def only_run(upstream: Upstream) -> Run:
    (run,) = upstream.state.runs.values()
    return run


@pytest.mark.parametrize("version", ["v1", "v1beta"])
def test_a_run_is_queued_and_then_completed(asking, version):
    made = asking.http.post(f"/{version}/tasks/runs", json={"input": "France", **LITE})
    run = made.json()
    assert (made.status_code, run["status"], run["is_active"]) == (202, "queued", True)
    result = asking.http.get(f"/{version}/tasks/runs/{run['run_id']}/result")
    ended = result.json()["run"]
    assert (result.status_code, ended["status"], ended["is_active"]) == (200, "completed", False)


def test_a_run_runs_half_way(upstream, asking):
    upstream.hold = True
    run_id = asking.run_id()
    assert upstream.wait_until(lambda state: state.runs[run_id].status == "running")
    assert asking.http.get(f"/v1/tasks/runs/{run_id}").json()["status"] == "running"


def test_the_interaction_is_known_by_another_id_than_the_run(asking):
    run = asking.run().json()
    assert run["interaction_id"].startswith("inter_")
    assert run["run_id"].removeprefix("trun_") not in run["interaction_id"]


def test_a_run_has_fields_that_no_contract_names(asking):
    assert {"region", "attempt", "billing"} < asking.run().json().keys()


def test_what_was_sent_is_kept_and_given_back(upstream, asking):
    policy = {"include_domains": ["example.com"]}
    more = {"metadata": {RID_KEY: "r1"}, "source_policy": policy, "previous_interaction_id": "inter_1"}
    run = asking.run({"country": "France"}, task_spec=TEXT_SPEC, **more).json()
    sent = {"input": {"country": "France"}, **LITE, "task_spec": TEXT_SPEC, **more}
    assert run["metadata"] == {RID_KEY: "r1"}
    assert asking.http.get(f"/v1/tasks/runs/{run['run_id']}/input").json() == sent
    kept = only_run(upstream)
    assert (kept.body, kept.input, kept.metadata) == (sent, sent["input"], {RID_KEY: "r1"})


def test_an_output_has_three_fields_with_evidence_and_the_size_asked_for(asking):
    output = asking.result(asking.run_id('Côte d\'Ivoire, "100 %"')).json()["output"]
    assert output["content"]["subject"] == 'Côte d\'Ivoire, "100 %"'
    assert [entry["field"] for entry in output["basis"]] == list(output["content"])
    assert [entry["confidence"] for entry in output["basis"]] == ["high", "medium", "low"]
    assert [len(entry["citations"]) for entry in output["basis"]] == [1, 2, 1]
    assert all(
        cited["url"] and cited["title"] and cited["excerpts"] for cited in output["basis"][1]["citations"]
    )
    assert 1900 < len(asking.result(asking.run_id()).content) < 2900


def test_an_output_follows_the_schema_asked_for(asking):
    spec = {"output_schema": {"type": "json", "json_schema": SCHEMA}}
    output = asking.result(asking.run_id(task_spec=spec)).json()["output"]
    river = {"name": "As the page has it", "km": 2014}
    assert output["content"] == {"capital": "France", "area": 12.5, "rivers": [river, river]}
    fields = [entry["field"] for entry in output["basis"]]
    assert fields == ["capital", "area", "rivers", "rivers.0", "rivers.1"]


@pytest.mark.parametrize("schema", ["One sentence", {"type": "text"}])
def test_a_text_schema_gets_a_text(asking, schema):
    output = asking.result(asking.run_id(task_spec={"output_schema": schema})).json()["output"]
    assert output["type"] == "text"
    assert "France" in output["content"]
    assert [entry["field"] for entry in output["basis"]] == ["output"]


def test_a_result_is_waited_for_and_comes_when_the_run_ends(upstream, asking):
    upstream.hold = True
    run_id = asking.run_id()
    late = asking.result(run_id, timeout=0.02)
    assert (late.status_code, late.json()["type"]) == (408, "error")
    upstream.finish(run_id, output={"capital": "Paris"})
    assert asking.result(run_id).json()["output"]["content"] == {"capital": "Paris"}


def test_a_run_that_failed_has_no_result_and_says_why(upstream, asking):
    upstream.hold = True
    run_id = asking.run_id()
    upstream.finish(run_id, status="failed", error={"ref_id": "1", "message": "No pages", "detail": None})
    assert asking.result(run_id).status_code == 404
    assert asking.http.get(f"/v1/tasks/runs/{run_id}").json()["error"]["message"] == "No pages"
    with pytest.raises(ValueError, match="has ended"):
        upstream.finish(run_id)


def test_the_share_of_runs_asked_for_fails():
    with running(latency=(0.0, 0.0), fail_share=1.0) as upstream:
        asking = Asking(upstream)
        with asking.http:
            run_id = asking.run_id()
            assert upstream.wait_until(lambda state: state.runs[run_id].ended is not None)
            assert asking.http.get(f"/v1/tasks/runs/{run_id}").json()["error"]["message"]


@pytest.mark.parametrize(
    "path", ["runs/trun_0", "runs/trun_0/input", "runs/trun_0/result", "runs/trun_0/events", "groups/tgrp_0"]
)
def test_what_is_unknown_is_404(asking, path):
    answer = asking.http.get(f"/v1/tasks/{path}")
    assert (answer.status_code, answer.json()["type"]) == (404, "error")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"input": 17, **LITE}, 422),
        ({"input": "x"}, 422),
        ({"input": "x", "processor": "forbidden"}, 403),
        ({"input": "x", **LITE, "metadata": {"k" * 17: "v"}}, 422),
        ({"input": "x", **LITE, "metadata": {"k": "v" * 513}}, 422),
        ({"input": "x", **LITE, "task_spec": {"output_schema": {"json_schema": {"type": "array"}}}}, 422),
        ({"input": "x" * 25_001, **LITE}, 422),
        ({"input": "refuse me, please", **LITE}, 422),
    ],
)
def test_a_run_that_the_contract_refuses_is_not_made(upstream, asking, body, status):
    answer = asking.http.post("/v1/tasks/runs", json=body)
    assert (answer.status_code, answer.json()["type"]) == (status, "error")
    assert not upstream.state.runs


def test_only_its_own_key_is_let_in():
    with running(key="mine") as upstream, httpx.Client(base_url=upstream.url, verify=False) as http:
        headers = ({"x-api-key": "mine"}, {"authorization": "Bearer mine"}, {"x-api-key": "yours"}, {})
        answers = [http.post("/v1/tasks/groups", headers=one) for one in headers]
        assert [answer.status_code for answer in answers] == [200, 200, 401, 401]
        assert answers[2].json()["error"]["ref_id"]


def test_a_new_group_is_empty_and_idle(asking):
    group = asking.http.post("/v1beta/tasks/groups", json={"metadata": {"a": "b"}}).json()
    assert group["metadata"] == {"a": "b"}
    assert group["status"]["num_task_runs"] == 0
    assert group["status"]["is_active"] is False
    assert asking.http.get(f"/v1/tasks/groups/{group['taskgroup_id']}").json() == group


def test_runs_are_added_in_order_with_the_groups_task_spec(upstream, asking):
    group_id = asking.group_id()
    added = asking.add(group_id, "France", "Japan", default_task_spec=TEXT_SPEC).json()
    runs = [upstream.state.runs[run_id] for run_id in added["run_ids"]]
    assert [run.input for run in runs] == ["France", "Japan"]
    assert all(run.body["task_spec"] == TEXT_SPEC and run.group_id == group_id for run in runs)
    assert added["status"]["num_task_runs"] == 2
    assert (added["run_cursor"], added["event_cursor"]) == (None, None)
    path = f"/v1/tasks/groups/{group_id}/runs/{added['run_ids'][0]}"
    assert asking.http.get(path).json()["taskgroup_id"] == group_id


def test_later_runs_come_with_cursors_that_select_them(asking):
    group_id = asking.group_id()
    asking.add(group_id, "France")
    added = asking.add(group_id, "Japan", "Kenya").json()
    listed = asking.events(f"groups/{group_id}/runs", last_event_id=added["run_cursor"])
    assert [event["run"]["run_id"] for event in listed] == added["run_ids"]
    assert added["event_cursor"]


def test_a_thousand_runs_fit_in_one_request_and_no_more(asking):
    group_id = asking.group_id()
    assert len(asking.add(group_id, *["France"] * 1000).json()["run_ids"]) == 1000
    assert asking.add(group_id, *["France"] * 1001).status_code == 422


def test_one_refused_input_refuses_the_batch_and_says_which_it_is(upstream, asking):
    answer = asking.add(asking.group_id(), "France", "refuse me")
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", "inputs", 1, "input"]
    assert not upstream.state.runs


def test_a_silent_refusal_does_not_say_which(asking):
    answer = asking.add(asking.group_id(), "France", "refuse silently")
    assert answer.json()["detail"][0]["loc"] == ["body", "inputs"]


def test_a_batch_for_a_forbidden_processor_is_403(upstream, asking):
    inputs = [{"input": "France", "processor": "forbidden"}]
    answer = asking.http.post(f"/v1/tasks/groups/{asking.group_id()}/runs", json={"inputs": inputs})
    assert (answer.status_code, answer.json()["type"]) == (403, "error")
    assert not upstream.state.runs
