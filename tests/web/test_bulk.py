"""Rows that are written past the ORM read as if it had written them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils.timezone import now

from runs.models import FieldBasis, Run, RunEvent
from web import bulk

COLUMNS = ("run", "kind", "topic", "before", "after", "message", "stats", "at")
MOMENT = datetime(2026, 11, 28, 1, 2, 3, 456789, tzinfo=UTC)


def test_what_is_inserted_reads_as_it_was_given(start):
    run = start()
    rows = [
        (run.pk, "note", "", "", "", "Zoë 🙂 'x' %s", {"b": [1, None], "a": "ä"}, MOMENT),
        (run.pk, "note", "", "", "", "two", None, MOMENT.replace(microsecond=0)),
    ]
    bulk.insert(RunEvent, COLUMNS, rows)
    first, second = run.events.filter(kind="note")
    assert (first.message, first.stats, first.at) == ("Zoë 🙂 'x' %s", {"b": [1, None], "a": "ä"}, MOMENT)
    assert (second.message, second.stats, second.at) == ("two", None, MOMENT.replace(microsecond=0))


def test_what_is_inserted_is_found_as_what_the_orm_wrote_is(start):
    run = start()
    bulk.insert(RunEvent, COLUMNS, [(run.pk, "note", "", "", "", "bulk", None, MOMENT)])
    RunEvent.objects.create(run=run, kind="note", message="orm", at=MOMENT)
    assert RunEvent.objects.filter(run=run.pk, at=MOMENT).count() == 2
    assert RunEvent.objects.filter(at__lt=MOMENT + timedelta(microseconds=1), kind="note").count() == 2
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT run_id, at FROM runs_runevent WHERE kind = 'note'")
        assert len(cursor.fetchall()) == 1


def test_a_moment_in_another_time_zone_is_the_same_moment(start):
    run = start()
    there = MOMENT.astimezone(timezone(timedelta(hours=2)))
    bulk.insert(RunEvent, COLUMNS, [(run.pk, "note", "", "", "", "bulk", None, there)])
    assert run.events.get(kind="note").at == MOMENT


def test_the_order_of_keys_is_kept_where_the_field_keeps_it(start):
    run = start()
    bulk.update(Run, ["metadata"], [({"z": 1, "a": 2}, run.pk)])
    assert list(Run.objects.get(pk=run.pk).metadata) == ["z", "a"]


def test_an_absent_json_is_null_and_not_the_word(start):
    run = start()
    bulk.update(Run, ["metadata"], [(None, run.pk)])
    assert Run.objects.filter(pk=run.pk, metadata__isnull=True).exists()


def test_only_the_named_rows_and_columns_are_changed(start):
    changed, other = start("France"), start("Japan")
    moment = now()
    bulk.update(Run, ["answer", "high", "ended_at", "status"], [("x", 3, moment, "cancelled", changed.pk)])
    changed.refresh_from_db()
    assert (changed.answer, changed.high, changed.ended_at, changed.label) == ("x", 3, moment, "France")
    other.refresh_from_db()
    assert (other.answer, other.high, other.ended_at) == ("", 0, None)


def test_each_row_is_given_its_own_values(start):
    runs = [start(f"Country {number}") for number in range(5)]
    bulk.update(Run, ["answer"], [(str(number), run.pk) for number, run in enumerate(runs)])
    assert list(Run.objects.order_by("created_at").values_list("answer", flat=True)) == list("01234")


def test_more_rows_than_one_statement_takes_are_all_written(start):
    run = start()
    rows = [
        (run.pk, "note", "", "", "", str(number), None, MOMENT)
        for number in range(2 * bulk.ROWS_A_STATEMENT + 1)
    ]
    bulk.insert(RunEvent, COLUMNS, rows)
    assert list(run.events.filter(kind="note").values_list("message", flat=True)) == [row[5] for row in rows]


def test_nothing_is_written_for_nothing(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        bulk.insert(RunEvent, COLUMNS, [])
        bulk.update(Run, ["answer"], iter([]))


def test_what_the_tables_rules_forbid_is_refused(start):
    run = start()
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert(RunEvent, COLUMNS, [(run.pk, "no such kind", "", "", "", "", None, MOMENT)])
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.update(Run, ["status"], [("completed", run.pk)])


def test_reserved_ids_are_of_nobody_else(start):
    run = start()
    FieldBasis.objects.create(run=run, position=0, field="before")
    with transaction.atomic():
        ids = list(bulk.reserve_ids(FieldBasis, 3))
        rows = [(pk, run.pk, place, "x", "", "", True) for place, pk in enumerate(ids, 1)]
        bulk.insert(FieldBasis, ("id", "run", "position", "field", "reasoning", "confidence", "found"), rows)
    after = FieldBasis.objects.create(run=run, position=4, field="after")
    assert len({*ids, after.pk, FieldBasis.objects.get(field="before").pk}) == 5
    assert after.pk > max(ids)


def test_ids_can_be_reserved_in_a_table_that_was_never_written_to(db):
    with transaction.atomic():
        assert len(set(bulk.reserve_ids(FieldBasis, 2))) == 2


def test_what_is_selected_reads_as_the_orm_reads_it_in_the_order_of_the_keys(start):
    runs = sorted((start({"b": 1, "a": place}) for place in ("France", "Japan")), key=lambda run: run.pk)
    ids = [run.pk for run in runs]
    rows = bulk.select(Run, ("id", "input", "workspace", "error"), {"id": ids[::-1]}, lock=True)
    assert rows == [(run.pk, run.input, run.workspace_id, None) for run in runs]
    assert list(rows[0][1]) == ["b", "a"]


def test_only_what_lies_after_a_moment_is_selected(start):
    run = start()
    among = {"id": [run.pk], "status": ["pending", "queued"]}
    before, after = run.created_at - timedelta(seconds=1), run.created_at + timedelta(seconds=1)
    assert bulk.select(Run, ("id",), among, after={"created_at": before}) == [(run.pk,)]
    assert bulk.select(Run, ("id",), among, after={"created_at": after}) == []


def test_among_nothing_nothing_is_found_and_nobody_is_asked(start, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert bulk.select(Run, ("id",), {"id": []}) == []
        bulk.update_all(Run, {"label": "x"}, [])


def test_all_that_are_named_get_the_same_values_and_no_others(start):
    one, two, other = start(), start(), start()
    bulk.update_all(Run, {"warnings": [{"b": 1, "a": 2}], "started_at": MOMENT}, [one.pk, two.pk])
    changed = Run.objects.filter(started_at=MOMENT)
    assert set(changed) == {one, two}
    assert list(changed[0].warnings[0]) == ["b", "a"]
    assert Run.objects.get(pk=other.pk).started_at is None


def test_what_a_query_finds_reads_as_the_orm_reads_it(start):
    run = start("France", metadata={"z": 1, "a": "ä %s"})
    columns = ("id", "input", "metadata", "task_spec", "group_id", "created_at", "cancel_wanted", "label")
    found = Run.objects.filter(pk=run.pk, created_at__lte=now()).order_by("created_at")[:5]
    assert bulk.read(found, columns) == [tuple(row) for row in found.values_list(*columns)]


def test_what_is_selected_reads_as_the_orm_reads_it(start):
    run = start("France")
    columns = ("id", "metadata", "created_at", "ended_at", "cancel_wanted")
    found = Run.objects.filter(pk=run.pk)
    assert bulk.select(Run, columns, {"id": [run.pk]}) == [tuple(row) for row in found.values_list(*columns)]
