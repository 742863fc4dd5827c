"""Nothing is sent twice: what the provider may have taken is looked up before it is sent again."""

import asyncio
from datetime import timedelta

import pytest
from django.utils import timezone

from dispatch.hosted import carrier, service, state
from dispatch.hosted.carrier import Carrier
from dispatch.hosted.database import Database
from dispatch.hosted.groups import store_group
from dispatch.hosted.settling import ADOPTED, NOT_TAKEN, TURNED_UP
from dispatch.hosted.submitting import claim
from dispatch.hosted.writer import Writer
from dispatch.models import HostedGroup, Twin, Upstream
from provider.errors import Doubtful
from tests.dispatch.hosted.conftest import (
    COMPLETED,
    all_are,
    fresh,
    has,
    notes_of,
    states_of,
    until,
    upstream_of,
)

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "engine"]),
    pytest.mark.usefixtures("faults_seen"),
]
ADDED = "POST tasks/groups/*/runs"


@pytest.mark.parametrize("fault", ["lost_answer", "bad_gateway_after", "truncated"])
def test_what_was_taken_though_no_answer_came_is_adopted_and_not_sent_again(batch, worker, upstream, fault):
    """The group is there already, so that the fault befalls the runs."""
    (first,) = batch("France")
    worker()
    until(has(first, COMPLETED))
    setattr(upstream.faults, fault, 1.0)
    runs = batch("Japan", "Kenya")
    until(all_are(runs, COMPLETED))
    upstream.faults = {}
    assert not upstream.state.twice
    assert upstream.state.asked[ADDED] == 2
    assert Twin.objects.count() == 0
    first_note, last_note = notes_of(runs[0])[0], notes_of(runs[0])[-1]
    assert first_note.startswith("It is not known whether Parallel took this (the ")
    assert last_note in (ADOPTED, first_note)  # its end may have told it before
    assert states_of(runs[0]) == ["pending", "submitting", "queued", "completed"]


def test_a_doubt_makes_the_provider_wait_and_a_taken_run_lets_it_go_on(batch, worker, upstream):
    (first,) = batch("France")
    worker()
    until(has(first, COMPLETED))
    upstream.faults.unavailable_before = 1.0
    (run,) = batch("Japan")
    until(lambda: Upstream.objects.filter(state="failing").exists())
    assert "failed (503: Service unavailable)" in Upstream.objects.get().last_error
    upstream.faults = {}
    until(has(run, COMPLETED))
    until(lambda: Upstream.objects.filter(state="open", failures=0, until=None).exists())


def test_what_was_not_taken_is_given_back_and_sent_again(batch, worker, upstream):
    (first,) = batch("France")
    worker()
    until(has(first, COMPLETED))
    upstream.faults.unavailable_before = 1.0
    runs = batch("Japan", "Kenya")
    until(lambda: NOT_TAKEN in notes_of(runs[0]))
    upstream.faults = {}
    until(all_are(runs, COMPLETED))
    assert not upstream.state.twice
    assert states_of(runs[0])[:4] == ["pending", "submitting", "pending", "submitting"]
    assert len(upstream_of(upstream, runs[0])) == 1


def test_a_group_in_doubt_is_given_no_more_runs_and_ends(batch, worker, upstream, monkeypatch):
    monkeypatch.setattr(service, "TIDY_EVERY_SECONDS", 0.0)
    (first,) = batch("France")
    worker()
    until(has(first, COMPLETED))
    upstream.faults.lost_answer = 1.0
    (run,) = batch("Japan")
    until(has(run, COMPLETED))
    upstream.faults = {}
    (last,) = batch("Kenya")
    until(has(last, COMPLETED))
    assert len({one.group_id for one in upstream.state.runs.values()}) == 2
    until(lambda: HostedGroup.objects.filter(ended_at__isnull=False).exists(), "the first group is ended")


def test_work_that_is_done_late_is_taken_back_if_the_run_was_not_sent_again(
    batch, worker, upstream, monkeypatch
):
    """The provider is paused when it turns up, so the run still waits."""
    monkeypatch.setattr(state, "FIRST_WAIT", 60.0)
    monkeypatch.setattr(state, "LONGEST_WAIT", 60.0)
    (first,) = batch("France")
    first_worker = worker()
    until(has(first, COMPLETED))
    upstream.faults.late_work_seconds = 0.5
    upstream.faults.late_work = 1.0
    (run,) = batch("Japan")
    until(lambda: NOT_TAKEN in notes_of(run))
    assert fresh(run).status == "pending"
    assert upstream.wait_until(lambda known: len(known.runs) == 2 and known.by_status["completed"] == 2)
    until(lambda: first_worker.sweep() and fresh(run).status == COMPLETED)
    assert TURNED_UP in notes_of(run)
    assert (Twin.objects.count(), len(upstream_of(upstream, run))) == (0, 1)


def test_work_that_is_done_late_is_recorded_as_a_second_one_if_the_run_was_sent_again(
    batch, worker, upstream
):
    (first,) = batch("France")
    first_worker = worker()
    until(has(first, COMPLETED))
    upstream.faults.late_work_seconds = 0.5
    upstream.faults.late_work = 1.0
    (run,) = batch("Japan")
    until(lambda: NOT_TAKEN in notes_of(run))
    upstream.faults.late_work = 0.0
    until(has(run, COMPLETED))
    assert upstream.wait_until(lambda known: known.twice[run.pk.hex] == 1)
    until(lambda: first_worker.sweep() and Twin.objects.exists())
    there = {one.run_id for one in upstream_of(upstream, run)}
    twin = Twin.objects.get()
    assert {twin.upstream_id, fresh(run).hosted.upstream_id} == there
    assert "It may be charged twice." in notes_of(run)[-1]
    assert states_of(run).count("completed") == 1


@pytest.mark.parametrize("fault", ["read_lost", "read_bad_gateway", "read_truncated"])
def test_nothing_is_sent_again_while_the_list_can_not_be_read(batch, worker, upstream, fault):
    (first,) = batch("France")
    one = worker()
    until(has(first, COMPLETED))
    setattr(upstream.faults, fault, 1.0)
    upstream.faults.unavailable_before = 1.0
    (run,) = batch("Japan")
    until(lambda: upstream.state.asked["GET tasks/groups/*/runs"] >= 3, "the list is asked for")
    one.look_twice()
    assert fresh(run).status == "submitting"
    upstream.faults = {}
    until(has(run, COMPLETED))
    assert not upstream.state.twice


def test_the_time_to_settle_begins_when_the_answer_failed(provider, batch, monkeypatch, settings):
    """A read times out after 60 s, which is all of the 60 s to settle: the list would be read at once."""
    settings.DISPATCH_SETTLE_SECONDS = 60
    batch("France")
    group = store_group(provider, "tgrp_1", "first")
    (claimed,) = claim(provider, group, 1)
    waited: list[float] = []

    class Slow:
        """Fails a minute after it was asked."""

        async def add_runs(self, *_):
            later = timezone.now() + timedelta(seconds=60)
            monkeypatch.setattr(carrier.timezone, "now", lambda: later)
            raise Doubtful("The provider did not answer in time.")

        async def aclose(self) -> None: ...

    async def send() -> None:
        database = Database()
        try:
            one = Carrier(provider, "first", database, Writer(database))
            await one.client.aclose()
            one.client = Slow()
            follower = carrier.Follower(group, one.client, database, one.writer)

            async def settle(run_ids, since) -> None:
                left = since + timedelta(seconds=settings.DISPATCH_SETTLE_SECONDS) - timezone.now()
                waited.append(left.total_seconds())

            monkeypatch.setattr(follower, "settle", settle)
            await one.send(claimed, follower)
        finally:
            database.close()

    settings.DISPATCH_LEASE_SECONDS = 600
    HostedGroup.objects.update(lease_until=timezone.now() + timedelta(seconds=600))
    asyncio.run(send())
    assert waited == [pytest.approx(60, abs=5)]
