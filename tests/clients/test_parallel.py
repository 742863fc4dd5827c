"""parallel-web, told to check every answer against its types: what is missing or mistyped fails a program."""

from typing import Any

import pytest

from tests.clients.conftest import Runs

ENDED = {"completed", "failed", "cancelled"}


@pytest.fixture(scope="module")
def runs(told_by: Runs) -> dict[str, Any]:
    return told_by("parallel", "runs.py")


@pytest.fixture(scope="module")
def events(told_by: Runs) -> dict[str, Any]:
    return told_by("parallel", "run_events.py")


@pytest.fixture(scope="module")
def group(told_by: Runs) -> dict[str, Any]:
    return told_by("parallel", "groups.py")


def fields(result: dict[str, Any]) -> list[str]:
    return [entry["field"] for entry in result["output"]["basis"]]


def test_a_new_run_is_accepted_at_once_and_waits(runs):
    assert runs["created"]["status"] == 202
    run = runs["created"]["run"]
    assert (run["status"], run["is_active"], run["processor"]) == ("queued", True, "lite")
    assert run["metadata"] == {"row": "17", "share": 0.5, "checked": True}
    assert run["interaction_id"] == run["run_id"] == runs["created"]["later"]


def test_a_run_keeps_what_it_was_asked(runs):
    sent = runs["created"]["input"]
    assert (sent["input"], sent["processor"], sent["enable_events"]) == ("Kenya", "lite", True)
    assert sent["task_spec"] == {"output_schema": "The capital city"}
    assert sent["source_policy"] == {"include_domains": ["127.0.0.1"]}
    assert sent["advanced_settings"] == {"location": "ke"}


def test_what_was_not_used_draws_a_warning(runs):
    (warning,) = runs["created"]["run"]["warnings"]
    assert "location" in warning["message"]


@pytest.mark.parametrize("form", ["text", "word"])
def test_a_text_schema_gets_text_with_one_basis_entry(runs, form):
    assert runs[form]["output"]["type"] == "text"
    assert "Nairobi" in runs[form]["output"]["content"]
    assert fields(runs[form]) == ["output"]


@pytest.mark.parametrize("form", ["json", "json_without_type"])
def test_a_json_schema_gets_its_fields(runs, form):
    assert runs[form]["output"]["type"] == "json"
    assert runs[form]["output"]["content"] == {"capital": "Nairobi"}
    assert fields(runs[form]) == ["capital"]


def test_every_citation_is_an_address_with_an_excerpt(runs, installation):
    (entry,) = runs["json"]["output"]["basis"]
    assert entry["confidence"] == "high"
    assert entry["citations"][0]["url"].startswith(installation.url)
    assert entry["citations"][0]["excerpts"] == ["Capital: Nairobi"]


def test_an_auto_schema_comes_back_with_the_answer(runs):
    output = runs["auto"]["output"]
    assert output["type"] == "json"
    assert set(output["output_schema"]["properties"]) == set(output["content"])


def test_a_run_without_a_spec_below_pro_gets_text(runs):
    assert runs["none"]["output"]["type"] == "text"


def test_execute_fills_a_pydantic_model(runs):
    assert runs["parsed"]["capital"] == "Nairobi"
    assert {"Ethiopia", "Uganda"} <= set(runs["parsed"]["border_countries"])
    assert runs["parsed"]["mascot"] is None


def test_each_element_of_a_list_has_its_own_basis_entry(runs):
    elements = [f"border_countries.{index}" for index in range(len(runs["parsed"]["border_countries"]))]
    assert fields(runs["typed"]) == ["capital", "border_countries", *elements, "mascot"]


def test_a_follow_up_knows_what_the_question_before_was_about(runs):
    assert runs["follow_up"]["output"]["content"].startswith("55,")
    assert runs["follow_up"]["run"]["interaction_id"] != runs["text"]["run"]["interaction_id"]


def test_many_runs_are_carried_out_at_once(told_by):
    told = told_by("parallel", "runs_async.py")
    assert told["capitals"] == ["Paris", "Tokyo", "Nairobi"]
    assert len(set(told["runs"])) == 3
    assert {"Spain", "Italy"} <= {neighbour["name"] for neighbour in told["nested"]["neighbours"]}
    assert len(told["waiting"]) == 20
    assert all(output == told["waiting"][0] for output in told["waiting"])


def test_a_runs_events_begin_and_end_with_its_state(events):
    for told in (events["live"], events["again"]):
        assert [told[0]["type"], told[-1]["type"]] == ["task_run.state", "task_run.state"]
        assert told[-1]["run"]["status"] == "completed"
        assert told[-1]["output"]["content"] == "Paris"
        assert not any(event["event_id"] for event in (told[0], told[-1]))


def test_a_runs_events_tell_its_progress(events):
    kinds = [event["type"] for event in events["live"]]
    assert "task_run.progress_msg.plan" in kinds
    assert "task_run.progress_stats" in kinds


def test_the_trace_is_told_again_after_the_end(events):
    live, again = (messages(events[told]) for told in ("live", "again"))
    assert live == again


def messages(told: list[dict[str, Any]]) -> list[str]:
    return [event["message"] for event in told if "message" in event]


def test_a_new_group_is_empty_and_idle(group):
    status = group["created"]["status"]
    assert (status["num_task_runs"], status["is_active"], status["task_run_status_counts"]) == (0, False, {})
    assert group["created"]["metadata"] == {"batch": "spring"}


def test_runs_of_a_group_stand_in_the_order_of_their_inputs(group):
    asked = [event["input"]["input"]["country"] for event in group["listed"]]
    assert asked == ["France", "Japan", "Kenya"]
    assert [event["run"]["run_id"] for event in group["listed"]] == group["added"]["run_ids"]
    assert group["member"]["taskgroup_id"] == group["created"]["taskgroup_id"]


def test_the_default_spec_holds_for_runs_without_their_own(group):
    contents = [event["output"]["content"] for event in group["listed"]]
    assert contents == [{"capital": "Paris"}, {"capital": "Tokyo"}, {"capital": "Nairobi"}]
    assert group["late"]["listed"][0]["output"]["type"] == "text"


def test_a_groups_events_tell_each_end_once_and_then_stop(group):
    ends = [event["run"] for event in group["followed"] if event["type"] == "task_run.state"]
    assert sorted(run["run_id"] for run in ends) == sorted(group["added"]["run_ids"])
    assert {run["status"] for run in ends} <= ENDED
    assert group["followed"][-1]["status"]["task_run_status_counts"] == {"completed": 3}
    assert group["ended"]["status"] == group["followed"][-1]["status"]


def test_a_group_is_gone_on_with_from_a_cursor(group):
    assert [event["type"] for event in group["resumed"]] == ["task_group_status"]
    assert [event["event_id"] for event in group["rest"]] == [
        event["event_id"] for event in group["listed"][1:]
    ]


def test_a_group_lists_no_more_than_it_is_asked_for(group):
    assert len(group["bare"]) == len(group["completed"]) == 3
    assert group["failed"] == []
    assert not any(event["input"] or event["output"] for event in group["bare"])


def test_the_cursors_of_a_later_addition_lead_past_the_earlier_runs(group):
    late = group["late"]
    assert [event["run"]["run_id"] for event in late["listed"]] == late["added"]["run_ids"]
    ends = [event["run"]["run_id"] for event in late["followed"] if event["type"] == "task_run.state"]
    assert ends == late["added"]["run_ids"]


ERRORS = {
    "401": "AuthenticationError",
    "403": "PermissionDeniedError",
    "404": "NotFoundError",
    "422": "UnprocessableEntityError",
}


def test_errors_arrive_as_their_classes_and_in_the_envelope(told_by):
    told = told_by("parallel", "errors.py")
    assert len(told) > 20
    for case, error in told.items():
        assert (case, error["class"]) == (case, ERRORS[case[:3]])
        assert error["body"]["type"] == "error"
        assert set(error["body"]["error"]) == {"ref_id", "message", "detail"}


def test_three_countries_are_looked_into_at_once(told_by):
    answers = told_by("parallel", "countries.py")["answers"]
    assert [answer["gdp"] for answer in answers] == [
        "$3.689 trillion (2023)",
        "$5.26 trillion (2023)",
        "$3.11 trillion (2023)",
    ]
    assert all(len(answer["top_exports"]) == len(answer["top_imports"]) == 3 for answer in answers)
