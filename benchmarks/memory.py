"""Memory of a whole idle installation, process by process, and its share of what it may take."""

import argparse
import tempfile
import time
from pathlib import Path

import psutil

from benchmarks.report import report
from tests.crash.server import Server

LIMIT = 450.0  # MB of PSS for the whole tree
MB = 1_000_000
PARTS = {"supervisor": "supervisor", "valkey": "broker", "redis": "broker", "uvicorn": "web"}
WORKERS = ("dispatch", "research", "worker")


def part_of(process: psutil.Process) -> str:
    words = process.cmdline()
    line = " ".join(words)
    if "celery" in line:
        return next(name for name in WORKERS if f"{name}@%h" in words)
    return next((part for word, part in PARTS.items() if word in line), "guard")


def measure(tree: list[psutil.Process]) -> list[dict[str, object]]:
    """A row a process: resident memory, and PSS (a page that n processes share counts 1/n in each)."""
    found = [(part_of(process), process.memory_full_info()) for process in tree]
    resident, proportional = (sum(getattr(memory, kind) for _, memory in found) for kind in ("rss", "pss"))
    rows = [row(name, memory.rss, memory.pss, f"{memory.pss / proportional:.0%}") for name, memory in found]
    limit = f"{proportional / MB / LIMIT:.0%} of {LIMIT:.0f} MB"
    return [*rows, row("all", resident, proportional, limit)]


def row(part: str, rss: int, pss: int, share: str) -> dict[str, object]:
    return {"part": part, "RSS MB": rss / MB, "PSS MB": pss / MB, "share of PSS": share}


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/bench memory", description=__doc__)
    parser.add_argument("--data", type=Path, help="measure the server that runs on this data folder")
    parser.add_argument("--settle", type=float, default=10.0, help="seconds of rest before the measure")
    given = parser.parse_args()
    if given.data:
        first = psutil.Process(int((given.data / "server.lock").read_text()))
        report("memory", measure([first, *first.children(recursive=True)]))
        return
    with (
        tempfile.TemporaryDirectory() as folder,
        Server(Path(folder, "data"), GROUNDWORK_KEYLESS="") as server,
    ):
        server.ready()
        time.sleep(given.settle)
        report("memory", measure(server.tree()))


if __name__ == "__main__":
    main()
