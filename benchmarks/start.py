"""Time to the ready line, of the first start and of later ones, and time to stop."""

import argparse
import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks.report import report
from tests.crash.server import Server

LIMITS = {"later start": 5.0, "stop": 5.0}  # seconds


def start_and_stop(data: Path) -> tuple[float, float]:
    """Seconds to the ready line and, then, to the end after SIGTERM."""
    begun = time.perf_counter()
    with Server(data) as server:
        server.ready()
        ready = time.perf_counter()
        server.wait_for("")  # the sign-in link: until it is printed, the start is not quite over
        asked = time.perf_counter()
        server.stop()
        return ready - begun, time.perf_counter() - asked


def row(what: str, seconds: list[float]) -> dict[str, object]:
    limit = LIMITS.get(what)
    share = f"{median(seconds) / limit:.0%} of {limit:.0f} s" if limit else "-"
    return {
        "what": what,
        "n": len(seconds),
        "median s": f"{median(seconds):.2f}",
        "worst s": f"{max(seconds):.2f}",
        "of limit": share,
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/bench start", description=__doc__)
    parser.add_argument("--times", type=int, default=5, help="how many later starts")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        first, *later = (start_and_stop(Path(folder, "data")) for _ in range(given.times + 1))
    starts, stops = zip(*later, strict=True)
    report(
        "start", [row("first start", [first[0]]), row("later start", list(starts)), row("stop", list(stops))]
    )


if __name__ == "__main__":
    main()
