"""Whatever becomes of the streams, each end is stored, and stored once."""

import asyncio
import functools

import pytest

from dispatch.hosted import carrier
from dispatch.hosted.follower import MOST_LOOKS, MOST_TRIES
from dispatch.models import HostedGroup, Upstream
from provider.errors import Refused
from tests.dispatch.hosted.conftest import (
    COMPLETED,
    all_are,
    fresh,
    has,
    states_of,
    until,
    upstream_of,
)
from tests.upstream import tasks

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "engine"]),
    pytest.mark.usefixtures("faults_seen"),
]
FOLLOWED = "GET tasks/groups/*/events"
RESULT = "GET tasks/runs/*/result"
ADDED = "POST tasks/groups/*/runs"


def ends_of(run) -> int:
    return states_of(run).count("completed")


def test_a_batch_is_followed_over_one_stream(batch, worker, upstream):
    upstream.hold = True
    runs = batch(*(f"Country {number}" for number in range(30)))
    worker()
    until(all_are(runs, "running"))
    upstream.hold = False
    until(all_are(runs, COMPLETED))
    assert upstream.state.asked["GET tasks/runs/*/events"] == 0
    assert [fresh(run).result.content["subject"] for run in runs[:3]] == [
        "Country 0",
        "Country 1",
        "Country 2",
    ]
    assert {ends_of(run) for run in runs} == {1}


def test_many_results_are_read_from_the_list_at_once(batch, worker, upstream):
    upstream.hold = True
    runs = batch(*(f"Country {number}" for number in range(60)))
    worker()
    until(lambda: len(upstream.state.runs) == 60)
    upstream.hold = False
    until(all_are(runs, COMPLETED))
    assert upstream.state.asked["GET tasks/runs/*/result"] < 60


def test_the_sweep_finds_the_ends_that_no_stream_tells(batch, worker, upstream):
    upstream.faults.drop_event = 1.0
    runs = batch("France", "Japan", "Kenya")
    one = worker()
    assert upstream.wait_until(lambda known: known.by_status["completed"] == 3)
    until(lambda: one.sweep() and all_are(runs, COMPLETED)())
    assert {ends_of(run) for run in runs} == {1}


def test_failed_and_cancelled_runs_are_found_by_the_sweep_as_well(batch, worker, upstream):
    upstream.hold = True
    upstream.faults.drop_event = 1.0
    france, japan = batch("France", "Japan")
    one = worker()
    until(lambda: len(upstream.state.runs) == 2)
    upstream.finish(upstream_of(upstream, france)[0].run_id, "failed")
    upstream.finish(upstream_of(upstream, japan)[0].run_id, "cancelled")
    until(lambda: one.sweep() and has(france, "failed")() and has(japan, "cancelled")())


def test_events_that_come_twice_store_one_end(batch, worker, upstream):
    upstream.faults.double_event = 1.0
    runs = batch(*(f"Country {number}" for number in range(20)))
    worker()
    until(all_are(runs, COMPLETED))
    assert {ends_of(run) for run in runs} == {1}


def test_a_stream_that_is_cut_is_taken_up_where_it_broke(batch, worker, upstream):
    upstream.faults.cut_stream = 0.2
    runs = batch(*(f"Country {number}" for number in range(20)))
    worker()
    until(all_are(runs, COMPLETED))
    assert {ends_of(run) for run in runs} == {1}


def test_a_stream_that_falls_silent_is_left_and_opened_again(batch, worker, upstream, monkeypatch):
    monkeypatch.setattr(carrier, "Client", functools.partial(carrier.Client, stall_seconds=0.3))
    upstream.faults.stall_stream = 1.0
    runs = batch("France", "Japan")
    worker()
    until(lambda: upstream.state.asked[FOLLOWED] >= 2, "the stream is opened again")
    assert {fresh(run).status for run in runs} == {"queued"}
    upstream.faults = {}
    until(all_are(runs, COMPLETED))


def test_a_provider_that_goes_away_and_comes_back_loses_nothing(batch, worker, upstream):
    upstream.hold = True
    runs = batch("France", "Japan")
    worker()
    until(all_are(runs, "running"))
    upstream.faults.down = True
    until(lambda: upstream.state.asked[FOLLOWED] >= 3)
    upstream.faults = {}
    upstream.hold = False
    until(all_are(runs, COMPLETED))
    assert not upstream.state.twice


def test_the_cursor_is_that_of_the_last_end_that_is_stored(batch, worker, upstream):
    runs = batch("France", "Japan")
    worker()
    until(all_are(runs, COMPLETED))
    log = next(iter(upstream.state.groups.values())).log
    last = max(place for place, entry in enumerate(log, 1) if entry in upstream.state.runs.values())
    until(lambda: HostedGroup.objects.get().cursor == f"ev-{last}")


def test_what_a_stream_breaks_with_again_and_again_is_noted(batch, worker, upstream):
    upstream.hold = True
    runs = batch("France")
    worker()
    until(all_are(runs, "running"))
    upstream.faults.refuse_key = True
    upstream.on_loop(upstream.reset_connections)
    until(lambda: Upstream.objects.filter(last_error__contains="Unauthorized").exists())
    upstream.faults = {}
    upstream.hold = False
    until(all_are(runs, COMPLETED))


def test_a_result_waits_for_a_key_that_is_taken(batch, worker, upstream, provider):
    """The run is paid for: a key that is refused meanwhile must not cost it."""
    upstream.hold = True
    (run,) = batch("France")
    worker()
    until(has(run, "running"))
    upstream.faults.refuse_key = True
    upstream.finish(upstream_of(upstream, run)[0].run_id)
    until(lambda: Upstream.objects.filter(state=Upstream.State.KEY_REFUSED).exists())
    until(lambda: upstream.state.asked[RESULT] > MOST_TRIES)
    assert fresh(run).ended_at is None
    upstream.faults = {}
    until(has(run, COMPLETED))
    until(lambda: not Upstream.objects.filter(state=Upstream.State.KEY_REFUSED).exists())


def test_runs_of_a_group_that_is_gone_are_asked_for_by_themselves(batch, worker, upstream):
    upstream.hold = True
    known, forgotten = batch("France", "Japan")
    one = worker()
    until(all_are([known, forgotten], "running"))
    name = upstream_of(upstream, known)[0].run_id
    upstream.on_loop(lambda: forget_all_but(upstream, name))
    until(lambda: one.sweep() and has(forgotten, "failed")())
    assert "knows this run no longer" in fresh(forgotten).error["message"]
    assert fresh(known).ended_at is None
    upstream.finish(name)
    until(lambda: one.sweep() and has(known, COMPLETED)())


def test_a_gateway_that_knows_nothing_ends_no_run(batch, worker, upstream, monkeypatch):
    """Such a 404 is not the API's; what runs there goes on, and is paid for."""
    upstream.hold = True
    (run,) = batch("France")
    one = worker()
    until(has(run, "running"))
    refused, lost = asyncio.Event(), Refused("Not Found", 404, in_envelope=False)

    async def nothing_here(*_):
        refused.set()
        raise lost

    (follower,) = one.followers()
    for name in ("group", "run"):
        monkeypatch.setattr(follower.client, name, nothing_here)
    for _ in range(MOST_LOOKS + 1):
        one.call(refused.clear)
        one.sweep()
        until(lambda: one.call(refused.is_set))
    assert one.call(lambda: follower.looked_in_vain) == 0
    assert fresh(run).ended_at is None


def forget_all_but(upstream, name):
    upstream.state.groups.clear()
    for run_id in set(upstream.state.runs) - {name}:
        del upstream.state.runs[run_id]
    upstream.reset_connections()


def test_runs_that_end_before_their_sending_is_answered_are_counted(batch, worker, upstream):
    """The stream tells their end first; when the answer comes, the group is not followed in vain."""
    upstream.hold = True
    (first,) = batch("France")
    one = worker()
    until(has(first, "running"))
    upstream.faults.slow_answer_seconds = 0.5
    (second,) = batch("Japan")
    until(lambda: len(upstream.state.runs) == 2)
    upstream.finish(upstream_of(upstream, second)[0].run_id)
    until(has(second, COMPLETED), "its end is stored before its sending is answered")
    upstream.hold = False
    until(has(first, COMPLETED))
    until(lambda: one.call(lambda: carrier_of(one).sending == 0))
    (follower,) = one.followers()
    assert one.call(lambda: (follower.size, follower.active)) == (2, 0)


def test_a_group_without_active_runs_is_left_in_peace(batch, worker, upstream):
    """The end of a run was told before the answer to its sending, and then all runs are over."""
    upstream.hold = True
    (first,) = batch("France")
    one = worker()
    until(has(first, "running"))
    upstream.faults.slow_answer_seconds = 1.0
    (second,) = batch("Japan")
    until(lambda: len(upstream.state.runs) == 2)
    upstream.end_all()
    until(all_are([first, second], COMPLETED), "both are over before the sending is answered")
    until(lambda: upstream.state.asked[ADDED] == 2 and one.call(lambda: carrier_of(one).sending == 0))
    assert_is_left_in_peace(one, upstream)


def test_a_group_that_was_counted_wrong_is_left_in_peace_once_it_is_counted_again(batch, worker, upstream):
    """A stream that the provider ends at once must not be asked for again and again."""
    (only,) = batch("France")
    one = worker()
    until(has(only, COMPLETED))
    (follower,) = one.followers()
    one.call(lambda: follower.add(1))
    assert_is_left_in_peace(one, upstream)


def assert_is_left_in_peace(one, upstream):
    (follower,) = one.followers()
    until(lambda: one.call(lambda: follower.active) == 0, "it is counted again")
    asked = upstream.state.asked[FOLLOWED]
    for _ in range(20):
        one.look_twice()
    assert upstream.state.asked[FOLLOWED] <= asked + 1


def test_it_is_seen_that_a_run_has_begun_also_soon_after_another(batch, worker, upstream):
    upstream.hold = True
    (first,) = batch("France")
    worker()
    until(has(first, "running"))
    (second,) = batch("Japan")
    until(has(second, "running"), seconds=5)


def test_an_output_of_a_hostile_shape_ends_its_run_and_nothing_else(batch, worker, upstream):
    upstream.hold = True
    odd, good = batch("France", "Japan")
    worker()
    until(lambda: len(upstream.state.runs) == 2)
    basis = [{"field": "x", "reasoning": "", "confidence": ["high"], "citations": []}]
    upstream.finish(
        upstream_of(upstream, odd)[0].run_id, output={"type": "json", "content": {"x": 1}, "basis": basis}
    )
    upstream.finish(upstream_of(upstream, good)[0].run_id)
    until(has(good, COMPLETED))
    until(has(odd, COMPLETED, "failed"), seconds=5)


def test_the_sweep_fetches_the_results_that_the_list_leaves_out(batch, worker, upstream, monkeypatch):
    """A provider may not know ``include_output``."""
    original = tasks.rows

    def bare(upstream, exchange, group, position):
        exchange.target = exchange.query_text = exchange.query_text.replace("include_output=true", "x=y")
        return original(upstream, exchange, group, position)

    monkeypatch.setattr(tasks, "rows", bare)
    upstream.faults.drop_event = 1.0
    (run,) = batch("France")
    one = worker()
    assert upstream.wait_until(lambda known: known.by_status["completed"] == 1)
    until(lambda: one.sweep() and fresh(run).status == COMPLETED, seconds=5)


def carrier_of(one):
    (only,) = one.office.carriers.values()
    return only
