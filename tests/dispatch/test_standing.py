from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dispatch.models import HostedGroup, Submission, Twin, Upstream
from dispatch.standing import (
    briefly,
    connected,
    doubts_at,
    finished_at,
    runs_at,
    sent_to,
    standings,
    try_again,
    waiting_because,
    wind_up,
)
from runs.models import Run
from runs.status import Status
from teams.models import Provider
from teams.providers import create_hosted_provider, remove_provider
from tests.runs.making import completed, running

NOW = timezone.now
URL = "https://api.parallel.ai"


@pytest.fixture
def parallel(workspace):
    return create_hosted_provider(workspace=workspace, name="Parallel", base_url=URL, key="k")


@pytest.fixture
def ask(start, parallel):
    """A run that waits for the hosted provider."""

    def ask(input="France", **more):
        run = start(input, **more)
        Run.objects.filter(pk=run.pk).update(provider=parallel)
        return Run.objects.get(pk=run.pk)

    return ask


@pytest.fixture
def group(parallel):
    return HostedGroup.objects.create(
        provider=parallel, upstream_id="tgrp_1", owner="w", lease_until=NOW() + timedelta(minutes=1)
    )


def submission(group, size=1, **fields):
    return Submission.objects.create(provider=group.provider, group=group, size=size, **fields)


def of(provider, workspace=None):
    return next(each for each in standings(provider.workspace) if each.provider == provider)


def test_the_engine_and_a_provider_that_has_nothing_to_do(workspace, parallel):
    engine, hosted = standings(workspace)
    assert (engine.provider.kind, hosted.provider) == ("engine", parallel)
    for standing in (engine, hosted):
        assert (standing.waiting, standing.in_flight, standing.finished_lately) == (0, 0, 0)
        assert (standing.takes_runs, standing.oldest_text, standing.has_news) == (True, "", False)


def test_what_waits_and_what_is_in_flight(ask, parallel, start):
    oldest = ask()
    Run.objects.filter(pk=oldest.pk).update(created_at=NOW() - timedelta(minutes=5))
    ask()
    running(ask())
    assert ask().move_to(Status.SUBMITTING)
    completed(ask())
    start()  # the engine's
    standing = of(parallel)
    assert (standing.waiting, standing.in_flight, standing.oldest_text) == (2, 2, "5 min")
    assert standing.finished_lately == 1


def test_what_finished_more_than_a_minute_ago_is_not_counted(ask, parallel):
    run = completed(ask())
    run.events.update(at=NOW() - timedelta(minutes=2))
    completed(ask())
    assert of(parallel).finished_lately == 1


def test_what_was_sent_within_a_minute_and_what_that_cost_today(parallel, group):
    submission(group, 10, given_back=2, cost=Decimal("0.20"), outcome="accepted")
    submission(group, 5, cost=Decimal(1), outcome="accepted", sent_at=NOW() - timedelta(days=1, minutes=2))
    standing = of(parallel)
    assert (standing.sent_lately, standing.spent_today) == (8, Decimal("0.20"))


@pytest.mark.parametrize(
    ("state", "word"),
    [("busy", "Asked to slow down"), ("no_credit", "Out of credit"), ("key_refused", "Key refused")],
)
def test_what_stops_it_and_until_when(parallel, state, word):
    error = {"last_error": "It said 402.", "last_error_at": NOW()}
    Upstream.objects.create(provider=parallel, state=state, until=NOW() + timedelta(seconds=12.4), **error)
    standing = of(parallel)
    assert (standing.state_word, standing.takes_runs, standing.pause_text) == (word, False, "12 s")
    assert (standing.last_error, standing.has_news) == ("It said 402.", True)


def test_a_pause_that_is_over_is_now(parallel):
    Upstream.objects.create(provider=parallel, state="failing", until=NOW() - timedelta(seconds=1))
    assert of(parallel).pause_text == ""


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        ({"most_in_flight": 1}, ["the limit of 1 in flight"]),
        ({"most_in_flight": 2}, []),
        ({"runs_per_minute": 3}, ["the limit of 3 a minute"]),
        ({"runs_per_minute": 4}, []),
        ({"usd_per_day": Decimal("1.00")}, ["the limit of $1.00 a day, until midnight in UTC"]),
        ({"usd_per_day": Decimal("1.01")}, []),
    ],
)
def test_each_limit_says_what_it_holds_back(ask, parallel, group, limit, words):
    Provider.objects.filter(pk=parallel.pk).update(**limit)
    submission(group, 3, cost=Decimal("1.00"), outcome="accepted")
    running(ask())
    ask(processor="lite")
    assert list(of(parallel).held_back) == words


def test_a_limit_for_which_nothing_waits_holds_nothing_back(ask, parallel):
    Provider.objects.filter(pk=parallel.pk).update(most_in_flight=1)
    running(ask())
    assert not of(parallel).held_back


def test_what_may_have_been_taken_is_in_doubt_until_it_is_found_out(settings, parallel, group):
    settings.DISPATCH_SETTLE_SECONDS = 60
    sent = submission(group, 3, doubt="The answer was cut off.")
    standing = of(parallel)
    assert (standing.in_doubt, standing.doubt_until) == (3, sent.sent_at + timedelta(seconds=60))
    assert standing.doubt_text == "1 min"


def test_a_sending_that_goes_on_is_in_doubt_once_its_answer_is_late(parallel, group):
    sent = submission(group, 3)
    assert of(parallel).in_doubt == 0
    Submission.objects.filter(pk=sent.pk).update(sent_at=NOW() - timedelta(minutes=1))
    assert of(parallel).in_doubt == 3


def test_what_was_found_out_is_no_doubt(parallel, group):
    submission(group, 3, doubt="The answer was cut off.", outcome="settled")
    assert of(parallel).in_doubt == 0


def test_what_the_provider_has_twice_is_named_with_its_run(ask, parallel, monkeypatch):
    monkeypatch.setattr("dispatch.standing.TWINS_SHOWN", 2)
    for number in range(3):
        Twin.objects.create(run=ask(f"Country {number}"), provider=parallel, upstream_id=f"trun_{number}")
    standing = of(parallel)
    assert standing.doubled == 3
    assert [twin.run.label for twin in standing.twins] == ["Country 2", "Country 1"]


def test_other_workspaces_and_removed_providers_are_left_out(workspace, parallel, outsider):
    elsewhere = create_hosted_provider(workspace=outsider.workspace, name="P", base_url=URL, key="k")
    remove_provider(provider=parallel)
    shown = [standing.provider for standing in standings(workspace)]
    assert parallel not in shown
    assert elsewhere not in shown


def test_more_runs_take_no_more_queries(ask, group, parallel, workspace):
    counts = []
    for _ in range(2):
        for _ in range(10):
            ask()
            completed(ask())
            submission(group, doubt="Cut off.")
            Twin.objects.create(run=ask(), provider=parallel, upstream_id=f"trun_{Twin.objects.count()}")
        with CaptureQueriesContext(connection) as asked:
            standings(workspace)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 9


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the words of a plan are the database's own")
@pytest.mark.parametrize(
    ("question", "ways"),
    [
        (runs_at, ["USING INDEX run_active", "USING INDEX run_in_hand"]),
        (finished_at, ["SCAN runs_runevent", "SEARCH runs_runevent USING INTEGER PRIMARY KEY (rowid>?)"]),
        (sent_to, ["USING INDEX submission_lately (provider_id=? AND sent_at>?)"]),
        (doubts_at, ["USING INDEX hosted_group_living"]),
    ],
)
def test_nothing_is_counted_that_grows_with_the_history(parallel, question, ways):
    with CaptureQueriesContext(connection) as asked:
        question([parallel.pk], NOW())
    with connection.cursor() as cursor:
        for query, way in zip(asked.captured_queries, ways, strict=True):
            cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
            assert way in str(cursor.fetchall())


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "0 s"), (59, "59 s"), (59.6, "1 min"), (312, "5 min"), (7900, "2 h 12 min")]
)
def test_a_time_that_goes_on_is_told_briefly(seconds, text):
    assert briefly(seconds) == text


# What a person asks


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("no_credit", "Add credit there, or choose another provider."),
        ("key_refused", "An admin can enter another one"),
        ("failing", "Nothing is lost"),
        ("busy", "asks to slow down"),
    ],
)
def test_why_runs_wait_says_what_to_do(parallel, state, words):
    Upstream.objects.create(provider=parallel, state=state, until=NOW())
    said = waiting_because(parallel)
    assert said.startswith("<bdi>Parallel</bdi> ")
    assert words in said
    assert "It is tried again <time" in said


def test_while_it_takes_runs_there_is_nothing_to_say(workspace, parallel):
    assert waiting_because(parallel) == ""
    Upstream.objects.create(provider=parallel)
    assert waiting_because(Provider.objects.get(pk=parallel.pk)) == ""


def test_trying_again_ends_the_pause_and_leaves_the_state_to_the_next_try(parallel):
    Upstream.objects.create(provider=parallel, state="no_credit", until=NOW() + timedelta(minutes=5))
    try_again(provider=parallel)
    standing = of(parallel)
    assert (standing.state, standing.until) == ("no_credit", None)


def test_a_connection_that_was_seen_to_work_opens_it(parallel):
    Upstream.objects.create(
        provider=parallel, state="key_refused", until=NOW() + timedelta(minutes=5), failures=3
    )
    connected(provider=parallel)
    upstream = Upstream.objects.get()
    assert (upstream.state, upstream.until, upstream.failures) == ("open", None, 0)


@pytest.fixture
def leave(parallel):
    """Remove the provider while it stands like this."""

    def leave(state="open"):
        Upstream.objects.create(provider=parallel, state=state)
        remove_provider(provider=parallel)
        wind_up(provider=parallel)
        return Provider.objects.get(pk=parallel.pk)

    return leave


def test_what_a_removed_provider_has_is_still_fetched(ask, leave, start):
    waiting, sent, others = ask(), running(ask()), start()
    assert leave("no_credit").key == "k"
    found = Run.objects.in_bulk()
    assert [found[run.pk].status for run in (waiting, sent, others)] == ["cancelled", "running", "pending"]
    assert "was removed before it was sent" in waiting.events.last().message


@pytest.mark.parametrize("state", ["failing", "key_refused"])
def test_what_a_provider_has_that_can_not_be_asked_fails_with_its_removal(ask, leave, group, state):
    sent, sending, done = running(ask()), ask(), completed(ask())
    assert sending.move_to(Status.SUBMITTING)
    assert leave(state).sealed_key == ""
    found = Run.objects.in_bulk()
    assert [found[run.pk].status for run in (sent, sending, done)] == ["failed", "failed", "completed"]
    assert "Parallel was removed while it had this run" in found[sent.pk].error["message"]


def test_a_removed_provider_of_which_nothing_is_to_come_forgets_its_key(ask, leave):
    completed(ask())
    assert leave().sealed_key == ""


def test_a_key_is_kept_while_something_may_still_turn_up_in_a_group(leave, group):
    assert leave().key == "k"
