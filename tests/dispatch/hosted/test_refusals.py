"""What a provider says instead of taking runs, and what becomes of them then."""

from datetime import timedelta

import pytest
from django.utils import timezone

from dispatch.hosted import state
from dispatch.models import HostedRun, Submission, Upstream
from provider.errors import Doubtful, Later, Unreachable
from tests.dispatch.hosted.conftest import (
    COMPLETED,
    FAILED,
    all_are,
    fresh,
    has,
    notes_of,
    provider_at,
    states_of,
    until,
)
from tests.upstream import running, tasks
from tests.upstream.bodies import Answer
from tests.upstream.routes import ENDPOINTS

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "engine"]),
    pytest.mark.usefixtures("faults_seen"),
]
ADDED = "POST tasks/groups/*/runs"
MADE = "POST tasks/groups"


def posts(upstream) -> int:
    return upstream.state.posts


def is_left_alone(worker, upstream) -> bool:
    """Nothing more is posted, however often the worker looks."""
    before = posts(upstream)
    for _ in range(10):
        worker.look_twice()
    return posts(upstream) == before


def test_who_is_asked_to_slow_down_waits_for_as_long(batch, worker, upstream):
    upstream.faults.rate_limited_for = 600
    upstream.faults.retry_after = 600
    (run,) = batch("France")
    one = worker()
    until(lambda: Upstream.objects.filter(state="busy").exists())
    left = Upstream.objects.get().until - timezone.now()
    assert timedelta(seconds=500) < left < timedelta(seconds=601)
    assert is_left_alone(one, upstream)
    assert fresh(run).status == "pending"
    assert notes_of(run)[0].startswith("Parallel asks to slow down, so this waits.")


def test_runs_that_come_into_a_rate_limit_are_given_back_and_sent_after_it(batch, worker, upstream):
    (first,) = batch("France")
    worker()
    until(has(first, COMPLETED))
    upstream.faults.retry_after = 1
    upstream.faults.rate_limited_for = 600
    runs = batch("Japan", "Kenya")
    until(lambda: Submission.objects.filter(outcome="given_back").exists())
    upstream.faults = {}
    until(all_are(runs, COMPLETED))
    assert states_of(runs[0])[:4] == ["pending", "submitting", "pending", "submitting"]
    assert not upstream.state.twice


def test_other_providers_go_on_meanwhile(batch, workspace, start, worker, upstream):
    upstream.faults.rate_limited_for = 600
    upstream.faults.retry_after = 600
    (waiting,) = batch("France")
    with running(latency=(0.0, 0.01)) as other:
        provider_at(workspace, other, "Elsewhere")
        run = start("Japan")
        one = worker()
        until(has(run, COMPLETED))
        assert fresh(waiting).status == "pending"
        one.stop()


def test_who_is_asked_to_slow_down_by_no_time_waits_a_little_all_the_same(provider):
    before = timezone.now()
    upstream = state.block(provider.pk, Later("Too many.", 0.0))
    assert upstream.until >= before + timedelta(seconds=0.05)


def test_the_longer_of_two_waits_holds(provider):
    long = state.block(provider.pk, Later("Too many.", 600.0)).until
    assert state.block(provider.pk, Later("Too many.", 1.0)).until == long


def test_a_wait_that_is_not_named_doubles_with_each_time(provider):
    waits = []
    for _ in range(7):
        now = timezone.now()
        waits.append((state.block(provider.pk, Later("Too many.")).until - now).total_seconds())
    assert [round(wait) for wait in waits] == [5, 10, 20, 40, 80, 80, 80]


def test_an_answer_to_what_was_sent_before_does_not_end_the_wait(batch, worker, upstream, provider):
    """Four requests are on their way at once: some are refused with a time, and then one is taken."""
    upstream.hold = True
    upstream.faults.slow_answer_seconds = 0.6
    (run,) = batch("France")
    one = worker()
    assert upstream.wait_until(lambda known: len(known.runs) == 1)
    state.block(provider.pk, Later("Too many.", 600.0))
    until(has(run, "queued", "running"))
    until(lambda: Submission.objects.filter(outcome="accepted").exists())
    until(lambda: one.call(lambda: all(each.sending == 0 for each in one.office.carriers.values())))
    assert Upstream.objects.get().blocks(timezone.now())


def test_without_credit_nothing_is_sent_and_the_runs_say_so(batch, worker, upstream):
    upstream.faults.no_credit = True
    runs = batch("France", "Japan")
    one = worker()
    until(lambda: Upstream.objects.filter(state="no_credit").exists())
    assert is_left_alone(one, upstream)
    for run in runs:
        assert fresh(run).status == "pending"
        assert "out of credit, so this waits" in notes_of(run)[0]
        assert "Add credit there" in notes_of(run)[0]
    assert Upstream.objects.get().last_error == "Not enough credit"


def test_with_credit_again_it_goes_on_when_somebody_says_so(batch, worker, upstream, provider):
    upstream.faults.no_credit = True
    (run,) = batch("France")
    worker()
    until(lambda: Upstream.objects.filter(state="no_credit").exists())
    upstream.faults = {}
    state.try_now(provider.pk)
    until(has(run, COMPLETED))
    until(lambda: Upstream.objects.get().state == "open")


def test_a_key_that_is_refused_pauses_the_provider(batch, worker, upstream):
    upstream.faults.refuse_key = True
    (run,) = batch("France")
    one = worker()
    until(lambda: Upstream.objects.filter(state="key_refused").exists())
    assert is_left_alone(one, upstream)
    assert fresh(run).status == "pending"
    assert "refuses the key" in notes_of(run)[0]


def test_a_provider_that_can_not_be_reached_is_tried_less_and_less(batch, provider, worker, upstream):
    (run,) = batch("France")
    url = provider.base_url
    type(provider).objects.filter(pk=provider.pk).update(base_url="http://127.0.0.1:9")
    worker()
    until(lambda: Upstream.objects.filter(state="failing", failures__gte=3).exists())
    assert "can't be reached" in Upstream.objects.get().last_error
    assert (fresh(run).status, HostedRun.objects.count()) == ("pending", 0)
    type(provider).objects.filter(pk=provider.pk).update(base_url=url)
    until(has(run, COMPLETED))


def test_a_wait_after_failures_doubles_up_to_a_limit(provider, monkeypatch):
    monkeypatch.setattr(state, "FIRST_WAIT", 1.0)
    monkeypatch.setattr(state, "LONGEST_WAIT", 60.0)
    for error in (Doubtful("x"), Unreachable("x")):
        waits = [state.standing_after(error, failures)[1].total_seconds() for failures in (1, 2, 3, 20, 5000)]
        for wait, about in zip(waits, (1, 2, 4, 60, 60), strict=True):
            assert about * 0.79 < wait < about * 1.21


# Runs that are refused for good


def test_one_bad_input_among_many_is_refused_alone_if_the_provider_names_it(batch, worker, upstream):
    runs = batch("France", "refuse me", "Japan")
    worker()
    until(all_are([runs[0], runs[2]], COMPLETED))
    until(has(runs[1], FAILED))
    assert fresh(runs[1]).error["message"] == "Parallel refused this run: refused, as it asks for"
    assert upstream.state.asked[ADDED] == 2


def test_one_bad_input_is_found_also_if_the_provider_does_not_name_it(batch, worker, upstream):
    inputs = [f"Country {number}" for number in range(20)]
    runs = batch(*inputs[:13], "refuse silently", *inputs[13:])
    worker()
    good = [run for run in runs if run.input != "refuse silently"]
    until(all_are(good, COMPLETED))
    (bad,) = [run for run in runs if run.input == "refuse silently"]
    until(has(bad, FAILED))
    assert fresh(bad).error["message"] == "Parallel refused this run: the request is not valid"
    assert upstream.state.asked[ADDED] <= 12
    assert not upstream.state.twice


def test_several_bad_inputs_are_refused_and_the_others_go_on(batch, worker, upstream):
    runs = batch("refuse me", "France", "refuse silently", "refuse me too", "Japan")
    worker()
    until(all_are([runs[1], runs[4]], COMPLETED))
    until(all_are([runs[0], runs[2], runs[3]], FAILED))


def test_a_processor_that_the_provider_does_not_have_is_refused_with_its_sentence(batch, worker, upstream):
    (run,) = batch("France", processor="lite")
    type(run).objects.filter(pk=run.pk).update(processor="lite9000")
    worker()
    until(has(run, FAILED))
    assert fresh(run).error["message"] == "Parallel refused this run: No access to processor lite9000"
    assert states_of(run) == ["pending", "submitting", "failed"]


def test_a_processor_that_the_key_may_not_use_is_found_out_in_few_requests(batch, worker, upstream):
    """A 403 is about the processor, so runs of one processor stand or fall together."""
    runs = batch(*(f"Company {number}" for number in range(40)))
    forbidden, allowed = runs[::2], runs[1::2]
    type(runs[0]).objects.filter(pk__in=[run.pk for run in forbidden]).update(processor="lite9000")
    worker()
    until(all_are(forbidden, FAILED))
    until(all_are(allowed, COMPLETED))
    assert upstream.state.asked[ADDED] == 3
    assert not upstream.state.twice


def test_a_spec_that_the_provider_refuses_is_the_runs_own_fault(batch, worker, upstream):
    spec = {"output_schema": {"type": "json", "json_schema": {"type": "array"}}}
    (run,) = batch("France")
    (good,) = batch("Japan")
    type(run).objects.filter(pk=run.pk).update(task_spec=spec)
    worker()
    until(has(good, COMPLETED))
    until(has(run, FAILED))
    assert fresh(run).error["message"].startswith("Parallel refused this run: ")


def test_a_group_that_is_gone_is_replaced(batch, worker, upstream):
    (first,) = batch("France")
    worker()
    until(has(first, COMPLETED))
    upstream.on_loop(lambda: upstream.state.groups.clear())
    (run,) = batch("Japan")
    until(has(run, COMPLETED))
    assert not upstream.state.twice


def test_a_provider_that_never_finds_its_groups_is_not_asked_without_rest(
    batch, worker, upstream, monkeypatch
):
    monkeypatch.setattr(state, "FIRST_WAIT", 30.0)
    monkeypatch.setattr(state, "LONGEST_WAIT", 30.0)

    class Forgetful(dict):
        def get(self, key, default=None):
            return default

    upstream.state.groups = Forgetful()
    batch("France")
    one = worker()
    until(lambda: upstream.state.asked[ADDED] >= 1)
    for _ in range(10):
        one.look_twice()
    assert upstream.state.asked[ADDED] <= 3


def test_an_address_that_leads_elsewhere_for_a_while_fails_no_run(batch, worker, upstream, monkeypatch):
    (first,) = batch("France")
    one = worker()
    until(has(first, COMPLETED))
    moved = Answer(302, b"", headers=b"location: /down\r\n")
    monkeypatch.setitem(ENDPOINTS, ADDED, lambda upstream, exchange, group_id: exchange.reply(moved))
    runs = batch("Japan", "Kenya")
    until(lambda: upstream.state.asked[ADDED] >= 2)
    for _ in range(10):
        one.look_twice()
    monkeypatch.setitem(ENDPOINTS, ADDED, tasks.add_runs)
    assert [fresh(run).status for run in runs if fresh(run).status == "failed"] == []


def test_a_refusal_with_a_nul_character_is_one(batch, worker, monkeypatch, faults_seen):
    faults_seen.append("met a fault")
    said = Answer(
        422, b'{"type": "error", "error": {"ref_id": "1", "message": "No\\u0000pe", "detail": null}}'
    )
    monkeypatch.setitem(ENDPOINTS, ADDED, lambda upstream, exchange, group_id: exchange.reply(said))
    (run,) = batch("France")
    worker()
    until(has(run, FAILED), seconds=5)


def test_a_request_that_a_proxy_finds_too_large_is_sent_in_parts(batch, worker, upstream, monkeypatch):
    def limited(upstream, exchange, group_id):
        if len(exchange.body) > 1_000:
            exchange.reply(Answer(413, b"<html>Too large</html>", b"text/html"))
        else:
            tasks.add_runs(upstream, exchange, group_id)

    monkeypatch.setitem(ENDPOINTS, ADDED, limited)
    runs = batch(*("x" * 300 for _ in range(6)))
    worker()
    until(all_are(runs, COMPLETED), seconds=6)
