"""What is asked all the time must go through an index: a history of a million runs is a history."""

import pytest
from django.db import connection
from django.utils import timezone

from runs.models import Run, RunEvent
from runs.status import Status

SQLITE = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="the words of a plan are the database's own"
)


def plan_of(questions) -> str:
    return questions.explain()


@SQLITE
@pytest.mark.parametrize(
    ("question", "index"),
    [
        (lambda: Run.objects.in_engines_hands(), "run_active"),
        (lambda: Run.objects.abandoned(timezone.now()), "run_active"),
        (lambda: Run.objects.pending_on_engine(), "run_active"),
        (lambda: Run.objects.pending().filter(provider=1).order_by("created_at"), "run_active"),
    ],
)
def test_what_dispatch_asks_several_times_a_second_has_its_index(workspace, question, index):
    assert index in plan_of(question())


@SQLITE
def test_the_history_is_paged_through_its_indexes(workspace):
    runs = Run.objects.in_workspace(workspace)
    assert "run_newest " in plan_of(runs.newest_first())
    assert "run_newest_by_status" in plan_of(runs.filter(status=Status.FAILED).newest_first())
    assert "run_newest_by_processor" in plan_of(runs.filter(processor="core").newest_first())


@SQLITE
def test_a_search_starts_from_the_words_and_not_from_the_runs(workspace):
    plan = plan_of(Run.objects.in_workspace(workspace).mentioning("paris"))
    assert "SCAN runs_runtext_fts VIRTUAL TABLE" in plan
    assert "CORRELATED" not in plan


@SQLITE
def test_new_events_are_found_by_their_number(workspace):
    assert "SEARCH runs_runevent USING INTEGER PRIMARY KEY" in plan_of(RunEvent.objects.after(10))
