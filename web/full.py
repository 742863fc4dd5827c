"""A disk that is full: how it shows itself, and what is said of it."""

import errno
import shutil
import sqlite3
import time
from collections.abc import Iterator

from django.conf import settings
from django.db import connection

FULL = "The disk of this installation is full"
ADVICE = "Free some space; nothing that was accepted is lost."
LEAST_FREE = 4 * 1024 * 1024
"""Bytes. With less, small writes still succeed, where the log has room left, and large ones fail, so whoever
begins something may not be able to end it."""
REMEMBERED_SECONDS = 5.0

_refused_at = float("-inf")  # on the monotonic clock: when a write of this process was last refused


def is_full(error: BaseException | None) -> bool:
    """Whether this error, or what led to it, says that there is no room for what was to be written."""
    return any(map(says_full, causes(error)))


def causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def says_full(error: BaseException) -> bool:
    """A full disk can also keep SQLite from opening its files, which it calls by other names."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    if getattr(error, "sqlstate", "") == "53100" or "database or disk is full" in str(error):
        return True
    name = getattr(error, "sqlite_errorname", "")
    return name.startswith(("SQLITE_IOERR", "SQLITE_CANTOPEN")) and not has_room()


def has_room() -> bool:
    """Whether there is room for more than the smallest writes; True where the data is on another machine."""
    if connection.vendor != "sqlite":
        return True
    try:
        return shutil.disk_usage(settings.DATA_DIR).free >= LEAST_FREE
    except OSError:
        return True  # whatever is wrong, others say it better


def note_refusal() -> None:
    """A write was refused: a quota does not show in what the disk says of itself."""
    global _refused_at
    _refused_at = time.monotonic()


def can_write() -> bool:
    return has_room() and time.monotonic() - _refused_at > REMEMBERED_SECONDS


def held_open() -> list[sqlite3.Connection]:
    """A connection to each SQLite file. While one is open its companions stay, and to read needs no room."""
    files = [
        database["NAME"]
        for database in settings.DATABASES.values()
        if database["ENGINE"] == "django.db.backends.sqlite3"
    ]
    held = [sqlite3.connect(f"file:{file}?mode=ro", uri=True) for file in files]
    for database in held:
        database.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()
    return held
