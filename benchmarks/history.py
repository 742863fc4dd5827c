"""How long history and run pages take, as a multiple of a bare Django view with one query in the same run."""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import httpx

from benchmarks.installation import make_runs, signin_link
from benchmarks.report import report
from tests.crash.server import ROOT, Server, free_port

LIMIT = 3.0
SERVE = ("--loop", "uvloop", "--http", "httptools", "--no-access-log", "--lifespan", "off")


@contextmanager
def bare_server(data: Path) -> Iterator[str]:
    """The address of a bare view on the same data, served by the same server with the same options."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "benchmarks.bare:application", "--port", str(port), *SERVE]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "GROUNDWORK_DATA": str(data)})
    try:
        wait_until_up(f"http://127.0.0.1:{port}/")
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait()


def wait_until_up(url: str) -> None:
    for _ in range(100):
        try:
            httpx.get(url)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("The bare view did not start; look above for why.")


def milliseconds(client: httpx.Client, url: str) -> float:
    begun = time.perf_counter()
    client.get(url).raise_for_status()
    return 1000 * (time.perf_counter() - begun)


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/bench history", description=__doc__)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--runs", type=int, default=200)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Server(Path(folder, "data")) as server:
        data = Path(folder, "data")
        ids = make_runs(server.ready(), data, given.runs)
        with bare_server(data) as bare, httpx.Client(follow_redirects=True) as client:
            client.get(signin_link(server, data))
            pages = {
                "bare view": bare,
                "history": f"{server.url}/runs/",
                "history, filtered": f"{server.url}/runs/?status=completed&q=france",
                "run": f"{server.url}/runs/{ids[-1]}/",
            }
            rounds = [
                {what: milliseconds(client, url) for what, url in pages.items()} for _ in range(given.times)
            ]
    medians = {what: median(taken[what] for taken in rounds[5:]) for what in pages}
    report("history", [row(what, medians) for what in pages])


def row(what: str, medians: dict[str, float]) -> dict[str, object]:
    ratio = medians[what] / medians["bare view"]
    return {"page": what, "p50 ms": medians[what], "times bare": ratio, "limit": LIMIT}


if __name__ == "__main__":
    main()
