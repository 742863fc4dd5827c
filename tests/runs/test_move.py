from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from runs.models import Citation, FieldBasis, Result, Run, RunEvent
from runs.status import IllegalMove, Status
from tests.runs.making import completed, running


def states_of(run):
    return list(run.events.filter(kind="state").values_list("before", "after"))


def test_a_move_changes_the_row_and_logs_it_with_its_note(start):
    run = start()
    assert run.move_to(Status.QUEUED, note="Given to the engine.")
    event = run.events.last()
    assert (event.before, event.after, event.message) == ("pending", "queued", "Given to the engine.")
    assert Run.objects.get(pk=run.pk).status == Status.QUEUED
    assert run.modified_at == event.at


def test_a_move_that_the_table_does_not_know_changes_nothing(start):
    run = start()
    with pytest.raises(IllegalMove):
        run.move_to(Status.COMPLETED)
    assert states_of(run) == [("", "pending")]


def test_of_two_who_move_the_same_run_one_wins(start):
    run = start()
    rival = Run.objects.get(pk=run.pk)
    assert run.move_to(Status.QUEUED)
    assert not rival.move_to(Status.CANCELLED)
    assert rival.status == Status.QUEUED
    assert states_of(run) == [("", "pending"), ("pending", "queued")]


def test_a_worker_whose_run_was_taken_over_moves_nothing(start):
    run = running(start())
    Run.objects.filter(pk=run.pk).update(epoch=run.epoch + 1)
    assert not run.move_to(Status.COMPLETED)
    assert run.status == Status.RUNNING
    assert len(states_of(run)) == 3


def test_an_end_has_a_time_and_no_other_status_has(runs_in_every_state):
    for run in runs_in_every_state.values():
        assert (run.ended_at is None) == run.is_active
        assert (run.seconds is None) == run.is_active


def test_many_move_at_once_and_only_from_the_status_named(start):
    waiting, begun = [start(), start()], running(start())
    moved = Run.objects.all().move(Status.PENDING, Status.QUEUED)
    assert sorted(moved) == sorted(run.pk for run in waiting)
    assert all(states_of(run)[-1] == ("pending", "queued") for run in waiting)
    assert Run.objects.get(pk=begun.pk).status == Status.RUNNING


def test_moving_many_to_an_end_gives_each_its_time(start):
    run = start()
    assert Run.objects.all().move(Status.PENDING, Status.CANCELLED) == [run.pk]
    assert Run.objects.get(pk=run.pk).ended_at is not None


def test_moving_many_refuses_what_the_table_does_not_know(start):
    start()
    with pytest.raises(IllegalMove):
        Run.objects.all().move(Status.PENDING, Status.COMPLETED)


def test_moving_none_is_no_event(start):
    assert Run.objects.all().move(Status.QUEUED, Status.RUNNING) == []
    assert not RunEvent.objects.filter(after=Status.RUNNING).exists()


def refused(change):
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        change()
    return str(error.value)


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("run_", {"status": "done"}),  # which of two constraints says no first depends on the database
        ("run_ended_exactly_when_over", {"ended_at": timezone.now()}),
        ("run_ended_exactly_when_over", {"status": Status.CANCELLED}),
        ("run_failed_says_why", {"status": Status.FAILED, "ended_at": timezone.now()}),
    ],
)
def test_the_table_itself_refuses_a_run_that_can_not_be(start, constraint, fields):
    run = start()
    assert constraint in refused(lambda: Run.objects.filter(pk=run.pk).update(**fields))


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("event_kind_known", {"kind": "gossip"}),
        ("event_state_names_the_status", {"kind": "state"}),
        ("event_state_names_the_status", {"kind": "state", "after": "done"}),
    ],
)
def test_the_table_itself_refuses_an_event_that_can_not_be(start, constraint, fields):
    run = start()
    assert constraint in refused(lambda: run.events.create(**fields))


def test_a_run_has_one_result_and_of_a_known_type(start):
    run = completed(start())
    refused(lambda: Result.objects.create(run=run, type="json", content={}))
    other = start()
    assert "result_type_known" in refused(lambda: Result.objects.create(run=other, type="xml", content=""))


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("basis_confidence_known", {"confidence": "sure"}),
        ("basis_blank_is_low", {"confidence": "high", "found": False}),
    ],
)
def test_the_table_itself_refuses_evidence_that_can_not_be(start, constraint, fields):
    run = start()
    entry = {"run": run, "position": 0, "field": "capital", **fields}
    assert constraint in refused(lambda: FieldBasis.objects.create(**entry))


def test_evidence_has_one_row_per_place(start):
    run = completed(start())
    entry = run.basis.get()
    refused(lambda: FieldBasis.objects.create(run=run, position=entry.position, field="capital"))
    refused(lambda: Citation.objects.create(basis=entry, position=0, url="https://example.com"))


def test_the_typical_time_is_the_median_of_completed_runs(start):
    now = timezone.now()
    for seconds in (1, 2, 9):
        run = completed(start())
        Run.objects.filter(pk=run.pk).update(created_at=now, ended_at=now + timedelta(seconds=seconds))
    start(processor="pro")
    assert Run.objects.all().typical_seconds() == {"lite": 2.0}


def test_runs_are_counted_by_status_in_the_order_of_a_runs_life(runs_in_every_state):
    counted = Run.objects.all().count_by_status()
    assert [status for status, _, _ in counted] == [s for s in Status if s in runs_in_every_state]
    assert {count for _, _, count in counted} == {1}


def test_hundreds_are_moved_together_and_each_is_logged(start):
    here, elsewhere = [start() for _ in range(3)], start()
    elsewhere.move_to(Status.CANCELLED)
    ids = [run.pk for run in [*here, elsewhere]]
    assert set(Run.objects.move_each(ids, Status.PENDING, Status.SUBMITTING)) == {run.pk for run in here}
    assert [states_of(run)[-1] for run in here] == [("pending", "submitting")] * 3
    assert Run.objects.get(pk=elsewhere.pk).status == Status.CANCELLED
    moved = Run.objects.get(pk=here[0].pk)
    assert moved.modified_at == moved.events.last().at
    assert moved.ended_at is None


def test_hundreds_that_are_cancelled_together_have_ended(start):
    run = start()
    assert Run.objects.move_each([run.pk], Status.PENDING, Status.CANCELLED) == [run.pk]
    assert Run.objects.get(pk=run.pk).ended_at is not None
    assert Run.objects.move_each([], Status.PENDING, Status.CANCELLED) == []


def test_hundreds_are_not_moved_where_the_table_of_moves_has_no_way(start):
    with pytest.raises(IllegalMove):
        Run.objects.move_each([start().pk], Status.PENDING, Status.COMPLETED)
