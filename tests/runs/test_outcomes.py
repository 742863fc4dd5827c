import pytest

from engine.output import Output, Warning
from runs.models import Citation, FieldBasis, Result, Run, RunEvent
from runs.outcomes import complete_run, fail_run
from runs.services import cancel_run
from runs.status import IllegalMove, Status
from tests.runs.making import FOUND, basis, completed, json_output, running, text_output


def note(run, message="Read France."):
    return RunEvent(run=run, kind=RunEvent.Kind.NOTE, message=message)


def taken_over(run):
    Run.objects.filter(pk=run.pk).update(epoch=run.epoch + 1)


def nothing_came_out(run):
    rows = (
        Result.objects,
        FieldBasis.objects,
        run.events.filter(kind="note"),
        run.events.filter(after__in=["completed", "failed"]),
    )
    return not any(found.exists() for found in rows)


def test_a_result_comes_with_its_evidence_and_its_move(start):
    run = completed(
        start(), json_output({"capital": "Paris", "area": None}, basis("capital"), basis("area", found=False))
    )
    assert run.status == Status.COMPLETED
    assert run.result.content == {"capital": "Paris", "area": None}
    entries = run.basis.values_list("position", "field", "confidence", "found", "reasoning")
    assert list(entries) == [
        (0, "capital", "high", True, "Why capital."),
        (1, "area", "low", False, "Why area."),
    ]


def test_an_excerpt_keeps_the_place_in_the_page_that_it_was_cut_from(start):
    citation = Citation.objects.get(basis__run=completed(start()))
    assert (citation.url, citation.title) == ("/library/france/", "France")
    assert citation.excerpts == [
        {name: getattr(FOUND, name) for name in ("text", "page_id", "content_hash", "start", "end")}
    ]


def test_the_last_events_come_before_the_end_in_the_log(start):
    run = running(start())
    complete_run(run, text_output(), [note(run)])
    assert list(run.events.values_list("kind", "after"))[-2:] == [("note", ""), ("state", "completed")]


def test_the_search_finds_what_came_out(start):
    run = completed(start("The country"), json_output({"capital": "Ouagadougou"}))
    assert list(Run.objects.all().mentioning("ouagadougou")) == [run]


def test_what_the_engine_warns_of_is_added_to_what_the_request_drew(start):
    run = start()
    run.warnings = [{"type": "input_validation_warning", "message": "first"}]
    run.save()
    completed(run, json_output({"a": 1}, warnings=(Warning("second"),)))
    assert [warning["message"] for warning in run.warnings] == ["first", "second"]


def test_an_auto_run_keeps_the_schema_that_the_engine_came_up_with(start):
    schema = {"type": "object", "properties": {"capital": {"type": "string"}}}
    run = completed(start(), Output("json", {"capital": "Paris"}, (basis("capital"),), output_schema=schema))
    assert run.result.output_schema == schema


def test_a_failed_run_says_why_and_where_to_look(start):
    run = running(start())
    assert fail_run(run, "The engine failed.", [note(run)])
    assert run.error["message"] == run.events.last().message == "The engine failed."
    assert len(run.error["ref_id"]) == 36
    assert not hasattr(run, "result")


@pytest.mark.parametrize(
    "end",
    [lambda run: complete_run(run, text_output(), [note(run)]), lambda run: fail_run(run, "no", [note(run)])],
)
def test_a_worker_whose_run_was_taken_over_writes_nothing(start, end):
    run = running(start())
    taken_over(run)
    assert not end(run)
    assert nothing_came_out(run)
    assert Run.objects.get(pk=run.pk).status == Status.RUNNING


def test_a_worker_whose_run_was_taken_over_and_asked_to_stop_writes_nothing(start):
    run = running(start())
    taken_over(run)
    cancel_run(run=Run.objects.get(pk=run.pk))
    assert not complete_run(run, text_output(), [note(run)])
    assert nothing_came_out(run)


def test_a_result_that_was_complete_when_the_stop_came_is_kept(start):
    run = running(start())
    cancel_run(run=Run.objects.get(pk=run.pk))
    assert complete_run(run, text_output())
    moves = run.events.filter(kind="state").values_list("before", "after")
    assert list(moves)[-2:] == [("running", "cancelling"), ("cancelling", "completed")]


def test_two_workers_with_the_same_answer_write_one(start):
    run = running(start())
    slower = Run.objects.get(pk=run.pk)
    assert complete_run(run, text_output("first"))
    assert not complete_run(slower, text_output("second"))
    assert Result.objects.get().content == "first"
    assert run.events.filter(after="completed").count() == run.basis.count() == 1


def test_a_run_that_is_over_can_not_be_completed_again(start):
    run = completed(start())
    with pytest.raises(IllegalMove):
        complete_run(run, text_output())


def test_evidence_that_can_not_be_stored_leaves_the_run_as_it_was(start):
    run = running(start())
    with pytest.raises(AttributeError):
        complete_run(run, Output("json", {"a": 1}, (object(),)), [note(run)])
    assert nothing_came_out(run)
    assert Run.objects.get(pk=run.pk).status == Status.RUNNING


def test_a_result_without_evidence_is_a_result(start):
    run = completed(start(), Output("json", {}, ()))
    assert run.result.content == {}
    assert not run.basis.exists()
