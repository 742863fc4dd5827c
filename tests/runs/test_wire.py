from datetime import UTC, datetime

import orjson
import pytest

from engine.output import Output
from runs.converters import RunId, run_uuid
from runs.models import Run
from runs.status import Status
from runs.wire import task_run, task_run_result, timestamp
from tests.runs.making import basis, completed, failed, json_output, text_output

WIRE = {
    Status.PENDING: ("queued", True),
    Status.QUEUED: ("queued", True),
    Status.RUNNING: ("running", True),
    Status.CANCELLING: ("cancelling", True),
    Status.CANCELLED: ("cancelled", False),
    Status.COMPLETED: ("completed", False),
    Status.FAILED: ("failed", False),
}


def absolute(url):
    return f"https://ground.example{url}" if url.startswith("/") else url


def result_of(run):
    return task_run_result(Run.objects.for_page().get(pk=run.pk), absolute)


def test_every_status_has_its_word_on_the_wire(runs_in_every_state):
    told = {status: task_run(run) for status, run in runs_in_every_state.items()}
    assert {status: (run["status"], run["is_active"]) for status, run in told.items()} == WIRE


def test_what_is_being_sent_reads_as_queued(start):
    run = start()
    assert run.move_to(Status.SUBMITTING)
    assert (task_run(run)["status"], task_run(run)["is_active"]) == ("queued", True)


def test_a_run_has_all_the_fields_of_the_api_and_no_others(start):
    run = start(metadata={"n": 1})
    assert task_run(run) == {
        "run_id": run.run_id,
        "interaction_id": run.run_id,
        "status": "queued",
        "is_active": True,
        "processor": "lite",
        "metadata": {"n": 1},
        "warnings": None,
        "error": None,
        "taskgroup_id": None,
        "created_at": timestamp(run.created_at),
        "modified_at": timestamp(run.modified_at),
    }


def test_a_failed_run_tells_its_error(start):
    error = task_run(failed(start(), "No such place."))["error"]
    assert error["message"] == "No such place."
    assert set(error) == {"ref_id", "message", "detail"}


def test_a_time_is_in_utc_with_microseconds():
    assert timestamp(datetime(2026, 1, 2, 3, 4, 5, 6, UTC)) == "2026-01-02T03:04:05.000006Z"


def test_a_json_answer_carries_its_basis_with_full_addresses(start):
    output = result_of(completed(start(), json_output({"capital": "Paris"})))["output"]
    assert output["type"] == "json"
    assert output["output_schema"] is None
    assert output["basis"] == [
        {
            "field": "capital",
            "reasoning": "Why capital.",
            "confidence": "high",
            "citations": [
                {
                    "url": "https://ground.example/library/france/",
                    "title": "France",
                    "excerpts": ["Capital: Paris"],
                }
            ],
        }
    ]


def test_a_text_answer_has_no_schema(start):
    output = result_of(completed(start(), text_output("Paris.")))["output"]
    assert (output["type"], output["content"]) == ("text", "Paris.")
    assert "output_schema" not in output


def test_the_basis_stands_in_the_order_in_which_it_was_given(start):
    names = [f"f{number}" for number in range(20, 0, -1)]
    output = result_of(completed(start(), json_output(dict.fromkeys(names, 1))))["output"]
    assert [entry["field"] for entry in output["basis"]] == names
    assert list(output["content"]) == names


def test_a_blank_is_low_and_cites_nothing(start):
    (entry,) = result_of(completed(start(), json_output({"a": None}, basis("a", found=False))))["output"][
        "basis"
    ]
    assert (entry["confidence"], entry["citations"]) == ("low", [])


def test_an_answer_of_any_kind_can_be_written_as_json(start):
    for content in ({}, {"a": [None, True, 1.5, "名 🌍"]}, {"": {"": []}}):
        told = result_of(completed(start(), Output("json", content, ())))
        assert orjson.loads(orjson.dumps(told))["output"]["content"] == content


def test_a_run_is_found_again_by_its_name(start):
    run = start()
    assert run_uuid(run.run_id) == run.pk
    assert RunId().to_url(run.pk) == run.run_id == str(run)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "trun_",
        "trun_1",
        "trun_" + "g" * 32,
        "trun_" + "0" * 33,
        " trun_" + "0" * 32,
        "trun_" + "A" * 32,
        "trun_" + "0" * 32 + "\n",
    ],
)
def test_what_is_no_name_of_a_run_is_none(name):
    assert run_uuid(name) is None
