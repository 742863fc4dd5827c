"""The write-ahead log is carried into the database by a thread, and by no commit."""

import sqlite3
from contextlib import closing

import pytest

from dispatch import checkpoints
from dispatch.checkpoints import Checkpoints, checkpoint
from tests.dispatch.hosted.conftest import until


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "database.sqlite3"
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode=WAL")
    return path


@pytest.fixture
def writer(file):
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.execute("PRAGMA wal_autocheckpoint=0")
        database.execute("CREATE TABLE line (text TEXT)")
        yield database


def write(database, pages=20):
    database.executemany("INSERT INTO line VALUES (?)", [("x" * 4_000,)] * pages)


def in_the_database_itself(file):
    """What a reader that knows of no log finds in the file."""
    with closing(sqlite3.connect(f"file:{file}?immutable=1", uri=True)) as database:
        try:
            return database.execute("SELECT count(*) FROM line").fetchone()[0]
        except sqlite3.DatabaseError:  # the file is still empty
            return 0


def test_what_is_committed_gets_into_the_database_while_its_writer_goes_on(file, writer):
    thread = Checkpoints(file)
    thread.start()
    try:
        write(writer)
        until(lambda: in_the_database_itself(file) == 20)
        write(writer)
        until(lambda: in_the_database_itself(file) == 40)
    finally:
        thread.stop()
    assert not thread.is_alive()


def test_a_log_that_never_rests_begins_anew_when_it_is_long(file, writer, monkeypatch):
    monkeypatch.setattr(checkpoints, "LONG", 50)
    log = file.with_name(f"{file.name}-wal")
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        write(writer, 100)
        assert checkpoint(database) >= 50
        long = log.stat().st_size
        for _ in range(20):
            write(writer)
            checkpoint(database)
    assert log.stat().st_size <= long + 20 * 4_120


def test_a_short_log_is_left_to_grow_and_nobody_waits(file, writer):
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        write(writer)
        writer.execute("BEGIN IMMEDIATE")
        assert checkpoint(database) > 0
        writer.execute("COMMIT")


def test_a_database_that_can_not_be_read_is_tried_again(file, monkeypatch, caplog):
    monkeypatch.setattr(checkpoints, "PATIENCE_SECONDS", 0.05)
    file.write_bytes(b"this is no database" * 100)
    thread = Checkpoints(file)
    thread.start()
    try:
        until(lambda: len(caplog.records) >= 2)
    finally:
        thread.stop()
    assert "it is tried again" in caplog.text
