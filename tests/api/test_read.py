import pytest

from runs.status import Status
from tests.api.conftest import RUNS
from tests.api.envelope import message_of
from tests.runs.making import (
    basis,
    cancelled,
    cancelling,
    completed,
    failed,
    json_output,
    running,
    text_output,
)

PARTS = ("", "/input", "/result")
NO_RUNS = ("trun_" + "0" * 32, "trun_1", "0" * 32, "trun_" + "G" * 32, "trun_" + "٠" * 32, "x" * 3_000, "%00")


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("run_id", NO_RUNS)
def test_an_id_of_no_run_is_not_found(api, run_id, part):
    answer = api.get(f"{RUNS}/{run_id}{part}")
    assert answer.status_code == 404
    assert message_of(answer) == (
        "Run failed or run id not found" if part == "/result" else "Run id not found"
    )


@pytest.mark.parametrize("part", PARTS)
def test_another_workspaces_run_is_no_run(outside_api, start, part):
    answer = outside_api.get(f"{RUNS}/{completed(start()).run_id}{part}")
    assert answer.status_code == 404
    assert "not found" in message_of(answer)


@pytest.mark.parametrize("part", PARTS)
def test_a_run_is_not_changed_by_asking(api, start, part):
    assert api.post(f"{RUNS}/{start().run_id}{part}").status_code == 405


def test_a_run_that_is_running_says_so(api, start):
    told = api.get(f"{RUNS}/{running(start()).run_id}").json()
    assert (told["status"], told["is_active"]) == ("running", True)


def test_a_run_that_failed_says_why(api, start):
    told = api.get(f"{RUNS}/{failed(start(), 'The page was empty.').run_id}").json()
    assert (told["status"], told["is_active"]) == ("failed", False)
    assert told["error"]["message"] == "The page was empty."
    assert told["error"]["ref_id"]


@pytest.mark.parametrize("bring", [lambda run: run, running, cancelling])
def test_the_result_of_an_active_run_takes_longer(api, start, bring):
    answer = api.get(f"{RUNS}/{bring(start()).run_id}/result?timeout=0")
    assert answer.status_code == 408
    assert message_of(answer) == "Request timed out; run still active"


@pytest.mark.parametrize("bring", [failed, cancelled])
def test_a_run_without_an_answer_has_no_result(api, start, bring):
    answer = api.get(f"{RUNS}/{bring(start()).run_id}/result")
    assert answer.status_code == 404
    assert message_of(answer) == "Run failed or run id not found"


def test_the_result_is_the_run_and_its_output(api, start):
    run = completed(start(), json_output({"capital": "Paris"}))
    result = api.get(f"{RUNS}/{run.run_id}/result").json()
    assert result["run"]["status"] == Status.COMPLETED
    assert result["run"]["is_active"] is False
    assert (result["output"]["type"], result["output"]["content"]) == ("json", {"capital": "Paris"})


def test_each_field_has_its_basis_with_a_page_that_can_be_opened(api, start):
    run = completed(start(), json_output({"capital": "Paris"}))
    (entry,) = api.get(f"{RUNS}/{run.run_id}/result").json()["output"]["basis"]
    (citation,) = entry["citations"]
    assert (entry["field"], entry["reasoning"], entry["confidence"]) == ("capital", "Why capital.", "high")
    assert citation["url"] == "http://testserver/library/france/"
    assert citation["excerpts"] == ["Capital: Paris"]


def test_a_field_that_was_not_found_is_null_low_and_without_a_citation(api, start):
    run = completed(start(), json_output({"moons": None}, basis("moons", found=False)))
    output = api.get(f"{RUNS}/{run.run_id}/result").json()["output"]
    assert output["content"] == {"moons": None}
    assert output["basis"][0]["confidence"] == "low"
    assert output["basis"][0]["citations"] == []


def test_an_answer_in_text_has_one_basis_and_no_schema(api, start):
    run = completed(start(), text_output("Paris."))
    output = api.get(f"{RUNS}/{run.run_id}/result").json()["output"]
    assert (output["type"], output["content"]) == ("text", "Paris.")
    assert [entry["field"] for entry in output["basis"]] == ["output"]
    assert "output_schema" not in output


def test_the_result_can_be_asked_for_again(api, start):
    run = completed(start())
    first, again = (api.get(f"{RUNS}/{run.run_id}/result").json() for _ in range(2))
    assert first == again
