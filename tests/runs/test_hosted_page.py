"""What the pages of runs say of a hosted provider."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dispatch.models import HostedGroup, HostedRun, Submission, Twin, Upstream
from provider.types import parse_task_run_input
from runs.groups import add_runs, create_group
from runs.models import Run
from runs.presenting import run_live_html
from runs.status import Status
from teams.providers import create_hosted_provider

NAME = "Parallel <b>"


@pytest.fixture
def parallel(workspace):
    return create_hosted_provider(workspace=workspace, name=NAME, base_url="https://api.parallel.ai", key="k")


@pytest.fixture
def ask(start, parallel):
    def ask(*moves):
        run = start()
        Run.objects.filter(pk=run.pk).update(provider=parallel)
        run = Run.objects.get(pk=run.pk)
        assert all(run.move_to(status) for status in moves)
        return run

    return ask


def sent(run, upstream_id="trun_there", **fields):
    until = timezone.now() + timedelta(minutes=1)
    group = HostedGroup.objects.create(
        provider=run.provider, upstream_id="tgrp_1", owner="w", lease_until=until
    )
    submission = Submission.objects.create(provider=run.provider, group=group, size=1, **fields)
    HostedRun.objects.create(
        run=run, provider=run.provider, group=group, submission=submission, upstream_id=upstream_id
    )
    return run


def said(html):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", html)))


def live(run):
    return run_live_html(run)


def block(provider, state="no_credit"):
    return Upstream.objects.create(
        provider=provider, state=state, until=timezone.now() + timedelta(minutes=5)
    )


def test_a_run_that_waits_for_a_blocked_provider_says_why(ask, parallel):
    run = ask()
    block(parallel)
    assert f"{NAME} says that the account is out of credit. Add credit there" in said(live(run))


@pytest.mark.parametrize("moves", [(Status.SUBMITTING, Status.QUEUED), (Status.CANCELLED,)])
def test_what_does_not_wait_says_nothing_of_it(ask, parallel, moves):
    run = ask(*moves)
    block(parallel)
    assert "out of credit" not in live(run)


def test_a_provider_that_takes_runs_is_no_reason_to_wait(ask, parallel):
    Upstream.objects.create(provider=parallel)
    assert "notice-warn" not in live(ask())


def test_a_run_of_which_nobody_knows_whether_it_was_taken_says_so(ask):
    run = sent(ask(Status.SUBMITTING), None, doubt="The answer was cut off.")
    assert f"It is not known yet whether {NAME} took this run" in said(live(run))


def test_a_run_that_is_being_sent_is_in_no_doubt_yet(ask):
    assert "not known yet" not in live(sent(ask(Status.SUBMITTING), None))


def test_a_run_that_the_provider_has_twice_says_so(ask, parallel):
    run = sent(ask(Status.SUBMITTING, Status.QUEUED))
    Twin.objects.create(run=run, provider=parallel, upstream_id="trun_again")
    assert f"{NAME} has this task twice: trun_there and trun_again. It may be charged twice" in said(
        live(run)
    )


def test_the_facts_name_the_provider_and_its_own_id_of_the_run(ask):
    html = live(sent(ask(Status.SUBMITTING, Status.QUEUED)))
    assert 'id="hosted-id">trun_there</span>' in html
    assert "Parallel &lt;b&gt;" in html
    assert NAME not in html


@pytest.mark.parametrize(
    ("moves", "has_button", "words"),
    [
        ((), True, "Nothing has begun"),
        ((Status.SUBMITTING,), True, "If it turns out that it was not sent, it is cancelled"),
        ((Status.SUBMITTING, Status.QUEUED), False, "which cannot stop a run"),
        ((Status.SUBMITTING, Status.QUEUED, Status.RUNNING), False, "which cannot stop a run"),
    ],
)
def test_cancel_is_offered_where_it_can_be_kept(ask, moves, has_button, words):
    run = ask(*moves)
    html = live(run)
    assert ("/cancel/" in html, words in html) == (has_button, True)


def test_a_wish_to_cancel_is_shown_once_it_was_said(ask):
    run = ask(Status.SUBMITTING)
    Run.objects.filter(pk=run.pk).update(cancel_wanted=True)
    html = live(run)
    assert "/cancel/" not in html
    assert "Cancelled if it turns out that it was not sent" in html


def test_of_the_engines_runs_nothing_is_asked_of_providers(start):
    run = start()
    with CaptureQueriesContext(connection) as asked:
        live(run)
    assert not [query for query in asked if "dispatch_" in query["sql"]]


def test_a_batch_says_why_its_runs_wait(client, workspace, parallel):
    group = create_group(workspace=workspace)
    request = parse_task_run_input({"input": "France", "processor": "lite"})
    add_runs(group=group, requests=[request] * 2, provider=parallel)
    assert "refuses its key" not in client.get(group.get_absolute_url()).text
    block(parallel, "key_refused")
    assert f"{NAME} refuses its key. An admin can enter another one" in said(
        client.get(group.get_absolute_url()).text
    )
    group.runs.all().move(Status.PENDING, Status.CANCELLED)
    assert "refuses its key" not in client.get(group.get_absolute_url()).text
