import errno
import sqlite3
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import OperationalError

from web import full

NO_SPACE = SimpleNamespace(free=1)


@pytest.fixture
def no_room(monkeypatch):
    monkeypatch.setattr(full, "connection", SimpleNamespace(vendor="sqlite"))
    monkeypatch.setattr(full.shutil, "disk_usage", lambda path: NO_SPACE)


def caused_by(error):
    made = OperationalError(str(error))
    made.__cause__ = error
    return made


def sqlite_error(name):
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorname = name
    return caused_by(error)


def postgresql_error(state):
    error = Exception("could not extend file")
    error.sqlstate = state
    return caused_by(error)


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("database or disk is full"),
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EDQUOT, "Disk quota exceeded"),
        caused_by(OSError(errno.ENOSPC, "No space left on device")),
        postgresql_error("53100"),
    ],
)
def test_a_full_disk_is_recognised(error):
    assert full.is_full(error)


@pytest.mark.parametrize(
    "error",
    [None, OperationalError("database is locked"), OSError(errno.EACCES, "No"), postgresql_error("53300")],
)
def test_other_errors_are_not_taken_for_it(error):
    assert not full.is_full(error)


@pytest.mark.parametrize("name", ["SQLITE_IOERR_SHMSIZE", "SQLITE_IOERR_WRITE", "SQLITE_CANTOPEN"])
def test_a_file_that_can_not_be_opened_or_extended_means_it_only_without_room(name, no_room, monkeypatch):
    assert full.is_full(sqlite_error(name))
    monkeypatch.setattr(full.shutil, "disk_usage", lambda path: SimpleNamespace(free=10**9))
    assert not full.is_full(sqlite_error(name))


def test_there_is_no_room_long_before_nothing_is_left(no_room, monkeypatch):
    assert not full.has_room()
    monkeypatch.setattr(full.shutil, "disk_usage", lambda path: SimpleNamespace(free=full.LEAST_FREE))
    assert full.has_room()


def test_a_database_on_another_machine_needs_no_room_here(no_room, monkeypatch):
    monkeypatch.setattr(full, "connection", SimpleNamespace(vendor="postgresql"))
    assert full.has_room()


def test_a_folder_that_says_nothing_stops_nobody(no_room, monkeypatch):
    monkeypatch.setattr(full.shutil, "disk_usage", lambda path: Path("/nowhere/at/all").stat())
    assert full.has_room()


def test_a_write_that_was_refused_is_remembered_for_a_while(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(full.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(full, "_refused_at", float("-inf"))
    monkeypatch.setattr(full, "has_room", lambda: True)
    assert full.can_write()
    full.note_refusal()
    assert not full.can_write()
    now[0] += full.REMEMBERED_SECONDS + 1
    assert full.can_write()


def test_files_that_are_held_open_keep_their_companions(monkeypatch, tmp_path):
    path = tmp_path / "one.sqlite3"
    with sqlite3.connect(path) as writer:
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("CREATE TABLE one (id)")
    away = {"ENGINE": "django.db.backends.postgresql", "NAME": "elsewhere"}
    here = {"ENGINE": "django.db.backends.sqlite3", "NAME": path}
    monkeypatch.setattr(full, "settings", SimpleNamespace(DATABASES={"default": away, "engine": here}))
    (held,) = full.held_open()
    writer.close()
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "one.sqlite3",
        "one.sqlite3-shm",
        "one.sqlite3-wal",
    ]
    held.close()
