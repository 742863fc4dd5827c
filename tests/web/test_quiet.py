import logging

import pytest
from django.db import OperationalError
from redis.exceptions import ConnectionError as NoRedis

from web import quiet
from web.quiet import OnceAMinute


@pytest.fixture
def clock(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(quiet.time, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def quietly(clock):
    return OnceAMinute()


def record(message="It failed: %s", *args, error=None, level=logging.ERROR, name="dispatch"):
    info = (type(error), error, None) if error else None
    return logging.LogRecord(name, level, "file.py", 1, message, args, info)


@pytest.mark.parametrize("error", [OperationalError("full"), NoRedis("no"), OSError(28, "full"), None])
def test_the_same_complaint_is_written_once_a_minute(quietly, clock, error):
    assert quietly.filter(record(error=error))
    clock[0] += quiet.SECONDS - 1
    assert not quietly.filter(record(error=error))
    clock[0] += 1
    assert quietly.filter(record(error=error))


def test_what_is_away_is_the_same_whatever_it_was_about(quietly):
    assert quietly.filter(record("Run %s failed", "one", error=OperationalError("full")))
    assert not quietly.filter(record("Run %s failed", "two", error=OperationalError("full")))
    assert quietly.filter(record("Run %s failed", "two", error=OperationalError("locked")))


def test_other_words_and_other_speakers_are_let_through(quietly):
    assert quietly.filter(record("Run %s failed", "one"))
    assert quietly.filter(record("Run %s failed", "two"))
    assert quietly.filter(record("Run %s failed", "one", name="api"))


def test_faults_of_the_program_are_always_written(quietly):
    assert all(quietly.filter(record(error=ValueError("x"))) for _ in range(3))


def test_what_is_no_complaint_passes(quietly):
    assert all(quietly.filter(record(level=logging.INFO)) for _ in range(3))


def test_what_it_remembers_has_a_bound(quietly, monkeypatch):
    monkeypatch.setattr(quiet, "MOST_REMEMBERED", 3)
    for number in range(10):
        quietly.filter(record("%s", number))
    assert len(quietly.last) <= 3


def test_every_log_of_an_installation_is_kept_readable(settings):
    assert "once_a_minute" in settings.LOGGING["handlers"]["console"]["filters"]
