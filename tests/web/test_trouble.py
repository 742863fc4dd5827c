import sqlite3

import psycopg
import pytest
from django.db import InterfaceError, OperationalError
from psycopg_pool import PoolTimeout

from web.trouble import AWAY, BUSY, FULL, trouble_of


def caused_by(error):
    made = OperationalError(str(error))
    made.__cause__ = error
    return made


def sqlite_error(name):
    error = sqlite3.OperationalError(name)
    error.sqlite_errorname = name
    return caused_by(error)


def postgresql_error(kind):
    return caused_by(kind("something"))


@pytest.mark.parametrize("name", ["SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT", "SQLITE_LOCKED"])
def test_a_lock_of_sqlite_passes(name):
    assert trouble_of(sqlite_error(name)) is BUSY


@pytest.mark.parametrize("kind", ["DeadlockDetected", "SerializationFailure", "LockNotAvailable"])
def test_a_lock_of_postgresql_passes(kind):
    assert trouble_of(postgresql_error(getattr(psycopg.errors, kind))) is BUSY


@pytest.mark.parametrize("kind", ["AdminShutdown", "CannotConnectNow", "TooManyConnections"])
def test_a_server_that_goes_or_comes_is_away(kind):
    assert trouble_of(postgresql_error(getattr(psycopg.errors, kind))) is AWAY


def test_a_server_that_is_not_there_is_away():
    with pytest.raises(psycopg.OperationalError) as raised:
        psycopg.connect("host=127.0.0.1 port=1 dbname=none", connect_timeout=2)
    assert trouble_of(caused_by(raised.value)) is AWAY


def test_a_lost_connection_is_away():
    error = InterfaceError("connection already closed")
    error.__cause__ = psycopg.InterfaceError("connection already closed")
    assert trouble_of(error) is AWAY


def test_a_pool_without_a_free_connection_is_busy():
    assert trouble_of(caused_by(PoolTimeout("couldn't get a connection after 10.00 sec"))) is BUSY


def test_a_full_disk_is_told_as_that():
    assert trouble_of(postgresql_error(psycopg.errors.DiskFull)) is FULL


@pytest.mark.parametrize("name", ["SQLITE_ERROR", "SQLITE_READONLY", "SQLITE_CORRUPT"])
def test_a_fault_of_the_index_is_not_taken_for_a_server_that_is_away(name):
    assert trouble_of(sqlite_error(name)) is None


@pytest.mark.parametrize("error", [None, ValueError("no"), OperationalError("no such table")])
def test_other_errors_are_the_programs(error):
    assert trouble_of(error) is None


@pytest.mark.parametrize("kind", ["UndefinedTable", "QueryCanceled", "InsufficientPrivilege"])
def test_other_errors_of_postgresql_are_too(kind):
    assert trouble_of(postgresql_error(getattr(psycopg.errors, kind))) is None
