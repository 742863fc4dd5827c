"""Time to the ready line, of the first start and of later ones, and time to stop."""

import argparse
import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks.report import report
from tests.crash.server import Server

LIMITS = {"later start": 5.0, "stop": 5.0}  # seconds


def start_and_stop(data: Path) -> tuple[float, float, float]:
    """Seconds to the ready line, the processor's share of them, and seconds from SIGTERM to the end."""
    begun = time.perf_counter()
    with Server(data, first=True, GROUNDWORK_KEYLESS="") as server:
        server.ready()
        ready = time.perf_counter()
        worked = processor_seconds(server)
        server.wait_for("http")  # the sign-in link: until it is printed, the start is not quite over
        asked = time.perf_counter()
        server.stop()
        return ready - begun, worked, time.perf_counter() - asked


def processor_seconds(server: Server) -> float:
    """What the tree has used, those that have ended included: a busy machine hardly changes it."""
    used = [process.cpu_times() for process in server.tree()]
    return sum(times.user + times.system + times.children_user + times.children_system for times in used)


def row(what: str, seconds: list[float], worked: list[float]) -> dict[str, object]:
    limit = LIMITS.get(what)
    return {
        "what": what,
        "n": len(seconds),
        "median s": f"{median(seconds):.2f}",
        "worst s": f"{max(seconds):.2f}",
        "processor s": f"{median(worked):.2f}" if worked else "-",
        "of the limit": f"{median(seconds) / limit:.0%} of {limit:.0f} s" if limit else "-",
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/bench start", description=__doc__)
    parser.add_argument("--times", type=int, default=5, help="how many later starts")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        first, *later = (start_and_stop(Path(folder, "data")) for _ in range(given.times + 1))
    starts, worked, stops = map(list, zip(*later, strict=True))
    first_row = row("first start", [first[0]], [first[1]])
    report("start", [first_row, row("later start", starts, worked), row("stop", stops, [])])


if __name__ == "__main__":
    main()
