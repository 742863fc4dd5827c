"""Ends at a provider, written down: together, once, and only by who holds the group."""

import asyncio
from datetime import timedelta

import pytest
from django.utils import timezone

from dispatch.hosted.backoff import Backoff
from dispatch.hosted.follower import MOST_TRIES, Follower
from dispatch.hosted.groups import store_group, take_over
from dispatch.hosted.storing import Arrival, store, store_progress, store_running
from dispatch.hosted.submitting import accept, claim
from dispatch.hosted.texts import index_ended
from dispatch.hosted.writer import NOT_STORED, Writer
from dispatch.models import Cursor, HostedGroup
from provider.answers import Progress, read_output, read_run, read_run_event
from provider.client import Ended
from provider.errors import Later, Refused, Unreadable
from runs.models import Result, Run, RunEvent
from tests.dispatch.hosted.conftest import fresh, let_lapse, states_of

pytestmark = pytest.mark.django_db(databases=["default", "engine"])
GOOD = {"type": "json", "content": {"capital": "Paris"}, "basis": [{"field": "capital", "reasoning": "So."}]}


@pytest.fixture
def group(provider):
    return store_group(provider, "tgrp_1", "first")


@pytest.fixture
def sent(provider, group, batch):
    """Runs that the provider has, by the names trun_0, trun_1, …"""

    def sent(*inputs) -> list[Run]:
        runs = batch(*inputs)
        (one,) = claim(provider, group, 100)
        accept(one, [f"trun_{number}" for number in range(len(runs))])
        return runs

    return sent


def arrival(group, number: int, status: str = "completed", output=GOOD, **run) -> Arrival:
    there = read_run({"run_id": f"trun_{number}", "status": status, **run})
    return Arrival(group, there, read_output(output) if status == "completed" else None)


def test_ends_are_stored_together_with_how_far_the_stream_is_told(group, sent):
    runs = sent("France", "Japan", "Kenya")
    arrivals = [arrival(group, 0), arrival(group, 1, "failed"), arrival(group, 2, "cancelled")]
    done = store(arrivals, [group], {group.pk: "ev-7"})
    assert (done.ended, done.lost) == ({group.pk: 3}, set())
    assert [fresh(run).status for run in runs] == ["completed", "failed", "cancelled"]
    assert HostedGroup.objects.get().cursor == "ev-7"


def test_an_end_that_is_known_changes_nothing(group, sent):
    (run,) = sent("France")
    store([arrival(group, 0)], [group], {})
    done = store([arrival(group, 0, "failed")], [group], {})
    assert done.ended == {}
    assert (fresh(run).status, states_of(run)[-1], Result.objects.count()) == ("completed", "completed", 1)


def test_one_end_that_comes_twice_at_once_is_stored_once(group, sent):
    (run,) = sent("France")
    done = store([arrival(group, 0), arrival(group, 0, "failed")], [group], {})
    assert (done.ended, fresh(run).status) == ({group.pk: 1}, "completed")


def test_who_lost_the_group_stores_nothing(group, sent):
    (run,) = sent("France")
    let_lapse()
    take_over("another")
    done = store([arrival(group, 0)], [group], {group.pk: "ev-7"})
    assert (done.ended, done.lost) == ({}, {group.pk})
    assert (fresh(run).status, HostedGroup.objects.get().cursor) == ("queued", "")


def test_a_completed_run_keeps_the_providers_warnings_beside_its_own(group, sent):
    (run,) = sent("France")
    Run.objects.filter(pk=run.pk).update(warnings=[{"type": "warning", "message": "ours"}])
    store([arrival(group, 0, warnings=[{"type": "warning", "message": "theirs"}, "odd"])], [group], {})
    assert [warning["message"] for warning in fresh(run).warnings] == ["ours", "theirs"]


def test_the_name_to_go_on_from_is_kept(group, sent):
    (run,) = sent("France")
    store([arrival(group, 0, interaction_id="inter_0")], [group], {})
    assert fresh(run).hosted.interaction_id == "inter_0"


def test_runs_that_have_begun_are_moved_once(group, sent):
    runs = sent("France", "Japan")
    for _ in range(2):
        store_running(group, ["trun_0", "trun_unknown"])
    assert [fresh(run).status for run in runs] == ["running", "queued"]
    assert states_of(runs[0]).count("running") == 1


# Steps


def step(message: str, at: str = "2026-11-28T01:00:00Z") -> Progress:
    return Progress("plan", message, at, 0, 0, 0.0, ())


def messages(run: Run) -> list[str]:
    return list(run.events.filter(kind=RunEvent.Kind.MESSAGE).values_list("message", flat=True))


def test_steps_that_are_told_again_are_kept_once(group, sent):
    (run,) = sent("France")
    assert store_progress(group, run.pk, [step("one"), step("two")])
    assert store_progress(group, run.pk, [step("one"), step("two"), step("three")])
    assert messages(run) == ["one", "two", "three"]


def test_the_same_words_at_another_time_are_another_step(group, sent):
    (run,) = sent("France")
    store_progress(group, run.pk, [step("one"), step("one", "2026-11-28T01:00:01Z")])
    assert messages(run) == ["one", "one"]


def test_a_step_without_a_time_is_kept_once(group, sent):
    (run,) = sent("France")
    for _ in range(2):
        store_progress(
            group, run.pk, [step("one", ""), step("two", "yesterday"), step("x", "2026-13-99T99:00:00Z")]
        )
    assert messages(run) == ["one", "two", "x"]


def test_steps_of_a_run_that_is_over_are_dropped(group, sent):
    (run,) = sent("France")
    store([arrival(group, 0)], [group], {})
    assert not store_progress(group, run.pk, [step("one")])


def test_who_lost_the_group_keeps_no_steps(group, sent):
    (run,) = sent("France")
    let_lapse()
    assert not store_progress(group, run.pk, [step("one")])
    assert messages(run) == []


def test_hostile_steps_can_be_stored(group, sent):
    (run,) = sent("France")
    event = {"type": "task_run.progress_msg." + "x" * 99, "message": "y" * 99_999, "timestamp": 7}
    stats = {
        "type": "task_run.progress_stats",
        "progress_meter": -5,
        "source_stats": {"num_sources_read": 2**63 - 1},
    }
    assert store_progress(group, run.pk, [read_run_event(event), read_run_event(stats)])
    kept = run.events.filter(kind=RunEvent.Kind.MESSAGE).get()
    assert (len(kept.topic), len(kept.message)) == (16, 20_000)


# The writer


class Source:
    """Whoever follows: it counts what it is told."""

    def __init__(self, group) -> None:
        self.group, self.ended, self.is_lost = group, 0, False

    def told_up_to(self, arrivals) -> str:
        return ""

    def stored(self, arrivals, ended: int) -> None:
        self.ended += ended

    def lost(self) -> None:
        self.is_lost = True


class Here:
    """The database in the thread of the test."""

    async def surely(self, function, *arguments):
        return function(*arguments)


def written(source: Source, arrivals: list[Arrival], write=store) -> Source:
    """Nothing in it waits, so it needs no event loop, which Django would have to be kept out of."""
    one = Writer.__new__(Writer)
    one.database, one.write, one.waiting = Here(), write, [(source, each) for each in arrivals]
    with pytest.raises(StopIteration):
        one.store_some().send(None)
    return source


def test_what_can_not_be_stored_fails_its_run_and_no_other(group, sent):
    runs = sent("France", "Japan", "Kenya")

    def write(arrivals, groups, cursors):
        if any(each.run.run_id == "trun_1" and each.output for each in arrivals):
            raise ValueError("poison")
        return store(arrivals, groups, cursors)

    source = written(Source(group), [arrival(group, number) for number in range(3)], write)
    assert source.ended == 3
    assert [fresh(run).status for run in runs] == ["completed", "failed", "completed"]
    assert fresh(runs[1]).error["message"] == NOT_STORED


def test_an_output_that_is_null_is_no_output(group, sent):
    """JSON given as text may say ``null``, which no result holds."""
    (run,) = sent("France")
    try:
        arrivals = [arrival(group, 0, output={"type": "json", "content": "null"})]
    except Unreadable:
        return
    written(Source(group), arrivals)
    assert fresh(run).status == "failed"


def test_who_follows_a_lost_group_is_told(group, sent):
    sent("France")
    let_lapse()
    assert written(Source(group), [arrival(group, 0)]).is_lost


# Results that can't be had


class Answers:
    """A client whose results are these, one after another."""

    def __init__(self, *results) -> None:
        self.results, self.asked = list(results), 0

    async def result(self, run_id: str):
        self.asked += 1
        answer = self.results.pop(0) if self.results else Unreadable("It is no JSON.")
        if isinstance(answer, Exception):
            raise answer
        return answer


def fetched(client: Answers, monkeypatch) -> Arrival:
    monkeypatch.setattr(Backoff, "next", lambda self: 0.0)
    run = read_run({"run_id": "trun_0", "status": "completed"})

    async def fetch() -> Arrival:
        follower = Follower.__new__(Follower)
        follower.client, follower.group, follower.is_refused = client, None, False
        return await follower.fetched(run)

    return asyncio.run(fetch())


def test_a_result_that_can_not_be_read_fails_the_run_after_some_tries(monkeypatch):
    client = Answers()
    got = fetched(client, monkeypatch)
    assert client.asked == MOST_TRIES
    assert got.failure == "The provider completed the run, but its result can't be had: It is no JSON."


def test_a_result_that_is_not_there_fails_the_run_after_some_tries(monkeypatch):
    client = Answers(*(Refused("Run id not found", 404) for _ in range(MOST_TRIES)))
    assert fetched(client, monkeypatch).failure.endswith("can't be had: Run id not found")


@pytest.mark.parametrize("answer", [Later("Not yet."), Refused("Not Found", 404, in_envelope=False)])
def test_a_result_that_is_late_or_behind_a_gateway_that_fails_is_waited_for(monkeypatch, answer):
    good = Ended(read_run({"run_id": "trun_0", "status": "completed"}), read_output(GOOD))
    client = Answers(*([answer] * 3 * MOST_TRIES), good)
    got = fetched(client, monkeypatch)
    assert (got.failure, got.output.content) == ("", {"capital": "Paris"})


# The search's words


def test_runs_are_indexed_once_and_in_the_order_of_their_ends(group, sent):
    sent("France", "Japan")
    store([arrival(group, 0)], [group], {})
    assert index_ended() == 1
    assert index_ended() == 0
    store([arrival(group, 1)], [group], {})
    assert index_ended() == 1
    assert Run.objects.mentioning("paris").count() == 2


def test_what_is_no_end_of_a_hosted_run_is_looked_through_once(workspace, start):
    """It is asked four times a second, also where there are none but engine runs."""
    run = start()
    RunEvent.objects.log(*(RunEvent(run=run, kind=RunEvent.Kind.NOTE, message="x") for _ in range(2_000)))
    index_ended()
    index_ended()
    assert RunEvent.objects.newest_id() - Cursor.objects.get(name="hosted words").event_id < 1_500


def test_a_lease_is_needed_to_the_moment(group, sent):
    sent("France")
    HostedGroup.objects.update(lease_until=timezone.now() + timedelta(seconds=30))
    assert store([arrival(group, 0)], [group], {}).ended == {group.pk: 1}
