"""kill -9 of every process of an installation under load: each accepted run ends once, with one result."""

import random
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pytest

from tests.crash.server import ROOT, Server, clean_environment

pytestmark = pytest.mark.crash
SEED = 20
KILLS_OF_EACH = 3
RUNS_AT_THE_END = 100
PAUSE_BETWEEN_RUNS = 0.03  # seconds
MOST_ACTIVE = 60
ALIVE_AGAIN = 8  # runs completed after a kill, before the next one
LONGEST_WAIT = 120  # seconds, after which something must be wrong
PARTS = {
    "web": "uvicorn",
    "dispatch": "dispatch@",
    "research": "research@",
    "the children of research": "research@",
    "broker": "-server",  # valkey-server or redis-server
}
COUNTRIES = ("France", "Japan", "Kenya", "Brazil", "Iceland", "Nepal", "Peru", "Ghana")
FIELDS = ("capital", "area", "population", "border_countries", "currency")
SCHEMA = {
    "type": "object",
    "properties": {name: {"type": ["string", "null"]} for name in FIELDS},
    "required": list(FIELDS),
}


@dataclass
class Table:
    """What the installation's database holds, read from outside."""

    path: Path

    def rows(self, sql: str) -> list[tuple]:
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=20)) as database:
            return database.execute(sql).fetchall()

    def count(self, condition: str) -> int:
        return self.rows(f"SELECT count(*) FROM runs_run WHERE {condition}")[0][0]

    def wait_until(self, enough: Callable[[int], bool], condition: str) -> None:
        deadline = time.monotonic() + LONGEST_WAIT
        while not enough(number := self.count(condition)):
            assert time.monotonic() < deadline, f"{number} runs are {condition}"
            time.sleep(0.01)


class Script:
    """Asks for runs through the API; what was accepted is kept."""

    def __init__(self, url: str, token: str) -> None:
        self.client = httpx.Client(base_url=url, headers={"x-api-key": token}, timeout=10)
        self.accepted: list[str] = []

    def ask(self) -> None:
        """One run. While the web part is down nothing is accepted, and nobody is told that it was."""
        body = {
            "input": COUNTRIES[len(self.accepted) % len(COUNTRIES)],
            "processor": ("lite", "core", "ultra")[len(self.accepted) % 3],
            "task_spec": {"output_schema": {"type": "json", "json_schema": SCHEMA}},
        }
        try:
            answer = self.client.post("/v1/tasks/runs", json=body)
        except httpx.TransportError:
            return
        assert answer.status_code == 202, answer.text
        self.accepted.append(answer.json()["run_id"])

    def keep_asking(self, table: Table, over: threading.Event) -> None:
        while not over.wait(PAUSE_BETWEEN_RUNS):
            if table.count("ended_at IS NULL") < MOST_ACTIVE:
                self.ask()

    def ask_for(self, runs: int) -> None:
        wanted = len(self.accepted) + runs
        while len(self.accepted) < wanted:
            self.ask()


def kill(server: Server, name: str) -> bool:
    """False if that part is down at this moment."""
    try:
        process = server.part(PARTS[name])
        killed = process.children() if name.startswith("the children") else [process]
        for one in killed:
            one.kill()
    except psutil.Error:
        return False
    return bool(killed)


def kill_at_random(server: Server, table: Table) -> None:
    """Each part as often as the others, in an order that chance decides, and always in the midst of work."""
    chance = random.Random(SEED)
    left = list(PARTS) * KILLS_OF_EACH
    chance.shuffle(left)
    for name in left:
        before = table.count("status = 'completed'")
        table.wait_until(lambda done, before=before: done >= before + ALIVE_AGAIN, "status = 'completed'")
        time.sleep(chance.uniform(0, 0.3))
        while not kill(server, name):
            time.sleep(0.05)


def ask_while_parts_are_killed(script: Script, server: Server, table: Table) -> None:
    over = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(script.keep_asking, table, over)
        try:
            kill_at_random(server, table)
        finally:
            over.set()
        asking.result()


def create_token(data: Path) -> str:
    env = {**clean_environment(), "GROUNDWORK_DATA": str(data)}
    command = [ROOT / "script" / "manage", "createtoken", "--name", "crash"]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout.split()[-1]


@pytest.fixture(scope="module")
def script_and_table(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Script, Table]]:
    """An installation that lived through all of it, and has done its work."""
    data = tmp_path_factory.mktemp("killed") / "data"
    table, lease = Table(data / "groundwork.sqlite3"), {"DISPATCH_LEASE_SECONDS": "1"}
    with Server(data, **lease) as server:
        script = Script(server.ready().url, create_token(data))
        with closing(script.client):
            ask_while_parts_are_killed(script, server, table)
            script.ask_for(RUNS_AT_THE_END)
        server.process.kill()
    with Server(data, port=server.port, **lease) as again:
        again.ready()
        table.wait_until(lambda active: not active, "ended_at IS NULL")
        yield script, table


def test_every_accepted_run_is_completed(script_and_table: tuple[Script, Table]) -> None:
    script, table = script_and_table
    ended = {f"trun_{run}": status for run, status in table.rows("SELECT id, status FROM runs_run")}
    assert len(script.accepted) > RUNS_AT_THE_END
    assert {ended.get(run) for run in script.accepted} == {"completed"}
    assert set(ended.values()) == {"completed"}


def test_every_run_has_one_result(script_and_table: tuple[Script, Table]) -> None:
    _, table = script_and_table
    assert not table.rows(
        "SELECT id FROM runs_run WHERE (SELECT count(*) FROM runs_result WHERE run_id = runs_run.id) != 1"
    )


def test_every_run_was_completed_once(script_and_table: tuple[Script, Table]) -> None:
    """Its moves make one chain from nothing to the end, however many workers had a hand in it."""
    _, table = script_and_table
    moves: dict[str, list[tuple[str, str]]] = {}
    for run, *move in table.rows(
        'SELECT run_id, "before", "after" FROM runs_runevent WHERE kind = \'state\' ORDER BY id'
    ):
        moves.setdefault(run, []).append(tuple(move))
    chain = [("", "pending"), ("pending", "queued"), ("queued", "running"), ("running", "completed")]
    assert [run for run, its in moves.items() if its != chain] == []
    assert len(moves) == len(table.rows("SELECT id FROM runs_run"))


def test_a_run_whose_worker_was_killed_was_taken_over(script_and_table: tuple[Script, Table]) -> None:
    """Else nothing here was put to the test."""
    _, table = script_and_table
    assert table.count("epoch > 1")


def test_the_evidence_is_there_once(script_and_table: tuple[Script, Table]) -> None:
    _, table = script_and_table
    wrong = table.rows(
        "SELECT run.id, count(basis.id), count(DISTINCT basis.field) FROM runs_run run"
        " LEFT JOIN runs_fieldbasis basis ON basis.run_id = run.id GROUP BY run.id"
        f" HAVING count(basis.id) != {len(FIELDS)} OR count(DISTINCT basis.field) != {len(FIELDS)}"
    )
    assert wrong == []


def test_the_tables_are_sound(script_and_table: tuple[Script, Table]) -> None:
    _, table = script_and_table
    assert table.rows("PRAGMA integrity_check") == [("ok",)]
    assert table.rows("PRAGMA foreign_key_check") == []
