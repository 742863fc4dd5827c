"""What benchmarks ask of a running installation: a token, a signed-in session, finished runs."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import httpx

from tests.crash.server import ROOT, Server

SCHEMA = {
    "type": "object",
    "properties": {
        "capital": {"type": "string", "description": "Name of the capital city"},
        "population": {"type": ["integer", "null"], "description": "Number of inhabitants"},
    },
    "required": ["capital", "population"],
    "additionalProperties": False,
}
PLACES = ("France", "Germany", "Japan", "Brazil", "Kenya", "Norway", "Chile", "India")


def manage(data: Path, *words: str, port: int = 8000) -> str:
    env = {**os.environ, "GROUNDWORK_DATA": str(data), "GROUNDWORK_PORT": str(port)}
    command = [sys.executable, str(ROOT / "manage.py"), *words]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout.split()[-1]


def signin_link(server: Server, data: Path) -> str:
    return manage(data, "signin-link", port=server.port)


def make_runs(server: Server, data: Path, count: int) -> list[str]:
    """The ids of this many completed runs on lite."""
    headers = {"x-api-key": manage(data, "createtoken", "--name", "benchmark")}
    with httpx.Client(base_url=server.url, headers=headers, timeout=120) as client:
        bodies = ({"input": PLACES[n % len(PLACES)], "processor": "lite"} for n in range(count))
        spec = {"output_schema": {"type": "json", "json_schema": SCHEMA}}
        ids = [
            client.post("/v1/tasks/runs", json=body | {"task_spec": spec}).json()["run_id"] for body in bodies
        ]
        for run_id in ids:
            client.get(f"/v1/tasks/runs/{run_id}/result").raise_for_status()
    return ids


def research_seconds(data: Path, run_ids: list[str]) -> list[float]:
    """How long a worker had each run in hand, from taking it to its result being stored."""
    marks = ",".join("?" * len(run_ids))
    days = f"select (julianday(ended_at) - julianday(started_at)) * 86400 from runs_run where id in ({marks})"
    with sqlite3.connect(f"file:{data / 'groundwork.sqlite3'}?mode=ro", uri=True) as database:
        keys = [run_id.removeprefix("trun_") for run_id in run_ids]
        return [seconds for (seconds,) in database.execute(days, keys)]
