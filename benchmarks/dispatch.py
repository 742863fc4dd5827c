"""Runs at a hosted provider: how fast, at what cost and how many at once, against the makers' own client.

A fake provider and a whole installation run on this machine. Every ratio is of two figures of one call; the
makers' client is measured in the same call, from its own environment.
"""

import argparse
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import median, quantiles

import httpx
import psutil

from benchmarks.report import report
from tests.crash.server import ROOT, Server

LATENCY = (1.0, 3.0)
SDK_RUNS = 1_000
MANY = 5_000
DRAINED = 20_000
IN_FLIGHT = 100_000
RATES = (250, 500, 1_000, 2_500)
PATIENCE = 600
Row = dict[str, object]


class Fake:
    """The provider's stand-in, a process of its own."""

    def __init__(self, latency: tuple[float, float]) -> None:
        words = ["--port", "0", "--latency", *map(str, latency)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.upstream", *words], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        self.url = self.process.stdout.readline().split()[-1]
        self.http = httpx.Client(base_url=self.url, timeout=60)

    def close(self) -> None:
        self.http.close()
        self.process.terminate()
        self.process.wait()

    def hold(self, held: bool) -> None:
        self.http.post("/_control/hold", json={"hold": held})

    def ended(self) -> dict[str, float]:
        return self.http.get("/_control/ended").json()


class World:
    """An installation whose default provider is the fake."""

    def __init__(self, folder: Path, fake: Fake) -> None:
        self.data, self.fake = folder / "data", fake
        self.server = Server(
            self.data, PARALLEL_API_KEY="key", PARALLEL_BASE_URL=fake.url, LOG_LEVEL="ERROR"
        ).ready()
        family = psutil.Process(self.server.process.pid).children(recursive=True)
        self.worker = next(each for each in family if "dispatch@%h" in each.cmdline())
        broker = [sys.executable, "-m", "supervisor.broker", str(self.data)]
        address = subprocess.run(broker, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
        self.env = {
            **os.environ,
            "GROUNDWORK_DATA": str(self.data),
            "REDIS_URL": address,
            "LOG_LEVEL": "ERROR",
        }

    def by_hand(self, *words: str) -> subprocess.Popen:
        command = [sys.executable, "-m", "benchmarks.hosted_by_hand", *words]
        return subprocess.Popen(command, cwd=ROOT, env=self.env, text=True, stdout=subprocess.PIPE)

    def add(self, count: int, *, wait: bool = True) -> float:
        """Store pending runs; the moment at which the first of them were there."""
        adding = self.by_hand("add", str(count))
        began = float(adding.stdout.readline())
        if wait:
            adding.wait()
        return began

    def count(self, condition: str) -> int:
        with closing(sqlite3.connect(f"file:{self.data}/groundwork.sqlite3?mode=ro", uri=True)) as database:
            return database.execute(f"SELECT count(*) FROM runs_run WHERE {condition}").fetchone()[0]

    def wait_until_none(self, condition: str, every: float = 0.02) -> float:
        """Until no run is like this; the moment at which that was seen."""
        until = time.monotonic() + PATIENCE
        while self.count(condition):
            assert time.monotonic() < until, f"{self.count(condition)} runs are {condition}"
            time.sleep(every)
        return time.time()

    def cpu(self) -> float:
        times = self.worker.cpu_times()
        return times.user + times.system

    def kilobytes(self) -> float:
        return self.worker.memory_info().rss / 1024

    @contextmanager
    def witnessed(self) -> Iterator[list[tuple[str, float]]]:
        """The moment at which each run's end could be read, filled in at the end of the block."""
        told = self.data.parent / "witness"
        witness = self.by_hand("witness", str(told))
        assert witness.stdout.readline() == "ready\n"
        seen: list[tuple[str, float]] = []
        yield seen
        time.sleep(0.5)
        witness.terminate()
        witness.communicate()
        lines = (line.split() for line in told.read_text().split("\n")[:-1])  # the last may be cut
        seen += [(name, float(moment)) for name, moment in lines]


@contextmanager
def world(latency: tuple[float, float] = LATENCY) -> Iterator[World]:
    fake = Fake(latency)
    with tempfile.TemporaryDirectory() as folder:
        made = World(Path(folder), fake)
        try:
            made.add(20)
            made.wait_until_none("ended_at IS NULL")  # the first ones pay for imports and connections
            yield made
        finally:
            made.server.stop(seconds=20)
            fake.close()


def carried(count: int) -> tuple[float, float]:
    """Seconds until so many runs have ended and are stored, and the worker's CPU seconds for it."""
    with world() as at:
        cpu = at.cpu()
        began = at.add(count, wait=False)
        seconds = at.wait_until_none("ended_at IS NULL") - began
        assert at.count("status = 'completed'") == count + 20
        return seconds, at.cpu() - cpu


def gathered(python: Path, count: int) -> tuple[float, float]:
    """The same with the makers' client, which stores nothing."""
    fake = Fake(LATENCY)
    try:
        command = [python, ROOT / "benchmarks" / "sdk_gather.py", fake.url, str(count)]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        return float(said[0]), float(said[1])
    finally:
        fake.close()


def sdk_python() -> Path:
    script = "source script/setup; source script/setup-clients; set_up_client parallel"
    subprocess.run(["bash", "-c", script], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return ROOT / ".venv-clients" / "parallel" / "bin" / "python"


def against_the_sdk(rounds: int) -> list[Row]:
    python = sdk_python()
    ours = [carried(SDK_RUNS) for _ in range(rounds)]
    theirs = [gathered(python, SDK_RUNS) for _ in range(rounds)]
    many = [carried(MANY) for _ in range(rounds)]
    rate = median(SDK_RUNS / seconds for seconds, _ in ours)
    sdk_rate = median(SDK_RUNS / seconds for seconds, _ in theirs)
    floor = SDK_RUNS / LATENCY[1]
    cpu = median(spent for _, spent in many) / MANY
    sdk_cpu = median(spent for _, spent in theirs) / SDK_RUNS
    return [
        row(f"{SDK_RUNS:,} runs stored, runs/s", rate, f"SDK {sdk_rate:.1f}", rate / sdk_rate, ">= 15 x"),
        row("the same against the latency floor", rate, f"{floor:.0f}", rate / floor, ">= 0.95"),
        row(f"CPU ms a run at {MANY:,}", 1000 * cpu, f"SDK {1000 * sdk_cpu:.1f}", sdk_cpu / cpu, ">= 100 x"),
    ]


def row(what: str, value: float, beside: str, ratio: float, limit: str) -> Row:
    return {"what": what, "value": value, "beside": beside, "ratio": round(ratio, 2), "limit": limit}


def drain(rounds: int) -> list[Row]:
    """All runs are over at the provider at one moment: how fast they are stored."""
    rates, bare = [], []
    for _ in range(rounds):
        with world() as at:
            at.fake.hold(True)
            at.add(DRAINED)
            at.wait_until_none("status IN ('pending', 'submitting')", 0.2)
            time.sleep(1)
            began = time.time()
            at.fake.http.post("/_control/end_all")
            rates.append(DRAINED / (at.wait_until_none("ended_at IS NULL", 0.05) - began))
            rows = [sys.executable, "-m", "benchmarks.written_rows", str(at.data / "groundwork.sqlite3")]
            said = subprocess.run(rows, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
            bare.append(float(said[0]) / float(said[1]))
    rate, limit = median(rates), median(bare)
    return [
        row(
            f"{DRAINED:,} finished runs stored, runs/s",
            rate,
            f"executemany {limit:.0f}",
            rate / limit,
            ">= 0.4",
        )
    ]


def latency(rate: int, seconds: int) -> list[Row]:
    """From the end at the provider until the row can be read, at so many ends a second."""
    with world() as at:
        at.fake.hold(True)
        at.add(rate * seconds)
        at.wait_until_none("status IN ('pending', 'submitting')", 0.2)
        time.sleep(LATENCY[1] + 1)  # all are held back by now
        with at.witnessed() as seen:
            at.fake.http.post("/_control/end_evenly", json={"rate": rate})
            at.wait_until_none("ended_at IS NULL", 0.2)
        ended = at.fake.ended()
    late = sorted(1000 * (moment - ended[name]) for name, moment in seen)
    assert len(late) == rate * seconds, f"{len(late):,} ends of {rate * seconds:,} were seen"
    p50, p99 = median(late), quantiles(late, n=100)[98]
    return [
        row(f"end to commit at {rate:,}/s, p50 ms", p50, f"{len(late):,} runs", p50 / 3, "<= 3"),
        row(f"end to commit at {rate:,}/s, p99 ms", p99, f"max {late[-1]:.0f}", p99 / 50, "<= 50"),
    ]


def in_flight(count: int) -> list[Row]:
    """So many runs awaited by one process."""
    with world() as at:
        at.fake.hold(True)
        base = at.kilobytes()
        began = time.time()
        at.add(count)
        at.wait_until_none("status IN ('pending', 'submitting')", 0.5)
        sent = count / (time.time() - began)
        each = (at.kilobytes() - base) / count
        began = time.time()
        at.fake.http.post("/_control/end_all")
        at.wait_until_none("ended_at IS NULL", 0.5)
        drained = count / (time.time() - began)
        assert at.count("status = 'completed'") == count + 20
    beside = f"sent {sent:.0f}/s, drained {drained:.0f}/s"
    return [row(f"{count:,} in flight, KB each", each, beside, each, "<= 1")]


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/bench dispatch", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=["sdk", "drain", "latency", "flight"])
    given = parser.parse_args()
    parts = {
        "sdk": lambda: against_the_sdk(given.rounds),
        "drain": lambda: drain(given.rounds),
        "latency": lambda: [line for rate in RATES for line in latency(rate, 10)],
        "flight": lambda: in_flight(IN_FLIGHT),
    }
    chosen = [given.only] if given.only else list(parts)
    report("dispatch", [line for name in chosen for line in parts[name]()])


if __name__ == "__main__":
    main()
