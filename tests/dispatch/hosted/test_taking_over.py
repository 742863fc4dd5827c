"""Workers die, fall asleep, and lose their keys; whoever goes on, goes on with everything, and once."""

import pytest
from django.db import OperationalError

from dispatch.hosted import carrier, groups, service
from dispatch.hosted.settling import ADOPTED, NOT_TAKEN
from dispatch.models import HostedGroup, HostedRun, Upstream
from teams.providers import change_provider
from tests.dispatch.hosted.conftest import (
    COMPLETED,
    all_are,
    fresh,
    has,
    let_lapse,
    notes_of,
    states_of,
    until,
    upstream_of,
)

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "engine"]),
    pytest.mark.usefixtures("faults_seen"),
]
FOLLOWED = "GET tasks/groups/*/events"


def test_another_worker_goes_on_with_what_a_dead_one_left(batch, worker, upstream):
    upstream.hold = True
    runs = batch("France", "Japan")
    first = worker()
    until(all_are(runs, "running"))
    first.kill()
    assert HostedGroup.objects.earliest("pk").owner == "first"
    let_lapse()
    worker("second")
    until(lambda: HostedGroup.objects.earliest("pk").owner == "second")
    upstream.hold = False
    until(all_are(runs, COMPLETED))
    group = HostedGroup.objects.earliest("pk")
    assert (group.epoch, group.is_open, upstream.state.twice) == (2, False, {})


def test_a_worker_that_stops_leaves_its_groups_to_the_next_at_once(batch, worker, upstream):
    upstream.hold = True
    runs = batch("France")
    first = worker()
    until(all_are(runs, "running"))
    first.stop()
    upstream.hold = False
    worker("second")
    until(all_are(runs, COMPLETED))
    assert not upstream.state.twice


def test_the_next_worker_finds_out_what_the_dead_one_sent(batch, worker, upstream):
    """It died with the answer on its way: the provider has the runs, the table does not know."""
    upstream.faults.slow_answer_seconds = 60.0
    first_runs = batch("France", "Japan")
    first = worker()
    upstream.hold = True
    until(lambda: upstream.state.asked["POST tasks/groups"] == 1)
    upstream.faults.slow_answer_seconds = 0.0
    first.kill()
    second = worker("second")
    until(all_are(first_runs, "running"))
    second.kill()
    upstream.faults.slow_answer_seconds = 60.0
    more = batch("Kenya")
    let_lapse()
    third = worker("third")
    until(lambda: HostedGroup.objects.filter(owner="third").exists())
    upstream.faults.slow_answer_seconds = 0.0
    upstream.hold = False
    until(all_are([*first_runs, *more], COMPLETED))
    assert not upstream.state.twice
    assert third.error is None


def test_runs_that_a_dead_worker_had_sent_are_adopted(batch, worker, upstream):
    upstream.hold = True
    (before,) = batch("France")
    first = worker()
    until(has(before, "running"))
    upstream.faults.slow_answer_seconds = 60.0
    (run,) = batch("Japan")
    assert upstream.wait_until(lambda known: len(known.runs) == 2)
    first.kill()
    assert fresh(run).status == "submitting"
    upstream.faults = {}
    let_lapse()
    worker("second")
    until(lambda: fresh(run).status in ("queued", "running"))
    assert ADOPTED in notes_of(run)
    upstream.hold = False
    until(all_are([before, run], COMPLETED))
    assert not upstream.state.twice


def test_runs_that_a_dead_worker_had_claimed_and_not_sent_are_sent(batch, worker, upstream):
    upstream.hold = True
    (before,) = batch("France")
    first = worker()
    until(has(before, "running"))
    upstream.faults.late_work, upstream.faults.late_work_seconds = 1.0, 600.0
    upstream.faults.read_lost = 1.0  # so that nobody finds it out before the worker dies
    (run,) = batch("Japan")
    until(has(run, "submitting"))
    until(lambda: upstream.state.asked["GET tasks/groups/*/runs"] >= 1)
    first.kill()
    upstream.faults = {}
    let_lapse()
    worker("second")
    until(lambda: NOT_TAKEN in notes_of(run))
    upstream.hold = False
    until(all_are([before, run], COMPLETED))
    assert not upstream.state.twice


def is_taken_from_who_is_silent(owner: str) -> bool:
    """Whether this worker has the group; until it has, no lease holds that the silent one may renew."""
    if HostedGroup.objects.earliest("pk").owner == owner:
        return True
    let_lapse()
    return False


def test_who_fell_silent_and_comes_back_writes_nothing(batch, worker, upstream):
    """Both follow the group; the end is stored once, by the one that holds it."""
    upstream.hold = True
    (run,) = batch("France")
    first = worker()
    until(has(run, "running"))
    first.is_looking = False
    second = worker("second")
    until(lambda: is_taken_from_who_is_silent("second"))
    upstream.hold = False
    until(has(run, COMPLETED))
    (follower,) = first.followers()
    until(lambda: first.call(lambda: follower.is_lost), "the old one notices")
    assert states_of(run).count("completed") == 1
    assert second.error is None


def test_the_search_goes_on_from_the_stored_cursor(batch, worker, upstream):
    upstream.hold = True
    runs = batch("France", "Japan")
    first = worker()
    until(all_are(runs, "running"))
    upstream.finish(upstream_of(upstream, runs[0])[0].run_id)
    until(has(runs[0], COMPLETED))
    until(lambda: HostedGroup.objects.earliest("pk").cursor)
    first.kill()
    let_lapse()
    upstream.hold = False
    worker("second")
    until(all_are(runs, COMPLETED))
    assert [states_of(run).count("completed") for run in runs] == [1, 1]


# A worker that takes over from itself


def test_a_worker_that_slept_too_long_goes_on_with_its_own_groups(batch, worker, upstream):
    """As after a computer's sleep: its leases are over, nobody else was there."""
    upstream.hold = True
    (run,) = batch("France")
    one = worker()
    until(has(run, "running"))
    let_lapse()
    until(lambda: HostedGroup.objects.earliest("pk").epoch == 2)
    upstream.hold = False
    until(has(run, COMPLETED))
    assert states_of(run).count("completed") == 1
    assert one.error is None


def test_a_worker_that_slept_too_long_sends_what_comes_afterwards(batch, worker, upstream):
    (before,) = batch("France")
    one = worker()
    until(has(before, COMPLETED))
    let_lapse()
    until(lambda: HostedGroup.objects.earliest("pk").epoch == 2)
    (run,) = batch("Japan")
    for _ in range(20):
        one.look_twice()
    assert fresh(run).status != "pending"


def test_a_worker_that_slept_too_long_follows_each_group_over_one_stream(batch, worker, upstream):
    upstream.hold = True
    (run,) = batch("France")
    one = worker()
    until(has(run, "running"))
    assert upstream.wait_until(lambda _: len(upstream.streams) == 1)
    let_lapse()
    until(lambda: HostedGroup.objects.earliest("pk").epoch == 2)
    assert upstream.wait_until(lambda known: known.asked[FOLLOWED] >= 2)
    for _ in range(20):
        one.look_twice()
    assert upstream.on_loop(lambda: len(upstream.streams)) == 1


# A group that can't be followed for a while


def test_a_group_is_followed_also_if_the_database_failed_when_it_was_taken(
    batch, worker, upstream, monkeypatch, settings, faults_seen
):
    faults_seen.append("could not be looked after")
    settings.DISPATCH_LEASE_SECONDS = 1
    upstream.hold = True
    (run,) = batch("France")
    first = worker()
    until(has(run, "running"))
    first.kill()
    failing = iter([True])

    def alone_in(group_id):
        if next(failing, False):
            raise OperationalError("database is locked")
        return []

    monkeypatch.setattr(service, "alone_in", alone_in)
    let_lapse()
    worker("second")
    upstream.hold = False
    until(has(run, COMPLETED))


def test_a_follower_that_met_a_fault_is_replaced(batch, worker, upstream, settings, faults_seen):
    faults_seen.append("stopped.")
    settings.DISPATCH_LEASE_SECONDS = 1
    upstream.hold = True
    (run,) = batch("France")
    one = worker()
    until(has(run, "running"))
    (follower,) = one.followers()

    async def fault() -> None:
        raise RuntimeError("a fault of our own")

    one.call(lambda: follower.spawn(fault()))
    until(lambda: HostedGroup.objects.earliest("pk").epoch == 2)
    upstream.hold = False
    until(has(run, COMPLETED))


def test_a_sending_that_met_a_fault_is_found_out_like_any_other_doubt(
    batch, worker, upstream, settings, faults_seen
):
    faults_seen.append("met a fault")
    settings.DISPATCH_LEASE_SECONDS = 1
    (before,) = batch("France")
    one = worker()
    until(has(before, COMPLETED))
    client = next(iter(one.office.carriers.values())).client
    original, failing = client.add_runs, iter([True])

    async def add_runs(*asked):
        if next(failing, False):
            raise RuntimeError("a fault of our own")
        return await original(*asked)

    client.add_runs = add_runs
    (run,) = batch("Japan")
    until(has(run, "submitting"))
    until(has(run, COMPLETED), seconds=6)


def test_a_claim_whose_commit_was_not_heard_of_is_found_out(
    batch, worker, upstream, settings, monkeypatch, faults_seen
):
    """The connection to the database breaks as the commit is answered."""
    faults_seen.append("met a fault")
    settings.DISPATCH_LEASE_SECONDS = 4
    (before,) = batch("France")
    worker()
    until(has(before, COMPLETED))
    original, failing = carrier.claim, iter([True])

    def claim(*asked):
        claims = original(*asked)
        if claims and next(failing, False):
            raise OperationalError("server closed the connection unexpectedly")
        return claims

    monkeypatch.setattr(carrier, "claim", claim)
    (run,) = batch("Japan")
    until(has(run, COMPLETED), seconds=6)
    assert not upstream.state.twice


# Another key


def test_a_changed_key_goes_on_with_what_was_sent_under_the_old_one(batch, worker, upstream, provider):
    upstream.hold = True
    (run,) = batch("France")
    worker()
    until(has(run, "running"))
    upstream.key = "another key"
    change_provider(provider=provider, key="another key")
    (next_run,) = batch("Japan")
    until(lambda: len(upstream.state.runs) == 2)
    upstream.hold = False
    until(all_are([run, next_run], COMPLETED))
    assert not upstream.state.twice


def test_a_changed_key_is_used_also_if_no_run_waits(batch, worker, upstream, provider):
    upstream.hold = True
    (run,) = batch("France")
    worker()
    until(has(run, "running"))
    upstream.key = "another key"
    upstream.on_loop(upstream.reset_connections)
    change_provider(provider=provider, key="another key")
    upstream.hold = False
    until(has(run, COMPLETED), seconds=6)


def test_a_group_that_was_handed_on_ends_when_its_runs_have(batch, worker, upstream, provider, monkeypatch):
    monkeypatch.setattr(service, "TIDY_EVERY_SECONDS", 0.0)
    (run,) = batch("France")
    one = worker()
    until(has(run, COMPLETED))
    group = HostedGroup.objects.earliest("pk")
    change_provider(provider=provider, key="another key")
    (next_run,) = batch("Japan")
    until(has(next_run, COMPLETED))
    for _ in range(20):
        one.look_twice()
    assert HostedGroup.objects.get(pk=group.pk).ended_at is not None


def test_a_change_of_a_limit_disturbs_nothing(batch, worker, upstream, provider):
    upstream.hold = True
    (run,) = batch("France")
    worker()
    until(has(run, "running"))
    change_provider(provider=provider, most_in_flight=50)
    (next_run,) = batch("Japan")
    until(has(next_run, "queued"))
    upstream.hold = False
    until(all_are([run, next_run], COMPLETED))
    assert HostedGroup.objects.count() == 1


def test_a_key_that_can_not_be_read_is_said_and_the_others_go_on(batch, worker, upstream, provider, settings):
    settings.SECRET_KEY = "something else entirely"
    batch("France")
    one = worker()
    until(lambda: Upstream.objects.filter(state="key_refused", last_error__contains="SECRET_KEY").exists())
    one.look_twice()
    assert (one.error, HostedRun.objects.count()) == (None, 0)


def test_a_key_that_can_not_be_read_is_said_once(batch, worker, settings):
    """Every write makes every web process look for news."""
    settings.SECRET_KEY = "something else entirely"
    batch("France")
    one = worker()
    until(lambda: Upstream.objects.filter(state="key_refused").exists())
    said = Upstream.objects.get().last_error_at
    for _ in range(3):
        one.look_twice()
    assert Upstream.objects.get().last_error_at == said


def test_a_group_whose_key_can_not_be_read_is_followed_once_it_can(
    batch, worker, upstream, provider, settings
):
    settings.DISPATCH_LEASE_SECONDS = 1
    upstream.hold = True
    (run,) = batch("France")
    first = worker()
    until(has(run, "running"))
    first.kill()
    readable = settings.SECRET_KEY
    settings.SECRET_KEY = "something else entirely"
    let_lapse()
    worker("second")
    until(lambda: HostedGroup.objects.earliest("pk").owner == "second")
    settings.SECRET_KEY = readable
    upstream.hold = False
    until(has(run, COMPLETED))


def test_a_group_that_is_over_is_ended(batch, worker, upstream, monkeypatch):
    monkeypatch.setattr(service, "TIDY_EVERY_SECONDS", 0.0)
    (run,) = batch("France")
    one = worker()
    until(has(run, COMPLETED))
    one.look_twice()
    group = HostedGroup.objects.earliest("pk")
    assert group.ended_at is None  # more may be put into it
    groups.close(groups.held(group))
    until(lambda: HostedGroup.objects.earliest("pk").ended_at)
    until(lambda: one.followers() == [])
