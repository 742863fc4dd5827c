"""Cancelling a run that a hosted provider is to answer."""

import pytest

from dispatch.hosted.submitting import CANCELLED_UNSENT
from dispatch.models import HostedRun
from runs.services import CANCEL_WANTED, CannotStop, cancel_run
from tests.dispatch.hosted.conftest import COMPLETED, fresh, has, notes_of, states_of, until, upstream_of

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "engine"]),
    pytest.mark.usefixtures("faults_seen"),
]


def test_what_waits_is_cancelled_and_never_sent(batch, worker, upstream):
    run, other = batch("France", "Japan")
    assert cancel_run(run=fresh(run))
    worker()
    until(has(other, COMPLETED))
    assert (fresh(run).status, upstream_of(upstream, run)) == ("cancelled", [])


def test_what_is_being_sent_is_cancelled_if_it_was_not_taken(batch, worker, upstream):
    (first,) = batch("France")
    worker()
    until(has(first, COMPLETED))
    upstream.faults.read_lost = 1.0  # it stays in doubt
    upstream.faults.unavailable_before = 1.0
    (run,) = batch("Japan")
    until(has(run, "submitting"))
    assert cancel_run(run=fresh(run))
    assert CANCEL_WANTED in notes_of(run)
    until(lambda: upstream.state.asked["POST tasks/groups/*/runs"] == 2, "it is sent, and not taken")
    upstream.faults = {}
    until(has(run, "cancelled"))
    assert notes_of(run)[-1] == CANCELLED_UNSENT
    assert (states_of(run)[-2:], HostedRun.objects.filter(run=run).count()) == (["pending", "cancelled"], 0)


def test_what_is_being_sent_goes_on_if_it_was_taken(batch, worker, upstream):
    (first,) = batch("France")
    worker()
    until(has(first, COMPLETED))
    upstream.faults.read_lost = 1.0
    upstream.faults.lost_answer = 1.0
    upstream.hold = True
    (run,) = batch("Japan")
    until(has(run, "submitting"))
    assert cancel_run(run=fresh(run))
    assert cancel_run(run=fresh(run))
    assert notes_of(run).count(CANCEL_WANTED) == 1
    upstream.faults = {}
    upstream.hold = False
    until(has(run, COMPLETED))
    assert not upstream.state.twice


def test_what_the_provider_has_can_not_be_stopped(batch, worker, upstream):
    upstream.hold = True
    (run,) = batch("France")
    worker()
    until(has(run, "running"))
    with pytest.raises(CannotStop, match="Parallel has this run and can't stop it"):
        cancel_run(run=fresh(run))
    upstream.hold = False
    until(has(run, COMPLETED))
    assert cancel_run(run=fresh(run)) is False
