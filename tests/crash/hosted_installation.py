"""A real installation whose runs go to the fake provider, and what can be done to it: asking, killing."""

import os
import random
import re
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil

from tests.crash.hosted_parts import Fake, OnPostgresql, OnSqlite, Table, number_in
from tests.crash.server import ROOT, Server, clean_environment

LEASE, SETTLE, SWEEP = 2, 1, 2  # seconds
SETTINGS = {
    "DISPATCH_LEASE_SECONDS": str(LEASE),
    "DISPATCH_SETTLE_SECONDS": str(SETTLE),
    "DISPATCH_SWEEP_SECONDS": str(SWEEP),
    "DISPATCH_WORKERS": "2",
    "RESEARCH_WORKERS": "1",  # nothing is researched here
    "API_RATE_LIMITS": "tasks=0",
}
FIELDS = ("capital", "area")
SPEC = {
    "output_schema": {
        "type": "json",
        "json_schema": {"type": "object", "properties": {name: {"type": "string"} for name in FIELDS}},
    }
}
DISPATCHER = re.compile(r" -n dispatch(-\d+)?@")
ALONE = 0.3
"""The share of requests that ask for a single run; the others ask for a group of runs."""


@dataclass
class Installation:
    server: Server
    data: Path
    env: dict[str, str]
    table: Table
    fake: Fake

    def restart(self) -> None:
        """kill -9 of the supervisor, which takes all with it, and a new start."""
        self.server.process.kill()
        self.server.process.wait()
        self.server = Server(self.data, port=self.server.port, **self.env).ready()

    def active(self) -> int:
        return number_in(self.table, "SELECT count(*) FROM runs_run WHERE ended_at IS NULL")

    def dispatchers(self) -> list[psutil.Process]:
        """The dispatch workers that say that they live; others are still on their way."""
        names = self.table.rows("SELECT name FROM dispatch_worker WHERE queue = 'dispatch'")
        known = {int(name.rpartition(":")[2]) for (name,) in names}
        return [process for process in self.alike(DISPATCHER) if process.pid in known]

    def alike(self, command: re.Pattern[str]) -> list[psutil.Process]:
        found = []
        for process in self.server.tree()[1:]:
            try:
                if command.search(" ".join(process.cmdline())) and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
            except psutil.NoSuchProcess:
                pass
        return found

    def groups_of(self, process: psutil.Process) -> dict[int, int]:
        """The groups with active runs that this worker holds, and the epoch of each."""
        return dict(
            self.table.rows(
                "SELECT id, epoch FROM dispatch_hostedgroup held WHERE ended_at IS NULL"
                f" AND owner LIKE '%:{process.pid}:%' AND EXISTS (SELECT 1 FROM dispatch_hostedrun sent"
                " JOIN runs_run run ON run.id = sent.run_id"
                " WHERE sent.group_id = held.id AND run.ended_at IS NULL)"
            )
        )


@contextmanager
def installation(folder: Path, fake: Fake, postgresql: str = "") -> Iterator[Installation]:
    data = folder / "data"
    env = {**SETTINGS, "PARALLEL_API_KEY": "crash", "PARALLEL_BASE_URL": fake.url}
    if postgresql:
        env["DATABASE_URL"] = postgresql
    server = Server(data, **env).ready()
    table = OnPostgresql(postgresql) if postgresql else OnSqlite(data / "groundwork.sqlite3")
    made = Installation(server, data, env, table, fake)
    try:
        yield made
    finally:
        table.close()
        made.server.__exit__(None, None, None)


def token_for(made: Installation) -> str:
    env = {**clean_environment(), **made.env, "GROUNDWORK_DATA": str(made.data)}
    command = [ROOT / "script" / "manage", "createtoken", "--name", "crash"]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout.split()[-1]


@dataclass
class Asker:
    """Asks for runs through the API; what was acknowledged is kept, with the words it was asked with."""

    client: httpx.Client
    chance: random.Random
    most: int
    """Runs in one request."""
    acknowledged: dict[str, str] = field(default_factory=dict)
    answers: Counter[int] = field(default_factory=Counter)
    numbered: int = 0
    longest: float = 0.0
    """Seconds that a request took at most, answered or not."""

    def ask(self, most: int = 0) -> None:
        """A single run, or a group of at most so many. Nobody is told that what fails was accepted."""
        most = most or self.most
        try:
            if most == 1 or self.chance.random() < ALONE:
                self.ask_for_one()
            else:
                self.ask_for_group(self.chance.randint(2, most))
        except httpx.TransportError:
            time.sleep(0.05)

    def ask_for_one(self) -> None:
        body = self.body()
        if made := self.post("/v1/tasks/runs", body):
            self.keep([made["run_id"]], [body])

    def ask_for_group(self, runs: int) -> None:
        if group := self.post("/v1/tasks/groups", {}):
            bodies = [self.body() for _ in range(runs)]
            if made := self.post(f"/v1/tasks/groups/{group['taskgroup_id']}/runs", {"inputs": bodies}):
                self.keep(made["run_ids"], bodies)

    def body(self) -> dict[str, Any]:
        self.numbered += 1
        return {"input": f"Question {self.numbered:07d}.", "processor": "lite", "task_spec": SPEC}

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any] | None:
        begun = time.monotonic()
        try:
            answer = self.client.post(path, json=body)
        finally:
            self.longest = max(self.longest, time.monotonic() - begun)
        self.answers[answer.status_code] += 1
        return answer.json() if answer.status_code in (200, 202) else None

    def keep(self, run_ids: Sequence[str], bodies: Sequence[dict[str, Any]]) -> None:
        for run_id, body in zip(run_ids, bodies, strict=True):
            self.acknowledged[run_id.removeprefix("trun_").replace("-", "")] = body["input"]


@contextmanager
def asker(made: Installation, chance: random.Random, most: int) -> Iterator[Asker]:
    headers = {"x-api-key": token_for(made)}
    with httpx.Client(base_url=made.server.url, headers=headers, timeout=30) as client:
        yield Asker(client, chance, most)


def keep_asking(
    made: Installation, asking: Asker, runs: int, most_active: int, over: threading.Event
) -> None:
    """Until so many are acknowledged and it is over; in between only a few at a time."""
    while not over.is_set() or len(asking.acknowledged) < runs:
        left = runs - len(asking.acknowledged)
        if made.active() < (most_active if left > 0 else min(most_active, 60)):
            asking.ask(min(asking.most, left) if left > 0 else 10)
        else:
            time.sleep(0.05)


def kill(processes: Sequence[psutil.Process]) -> int:
    """kill -9; how many there still were."""
    killed = 0
    for process in processes:
        try:
            os.kill(process.pid, 9)
            killed += 1
        except ProcessLookupError:
            pass
    return killed
