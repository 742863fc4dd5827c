"""A run's way to a hosted provider and back."""

import pytest

from dispatch.hosted import carrier, service
from dispatch.models import HostedGroup, HostedRun, Submission
from runs.models import Result, Run, RunEvent
from tests.dispatch.hosted.conftest import (
    COMPLETED,
    FAILED,
    TEXT,
    all_are,
    fresh,
    has,
    provider_at,
    states_of,
    until,
    upstream_of,
)
from tests.upstream import running

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "engine"]),
    pytest.mark.usefixtures("faults_seen"),
]


ADDED = "POST tasks/groups/*/runs"


def ended_by_hand(upstream, run, status: str = "completed", **more) -> None:
    """The provider ends this run now."""
    until(lambda: upstream_of(upstream, run), "the provider has it")
    upstream.finish(upstream_of(upstream, run)[0].run_id, status, **more)


def test_a_run_comes_back_with_its_result_and_all_its_evidence(alone, worker, upstream):
    run = alone("France")
    worker()
    until(has(run, COMPLETED))
    (there,) = upstream_of(upstream, run)
    assert (states_of(run)[:3], states_of(run)[-1]) == (["pending", "submitting", "queued"], "completed")
    result = Result.objects.get(run=run)
    assert (result.type, result.content["subject"]) == ("json", "France")
    basis = run.basis.first()
    citation = basis.citations.first()
    assert (basis.reasoning != "", citation.url[:8]) == (True, "https://")
    assert citation.excerpts[0].keys() == {"text"}
    hosted = HostedRun.objects.get(run=run)
    assert (hosted.upstream_id, hosted.interaction_id) == (there.run_id, there.interaction_id)
    assert Submission.objects.get().outcome == Submission.Outcome.ACCEPTED


def test_a_text_comes_back_as_one(alone, worker):
    run = alone("France", task_spec=TEXT)
    worker()
    until(has(run, COMPLETED))
    assert (fresh(run).result.type, type(fresh(run).result.content)) == ("text", str)


def test_what_comes_back_is_kept_as_it_came(alone, worker, upstream):
    upstream.hold = True
    run = alone("France")
    worker()
    citation = {"url": "/page", "title": None, "excerpts": ["Zoë says so.", None]}
    entry = {"field": "z", "reasoning": "So.", "confidence": "", "citations": [citation]}
    output = {
        "type": "json",
        "content": {"z": 1, "a": {"z": "Zoë 🙂", "a": None}},
        "basis": [entry, {"field": "a", "reasoning": "Why.", "confidence": "high", "citations": None}],
        "mcp_tool_calls": [{"tool": "x"}],
        "output_schema": None,
    }
    ended_by_hand(upstream, run, output=output)
    until(has(run, COMPLETED))
    result = fresh(run).result
    assert list(result.content) == ["z", "a"]
    assert result.content == output["content"]
    assert (result.more, result.output_schema) == ({"mcp_tool_calls": [{"tool": "x"}]}, None)
    first, second = run.basis.all()
    assert [first.confidence, second.confidence] == ["", "high"]
    kept = first.citations.get()
    assert (kept.url, kept.title, kept.excerpts) == ("invalid:/page", "", [{"text": "Zoë says so."}])
    assert (fresh(run).high, fresh(run).low, fresh(run).missing) == (1, 0, 0)


def test_a_failed_run_fails_with_the_providers_reason(alone, worker, upstream):
    upstream.hold = True
    run = alone("France")
    worker()
    ended_by_hand(
        upstream, run, "failed", error={"ref_id": "1", "message": "No page says it.", "detail": None}
    )
    until(has(run, FAILED))
    assert fresh(run).error["message"] == "No page says it."


def test_a_failed_run_without_a_reason_says_so(alone, worker, upstream):
    upstream.hold = True
    run = alone("France")
    worker()
    ended_by_hand(upstream, run, "failed", error={"ref_id": "1", "message": None, "detail": None})
    until(has(run, FAILED))
    assert fresh(run).error["message"] == "The provider says that the run failed, and not why."


def test_a_run_that_the_provider_cancels_is_cancelled(alone, worker, upstream):
    upstream.hold = True
    run = alone("France")
    worker()
    ended_by_hand(upstream, run, "cancelled")
    until(has(run, "cancelled"))
    end = run.events.filter(kind="state").last()
    assert (fresh(run).error, end.message) == (None, "The provider cancelled it.")


def test_a_batch_comes_back_whole(batch, worker, upstream):
    runs = batch(*(f"Country {number}" for number in range(300)))
    worker()
    until(all_are(runs, COMPLETED), seconds=30)
    given = {run.pk: run.input for run in runs}
    subjects = {result.run_id: result.content["subject"] for result in Result.objects.all()}
    assert subjects == given
    assert not upstream.state.twice
    assert RunEvent.objects.filter(kind="state", after="completed").count() == 300


def test_a_run_alone_shows_each_of_its_steps_once_though_they_are_told_again(alone, worker, upstream):
    upstream.hold = True
    upstream.life.latency = (0.4, 0.4)
    run = alone("France")
    worker()
    steps = run.events.filter(kind=RunEvent.Kind.MESSAGE)
    until(lambda: steps.count() == 5)
    upstream.on_loop(upstream.reset_connections)
    until(lambda: upstream.state.asked["GET tasks/runs/*/events"] >= 2, "the steps are told again")
    upstream.hold = False
    until(has(run, COMPLETED))
    assert list(steps.values_list("topic", flat=True)) == [
        "plan",
        "search",
        "tool_call",
        "result",
        "exec_status",
    ]
    assert run.events.filter(kind=RunEvent.Kind.STATS).last().stats["read"] == 6


def test_a_run_alone_is_seen_to_begin(alone, worker, upstream):
    upstream.hold = True
    run = alone("France")
    worker()
    until(has(run, "running"))
    assert fresh(run).started_at is not None


def test_the_search_finds_a_run_by_what_came_out_of_it(batch, worker, upstream):
    upstream.hold = True
    (run,) = batch("France")
    worker()
    ended_by_hand(upstream, run, output={"capital": "Lutetia"})
    until(has(run, COMPLETED))
    until(lambda: Run.objects.mentioning("lutetia").exists(), "it is indexed")
    assert Run.objects.mentioning("france").get() == run


def test_two_providers_carry_their_own_runs(batch, workspace, start, worker, upstream):
    (here,) = batch("France")
    with running(latency=(0.0, 0.01)) as other:
        provider_at(workspace, other, "Elsewhere")
        there = start("Japan")
        one = worker()
        until(all_are([here, there], COMPLETED))
        assert (len(upstream.state.runs), len(other.state.runs)) == (1, 1)
        one.stop()


def test_an_open_group_takes_the_runs_that_come_later(batch, worker, upstream):
    worker()
    for name in ("France", "Japan", "Kenya"):
        until(all_are(batch(name), COMPLETED))
    assert (HostedGroup.objects.count(), len(upstream.state.groups)) == (1, 1)


def test_a_batch_is_sent_whole_unless_others_are_under_way(batch, worker, upstream, monkeypatch):
    monkeypatch.setattr(carrier, "MOST_BESIDE", 2)
    upstream.hold = True
    first = batch("France", "Japan", "Kenya", "Peru", "Fiji")
    worker()
    until(all_are(first, "running"))
    assert upstream.state.asked[ADDED] == 1
    until(all_are(batch("Chad", "Mali", "Togo", "Cuba", "Oman"), "running"))
    assert upstream.state.asked[ADDED] == 1 + 3


def test_news_of_a_run_is_enough_where_a_group_is_open(batch, worker, upstream):
    (first,) = batch("France")
    one = worker()
    until(has(first, COMPLETED))
    one.is_looking = False
    (second,) = batch("Japan")
    one.call(one.office.hear_news)
    until(has(second, COMPLETED))


def test_what_a_worker_has_fallen_behind_with_is_carried_when_it_starts(batch, worker, monkeypatch):
    monkeypatch.setattr(service, "LOOK_EVERY_SECONDS", 0.01)
    runs = batch("France", "Japan")
    hosted = service.Hosted()
    hosted.start()
    try:
        until(all_are(runs, COMPLETED))
        (late,) = batch("Kenya")
        hosted.wake()
        until(has(late, COMPLETED))
    finally:
        hosted.stop()
    assert not hosted.is_alive()
