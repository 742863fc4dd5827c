"""A site crawled by the engine, and fetched page by page; imported once the settings stand."""

import os
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median

import httpx

from benchmarks.report import report
from engine import sources
from engine.crawl.service import new_crawler
from engine.models import Page
from engine.sources import Options

SCOPE = "benchmark"
LIMIT = 80.0
"""Pages a second, crawled to searchable, with the guard and robots.txt."""


@dataclass
class Side:
    """Seconds of each round, by the clock and by the processors."""

    wall: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)

    @contextmanager
    def timed(self):
        begun, used = time.perf_counter(), processor_seconds()
        yield
        self.wall.append(time.perf_counter() - begun)
        self.worked.append(processor_seconds() - used)


def processor_seconds() -> float:
    """Of this process and of those it started that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def fetch_all(address: str, count: int) -> None:
    with httpx.Client(trust_env=False) as client:
        for number in range(count):
            client.get(f"{address}/pages/{number}.html").raise_for_status()


def crawl(address: str, count: int) -> None:
    """From the moment it is added until the last page can be searched; the processes start in that time."""
    source = sources.add_url(SCOPE, f"{address}/", options=Options(most_pages=count + 1))
    with new_crawler() as crawler:
        crawler.run(until_done=True)
    found = Page.objects.current().filter(source=source).count()
    if found < count:
        raise SystemExit(f"Only {found} of {count} pages can be searched: {sources.progress(source)}.")
    sources.remove(source, keep_versions=False)


def measure(address: str, count: int, rounds: int) -> None:
    """The two in turn, so that what else the machine does is shared."""
    plain, crawled = Side(), Side()
    for _ in range(rounds):
        with plain.timed():
            fetch_all(address, count)
        with crawled.timed():
            crawl(address, count)
    report(
        "engine",
        [row("plain GETs", count, plain, plain), row("crawled to searchable", count, crawled, plain)],
    )


def row(what: str, count: int, side: Side, plain: Side) -> dict[str, object]:
    seconds = median(side.wall)
    return {
        "what": what,
        "pages": count,
        "pages/s": count / seconds,
        "best": count / min(side.wall),
        "ms of processor a page": f"{1000 * median(side.worked) / count:.2f}",
        "times plain": f"{seconds / median(plain.wall):.1f}",
        "limit": f"{LIMIT:.0f} pages/s" if side is not plain else "-",
    }
