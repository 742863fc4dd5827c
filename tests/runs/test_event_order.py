"""On PostgreSQL a number is given out before its row is seen; no reader may pass one still to come."""

import threading

import pytest
from django.db import connection, transaction

from runs.models import RunEvent

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time"),
]


def log_note(run, done: threading.Event) -> None:
    with transaction.atomic():
        RunEvent.objects.log(RunEvent(run=run, kind="note", message="second"))
    done.set()
    connection.close()


def test_who_logs_second_commits_second(start):
    run, done = start(), threading.Event()
    second = threading.Thread(target=log_note, args=(run, done))
    with transaction.atomic():
        RunEvent.objects.log(RunEvent(run=run, kind="note", message="first"))
        second.start()
        assert not done.wait(0.3)
    second.join(10)
    notes = run.events.filter(kind="note").values_list("message", flat=True)
    assert (done.is_set(), list(notes)) == (True, ["first", "second"])
