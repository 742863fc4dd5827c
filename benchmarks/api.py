"""The API under many clients: runs created a second, results waited for, memory for each that waits."""

import argparse
import asyncio
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from statistics import median, quantiles

import httpx
import psutil

from benchmarks.installation import manage
from benchmarks.report import report
from tests.crash.server import ROOT, Server

WARM_UP = 100
OPENED_TOGETHER = 250
COMPLETED_A_SECOND = 50
CREATE_SECONDS = 5.0
CREATORS = 8
KB_LIMITS = {1_000: 30, 5_000: 16}
ANSWER_LIMIT_MS = 50


class Installation:
    """A running server, its web process, and a token."""

    def __init__(self, server: Server, data: Path) -> None:
        self.server, self.data = server.ready(), data
        self.token = manage(data, "createtoken", "--name", "benchmark")
        family = psutil.Process(server.process.pid).children(recursive=True)
        self.web = next(each for each in family if "config.asgi:application" in each.cmdline())

    def by_hand(self, *words: str, **options) -> subprocess.Popen:
        command = [sys.executable, "-m", "benchmarks.runs_by_hand", *words]
        env = {**os.environ, "GROUNDWORK_DATA": str(self.data)}
        return subprocess.Popen(command, cwd=ROOT, env=env, text=True, stdout=subprocess.PIPE, **options)

    def held_runs(self, count: int) -> list[str]:
        return self.by_hand("hold", str(count)).communicate()[0].split()

    def kilobytes(self) -> float:
        return self.web.memory_info().rss / 1024


Measure = Callable[["Installation"], Awaitable[dict[str, object]]]


class Waiting:
    """One client that waits for a run's result, or reads its events, over a connection of its own."""

    def __init__(self, at: Installation, run_id: str, part: str) -> None:
        self.at, self.run_id, self.part = at, run_id, part
        self.answered = 0.0

    async def open(self) -> "Waiting":
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.at.server.port)
        head = f"GET /v1/tasks/runs/{self.run_id}/{self.part} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        more = (
            f"x-api-key: {self.at.token}\r\nx-stainless-read-timeout: 600\r\nAccept: application/json\r\n\r\n"
        )
        self.writer.write((head + more).encode())
        if self.part == "events":
            await self.reader.readuntil(b"\n\n")
        return self

    async def answer(self) -> None:
        assert (await self.reader.readline()).startswith(b"HTTP/1.1 200")
        self.answered = time.monotonic()

    def close(self) -> None:
        self.writer.close()


async def opened(at: Installation, ids: list[str], part: str) -> list[Waiting]:
    clients: list[Waiting] = []
    for first in range(0, len(ids), OPENED_TOGETHER):
        some = [Waiting(at, name, part).open() for name in ids[first : first + OPENED_TOGETHER]]
        clients += await asyncio.gather(*some)
    await asyncio.sleep(2 + len(ids) / 1000)
    return clients


async def waiting(at: Installation, count: int) -> dict[str, object]:
    """Memory for each waiting client, and how long after its commit a result is answered."""
    ids = at.held_runs(count)
    before = at.kilobytes()
    clients = await opened(at, ids, "result")
    each = (at.kilobytes() - before) / count
    some = {client.run_id: client for client in clients[:1000]}
    work = at.by_hand("complete", str(COMPLETED_A_SECOND), stdin=subprocess.PIPE)
    told = asyncio.create_task(asyncio.to_thread(work.communicate, "\n".join(some)))
    begun = time.monotonic()
    await asyncio.gather(*(client.answer() for client in some.values()))
    seconds = time.monotonic() - begun
    moments = (line.split() for line in (await told)[0].splitlines())
    late = [1000 * (some[name].answered - float(moment)) for name, moment in moments]
    for client in clients:
        client.close()
    return {
        "what": f"{count:,} wait for results",
        "KB each": each,
        "KB limit": KB_LIMITS[count],
        "a second": len(some) / seconds,
        "p50 ms": median(late),
        "p99 ms": quantiles(late, n=100)[98],
        "ms limit": ANSWER_LIMIT_MS,
    }


async def streaming(at: Installation, count: int) -> dict[str, object]:
    ids = at.held_runs(count)
    before = at.kilobytes()
    clients = await opened(at, ids, "events")
    each = (at.kilobytes() - before) / count
    for client in clients:
        client.close()
    return {"what": f"{count:,} streams open", "KB each": each, "KB limit": KB_LIMITS[count]} | NO_TIMES


NO_TIMES = {"a second": "-", "p50 ms": "-", "p99 ms": "-", "ms limit": "-"}


async def creating(at: Installation) -> dict[str, object]:
    body = {"input": "France", "processor": "lite", "task_spec": {"output_schema": "The capital"}}
    taken: list[float] = []

    async def creator(client: httpx.AsyncClient, until: float) -> None:
        while time.monotonic() < until:
            begun = time.monotonic()
            (await client.post("/v1/tasks/runs", json=body)).raise_for_status()
            taken.append(1000 * (time.monotonic() - begun))

    async with httpx.AsyncClient(base_url=at.server.url, headers={"x-api-key": at.token}) as client:
        until = time.monotonic() + CREATE_SECONDS
        await asyncio.gather(*(creator(client, until) for _ in range(CREATORS)))
    return {
        "what": f"{CREATORS} create runs",
        "KB each": "-",
        "KB limit": "-",
        "a second": len(taken) / CREATE_SECONDS,
        "p50 ms": median(taken),
        "p99 ms": quantiles(taken, n=100)[98],
        "ms limit": "-",
    }


async def after_warming_up(at: Installation, measure: Measure) -> dict[str, object]:
    """What the first clients warm up is not the others' memory."""
    for part in ("result", "events"):
        for client in await opened(at, at.held_runs(WARM_UP), part):
            client.close()
    await asyncio.sleep(2)
    return await measure(at)


def measured(measure: Measure) -> dict[str, object]:
    """On a server of its own: memory that others have left behind would hide what is needed."""
    free = {"API_RATE_LIMITS": "tasks=0"}
    with tempfile.TemporaryDirectory() as folder, Server(Path(folder, "data"), **free) as server:
        return asyncio.run(after_warming_up(Installation(server, Path(folder, "data")), measure))


MEASURES: tuple[Measure, ...] = (
    partial(waiting, count=1_000),
    partial(waiting, count=5_000),
    partial(streaming, count=5_000),
    creating,
)


def main() -> None:
    argparse.ArgumentParser(prog="script/bench api", description=__doc__).parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 20_000), most))  # the server inherits it
    report("api", [measured(measure) for measure in MEASURES])


if __name__ == "__main__":
    main()
