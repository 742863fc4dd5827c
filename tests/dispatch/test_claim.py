from datetime import timedelta

import pytest
from django.utils import timezone

from dispatch.engine_jobs import (
    IN_HAND_PER_WORKER,
    QUEUE_LEASE,
    claim_pending,
    requeue_abandoned,
    requeue_waiting,
)
from runs.models import Run
from runs.status import Status
from tests.dispatch.conftest import let_lapse, states_of
from tests.runs.making import IN_EVERY_STATE, completed


def test_pending_runs_are_taken_into_the_engines_hands(start):
    runs = [start(), start()]
    assert set(claim_pending()) == {run.pk for run in runs}
    assert [states_of(run) for run in runs] == [["pending", "queued"]] * 2


def test_a_claimed_run_is_not_claimed_again(start):
    start()
    assert claim_pending()
    assert claim_pending() == []


def test_nothing_to_claim_is_nothing_done(workspace):
    assert claim_pending() == []


def test_only_as_many_are_claimed_as_workers_soon_get_to_and_the_oldest_first(start, settings):
    settings.RESEARCH_WORKERS = 1
    runs = [start(str(number)) for number in range(IN_HAND_PER_WORKER + 3)]
    assert set(claim_pending()) == {run.pk for run in runs[:IN_HAND_PER_WORKER]}
    assert claim_pending() == []


def test_fewer_workers_than_before_claim_nothing_while_their_hands_are_full(start, settings):
    for number in range(IN_HAND_PER_WORKER + 2):
        start(str(number))
    settings.RESEARCH_WORKERS = 2
    claim_pending()
    start("one more")
    settings.RESEARCH_WORKERS = 1
    assert claim_pending() == []


def test_an_answer_makes_room_for_the_next_run(start, settings):
    settings.RESEARCH_WORKERS = 1
    runs = [start(str(number)) for number in range(IN_HAND_PER_WORKER + 2)]
    claim_pending()
    first = Run.objects.get(pk=runs[0].pk)
    assert first.move_to(Status.RUNNING)
    assert first.move_to(Status.CANCELLED)
    assert claim_pending() == [runs[IN_HAND_PER_WORKER].pk]


def test_a_claimed_run_is_given_time_to_be_picked_up(start):
    run = start()
    before = timezone.now()
    claim_pending()
    assert requeue_abandoned() == []
    due = Run.objects.get(pk=run.pk).lease_until
    assert before + QUEUE_LEASE <= due <= timezone.now() + QUEUE_LEASE


def test_a_run_whose_message_was_lost_is_handed_out_again_and_given_time(queued):
    let_lapse(queued)
    assert requeue_abandoned() == [queued.pk]
    assert requeue_abandoned() == []


def test_a_run_whose_worker_fell_silent_is_handed_out_until_somebody_takes_it(queued):
    assert queued.move_to(Status.RUNNING)
    let_lapse(queued)
    assert requeue_abandoned() == requeue_abandoned() == [queued.pk]


def test_a_run_in_hand_without_any_lease_counts_as_abandoned(queued):
    Run.objects.filter(pk=queued.pk).update(lease_until=None)
    assert requeue_abandoned() == [queued.pk]


@pytest.mark.parametrize("status", [Status.PENDING, Status.COMPLETED, Status.FAILED, Status.CANCELLED])
def test_what_is_in_nobodys_hands_is_never_abandoned(start, status):
    let_lapse(IN_EVERY_STATE[status](start()))
    assert requeue_abandoned() == []


def test_a_worker_that_starts_hands_out_every_queued_run(queued, start):
    start()
    completed(start())
    assert requeue_waiting() == [queued.pk]


def test_a_lease_that_runs_is_nobody_elses(queued):
    assert queued.move_to(Status.RUNNING, lease_until=timezone.now() + timedelta(seconds=5))
    assert requeue_abandoned() == []
