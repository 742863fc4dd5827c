"""Many runs end at once: each in its own way, with all that came out of it, and once."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from provider.answers import Output, read_output
from runs.ends import Came, end_runs
from runs.models import Citation, FieldBasis, Result, Run
from runs.status import Status

CITATION = {"url": "https://example.org/a", "title": "Zoë", "excerpts": ["one", "two"]}
BASIS = [
    {"field": "capital", "reasoning": "So.", "confidence": "high", "citations": [CITATION, CITATION]},
    {"field": "area", "reasoning": "", "confidence": None, "citations": []},
    {"field": "area.0", "reasoning": "", "confidence": "low", "citations": None},
]


def output(**more) -> Output:
    asked = {"type": "json", "content": {"z": 1, "capital": "Paris 🙂"}, "basis": BASIS}
    return read_output(asked | more)


@pytest.fixture
def held(start):
    """Runs that a provider has."""

    def held(number: int, status: str = "running") -> list[Run]:
        runs = [start(f"Country {each}") for each in range(number)]
        Run.objects.filter(pk__in=[run.pk for run in runs]).update(status=status)
        return runs

    return held


def test_each_run_ends_in_its_own_way(held):
    done, failed, cancelled, other = held(4)
    ended = end_runs(
        [
            Came(done.pk, Status.COMPLETED, output()),
            Came(failed.pk, Status.FAILED, error="No page says it."),
            Came(cancelled.pk, Status.CANCELLED, error="The provider cancelled it."),
        ]
    )
    assert ended == {done.pk, failed.pk, cancelled.pk}
    for run in (done, failed, cancelled, other):
        run.refresh_from_db()
    assert [run.status for run in (done, failed, cancelled, other)] == [
        "completed",
        "failed",
        "cancelled",
        "running",
    ]
    assert (done.error, failed.error["message"], cancelled.error) == (None, "No page says it.", None)
    assert uuid.UUID(failed.error["ref_id"])
    assert all(run.ended_at == run.modified_at for run in (done, failed, cancelled))
    assert other.ended_at is None


def test_what_came_out_is_kept_in_the_order_in_which_it_came(held):
    (run,) = held(1)
    end_runs([Came(run.pk, Status.COMPLETED, output(extra=[1], output_schema={"type": "object"}))])
    result = Result.objects.get()
    assert (result.run_id, result.type, list(result.content.items())) == (
        run.pk,
        "json",
        [("z", 1), ("capital", "Paris 🙂")],
    )
    assert (result.more, result.output_schema) == ({"extra": [1]}, {"type": "object"})


def test_the_evidence_is_kept_with_its_field(held):
    runs = held(3)
    end_runs([Came(run.pk, Status.COMPLETED, output()) for run in runs])
    for run in runs:
        entries = list(run.basis.all())
        assert [entry.field for entry in entries] == ["capital", "area", "area.0"]
        assert [entry.confidence for entry in entries] == ["high", "", "low"]
        cited = list(entries[0].citations.all())
        assert [citation.position for citation in cited] == [0, 1]
        assert (cited[0].url, cited[0].title) == ("https://example.org/a", "Zoë")
        assert cited[0].excerpts == [{"text": "one"}, {"text": "two"}]
        assert list(entries[1].citations.all()) == []


def test_evidence_written_by_others_does_not_get_in_the_way(held):
    """Ids are reserved beforehand; those of rows that the ORM wrote before and after are others."""
    before, run, after = held(3)
    FieldBasis.objects.create(run=before, position=0, field="x")
    end_runs([Came(run.pk, Status.COMPLETED, output())])
    FieldBasis.objects.create(run=after, position=0, field="x")
    end_runs([Came(after.pk, Status.COMPLETED, output(basis=[]))])
    assert FieldBasis.objects.count() == 5
    assert set(Citation.objects.values_list("basis__run", flat=True)) == {run.pk}


def test_the_row_of_the_history_says_it_in_a_few_words(held):
    (run,) = held(1)
    end_runs([Came(run.pk, Status.COMPLETED, output())])
    run.refresh_from_db()
    assert (run.answer, run.high, run.medium, run.low, run.missing) == (
        "z: 1 · capital: Paris 🙂",
        1,
        0,
        0,
        0,
    )


def test_warnings_are_added_to_those_that_there_are(held):
    (run,) = held(1)
    Run.objects.filter(pk=run.pk).update(warnings=[{"message": "before"}])
    end_runs([Came(run.pk, Status.COMPLETED, output(), warnings=[{"message": "after"}])])
    run.refresh_from_db()
    assert run.warnings == [{"message": "before"}, {"message": "after"}]


@pytest.mark.parametrize("status", ["queued", "running", "action_required", "cancelling"])
def test_a_run_ends_from_whatever_the_provider_last_said_of_it(held, status):
    (run,) = held(1, status)
    assert end_runs([Came(run.pk, Status.COMPLETED, output())]) == {run.pk}
    moves = list(run.events.filter(kind="state").values_list("before", "after"))
    assert moves[-1] == (status, "completed")


@pytest.mark.parametrize("status", ["pending", "submitting"])
def test_a_run_that_no_provider_has_does_not_end(held, status):
    (run,) = held(1, status)
    assert end_runs([Came(run.pk, Status.COMPLETED, output())]) == set()
    assert Result.objects.count() == 0


def test_a_run_ends_once(held):
    (run,) = held(1)
    end_runs([Came(run.pk, Status.COMPLETED, output())])
    assert end_runs([Came(run.pk, Status.FAILED, error="No.")]) == set()
    assert end_runs([Came(run.pk, Status.COMPLETED, output())]) == set()
    run.refresh_from_db()
    assert (run.status, Result.objects.count(), run.basis.count()) == ("completed", 1, 3)
    assert run.events.filter(kind="state", after="completed").count() == 1


def test_the_reason_stands_in_the_log(held):
    (run,) = held(1)
    end_runs([Came(run.pk, Status.FAILED, error="No page says it.")])
    assert run.events.filter(kind="state").last().message == "No page says it."


def test_nothing_ends_by_nothing(db):
    assert end_runs([]) == set()
    assert end_runs([Came(uuid.uuid4(), Status.FAILED, error="No.")]) == set()


def test_many_ends_take_as_many_questions_as_a_few(held):
    """executemany counts as one."""
    few, many = held(3), held(30)
    counts = []
    for runs in (few, many):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            end_runs([Came(run.pk, Status.COMPLETED, output(basis=BASIS[:1])) for run in runs])
        counts.append(len(seen))
    assert counts[0] == counts[1]
