from datetime import timedelta
from types import SimpleNamespace

from django.db import OperationalError
from django.utils import timezone

from dispatch.engine_jobs import take
from dispatch.leases import Lease
from runs.models import Run
from tests.dispatch.conftest import let_lapse


class Rounds:
    """An event that is set after so many rounds of waiting, none of which takes any time."""

    def __init__(self, rounds):
        self.rounds, self.waited = rounds, []

    def wait(self, seconds):
        self.waited.append(seconds)
        return len(self.waited) > self.rounds


def renewed(run, rounds=1):
    lease = Lease(run)
    lease.over = Rounds(rounds)
    lease.renew()
    return lease.over.waited


def test_a_lease_is_renewed_four_times_before_it_would_run_out(queued, settings):
    settings.DISPATCH_LEASE_SECONDS = 8
    run = take(queued.pk)
    let_lapse(run)
    assert renewed(run, rounds=3) == [2.0] * 4
    left = Run.objects.get(pk=run.pk).lease_until - timezone.now()
    assert timedelta(seconds=4) < left <= timedelta(seconds=8)


def test_a_lease_that_another_worker_took_is_not_renewed(queued):
    former = take(queued.pk)
    let_lapse(former)
    taken = take(queued.pk)
    let_lapse(taken)
    renewed(former)
    assert Run.objects.get(pk=queued.pk).lease_until < timezone.now()


def test_a_database_that_is_away_for_a_moment_does_not_end_the_renewing(queued, monkeypatch, caplog):
    run = take(queued.pk)
    let_lapse(run)
    once = iter([OperationalError("locked")])
    monkeypatch.setattr(Run.objects, "filter", fail_while(once, Run.objects.filter))
    renewed(run, rounds=2)
    assert Run.objects.get(pk=run.pk).lease_until > timezone.now()
    assert "it is tried again" in caplog.text


def fail_while(errors, work):
    def failing(**fields):
        if error := next(errors, None):
            raise error
        return work(**fields)

    return failing


def test_the_renewing_ends_with_the_block(queued):
    with Lease(take(queued.pk)) as lease:
        assert lease.thread.is_alive()
    assert not lease.thread.is_alive()


def test_the_renewing_ends_with_an_error_too():
    lease = Lease(SimpleNamespace(pk=None, epoch=0))
    try:
        with lease:
            raise KeyError
    except KeyError:
        assert not lease.thread.is_alive()
