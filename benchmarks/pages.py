"""Live pages: what each of 5,000 costs, commit to frame with 10, and the end with 1,000 of them open."""

import argparse
import os
import re
import resource
import selectors
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import httpx
import psutil

from benchmarks.installation import signin_link
from benchmarks.report import report
from tests.crash.server import ROOT, Server, free_port

PAGES, STOPPED, FEW = 5_000, 1_000, 10
WARM_UP = 200
ROUNDS, DELIVERIES = 5, 4
IDLE_SECONDS = 3.0
COMPLETED_A_SECOND, COMPLETED = 50, 300
OPENED_TOGETHER = 100
PATIENCE = 60  # seconds for one step
LIMITS = {
    "KB of memory a page": 12.0,
    "µs of CPU a delivery": 10.0,
    "commit to page, p50 ms": 8.0,
    "commit to page, p99 ms": 60.0,
    "SIGTERM to the end of web, s": 1.5,
}
SERVE = ("--loop", "uvloop", "--http", "httptools", "--no-access-log", "--lifespan", "off")
FRAME = b"\nevent: swap\n"
BROWSER = (
    "Host: 127.0.0.1:8000\r\nConnection: keep-alive\r\nCache-Control: no-cache\r\n"
    "Accept: text/event-stream\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0\r\n"
    "Sec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\n"
    "Referer: http://127.0.0.1:8000/runs/\r\nAccept-Encoding: gzip, deflate, br\r\nAccept-Language: en\r\n"
)


# What a live page costs at least: the same bytes to as many clients, in plain ASGI, by the same server.

sends: set[Callable[[dict[str, Any]], Any]] = set()


async def bare(scope: dict[str, Any], receive: Callable[[], Any], send: Callable[..., Any]) -> None:
    """``GET`` opens a stream; ``POST`` sends its body to all streams, one after the other."""
    head = {"type": "http.response.start", "status": 200}
    if scope["method"] == "POST":
        body = (await receive())["body"]
        for each in tuple(sends):
            await each({"type": "http.response.body", "body": body, "more_body": True})
        await send(head | {"headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})
        return
    await send(head | {"headers": [(b"content-type", b"text/event-stream")]})
    await send({"type": "http.response.body", "body": b"event: ping\ndata: 1\n\n", "more_body": True})
    sends.add(send)
    while (await receive())["type"] != "http.disconnect":
        pass
    sends.discard(send)


# The browsers, in a process of their own.


class Page:
    """One open stream. `told`: how many frames it was sent; `seen`: when it was first sent which run."""

    def __init__(self, port: int, cookie: str) -> None:
        self.told, self.tail, self.is_open = 0, b"", False
        self.seen: dict[str, float] = {}
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.sendall(f"GET /events?topics=runs HTTP/1.1\r\n{BROWSER}Cookie: {cookie}\r\n\r\n".encode())

    def read(self) -> None:
        data = self.socket.recv(1 << 20)
        if not data:
            raise EOFError
        text = self.tail + data
        self.told += text.count(FRAME) - self.tail.count(FRAME)
        self.is_open = self.is_open or b"event: ping" in text
        self.tail = text[-len(FRAME) :]

    def note_runs(self, now: float) -> None:
        """Read, and note which runs were seen; frames are small enough to come whole."""
        text = self.socket.recv(1 << 20)
        for name in re.findall(rb'id="(trun_\w+)"', text):
            self.seen.setdefault(name.decode(), now)


def read_runs(pages: Sequence[Page], count: int) -> None:
    """Read until each page has seen so many runs, then close them."""
    selector = selectors.EpollSelector()
    for page in pages:
        selector.register(page.socket, selectors.EVENT_READ, page)
    until = time.monotonic() + PATIENCE
    while any(len(page.seen) < count for page in pages):
        if time.monotonic() > until:
            raise SystemExit("Not every page was told of every run.")
        for key, _ in selector.select(1):
            key.data.note_runs(time.monotonic())
    for page in pages:
        page.socket.close()


class Crowd:
    """Reads all pages, and prints ``told N`` once each of them has been sent N frames."""

    def __init__(self, port: int, cookie: str, count: int) -> None:
        self.selector, self.pages = selectors.EpollSelector(), []
        for first in range(0, count, OPENED_TOGETHER):
            some = [Page(port, cookie) for _ in range(min(OPENED_TOGETHER, count - first))]
            for page in some:
                self.selector.register(page.socket, selectors.EVENT_READ, page)
            self.pages += some
            while not all(page.is_open for page in some):
                self.read()

    def read(self) -> None:
        for key, _ in self.selector.select():
            key.data.read()

    def follow(self) -> None:
        """For as long as the process lives; a page that the server has ended is told no more."""
        print("open", flush=True)
        told, behind = 0, len(self.pages)
        while True:
            for key, _ in self.selector.select():
                before = key.data.told
                try:
                    key.data.read()
                except (EOFError, OSError):
                    self.selector.unregister(key.fileobj)
                behind -= before <= told < key.data.told
            while not behind:
                told += 1
                behind = sum(page.told <= told for page in self.pages)
                print("told", told, flush=True)


class Browsers:
    """The crowd's process, as its starter sees it."""

    def __init__(self, port: int, cookie: str, count: int) -> None:
        command = [sys.executable, "-m", "benchmarks.pages", "--crowd", str(port), cookie, str(count)]
        self.process = subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE)
        self.told = 0
        self.wait_for("open")

    def wait_for(self, line: str) -> None:
        assert self.process.stdout
        said = self.process.stdout.readline().strip()
        if said != line:
            raise SystemExit(f"The pages said {said!r} instead of {line!r}.")

    def are_told(self) -> None:
        """Wait until each has been sent one frame more."""
        self.told += 1
        self.wait_for(f"told {self.told}")

    def __enter__(self) -> "Browsers":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()


# What is measured.


@dataclass
class Side:
    """A server with live pages: its web process, and how to have all of them sent one frame."""

    web: psutil.Process
    port: int
    push: Callable[[], object]
    memory: float = 0.0
    """KB for each page."""
    idle: float = 0.0
    """Seconds of CPU in a second in which nothing is sent: looks for news, pings."""
    worked: float = 0.0
    """Seconds of CPU for what was sent."""

    def kilobytes(self) -> float:
        return self.web.memory_info().rss / 1024

    def cpu_seconds(self) -> float:
        times = self.web.cpu_times()
        return times.user + times.system

    def opened(self, cookie: str) -> Browsers:
        """All pages; what the first of them warm up is not the others' memory."""
        with Browsers(self.port, cookie, WARM_UP) as browsers:
            self.deliver(browsers)
        time.sleep(1)
        empty = self.kilobytes()
        browsers = Browsers(self.port, cookie, PAGES)
        time.sleep(1)
        self.memory = (self.kilobytes() - empty) / PAGES
        self.deliver(browsers)
        begun = self.cpu_seconds()
        time.sleep(IDLE_SECONDS)
        self.idle = (self.cpu_seconds() - begun) / IDLE_SECONDS
        return browsers

    def deliver(self, browsers: Browsers, times: int = 1) -> None:
        begun, cpu = time.monotonic(), self.cpu_seconds()
        for _ in range(times):
            self.push()
            browsers.are_told()
        time.sleep(0.1)  # what is left to do after the last byte counts, too
        used = self.cpu_seconds() - cpu
        self.worked += used - self.idle * (time.monotonic() - begun - used)


def carry(sides: Sequence[Side], cookie: str) -> None:
    """Fill in what pages cost each side. They take turns, so that what else the machine does is shared."""
    with ExitStack() as stack:
        crowds = [stack.enter_context(side.opened(cookie)) for side in sides]
        for side in sides:
            side.worked = 0.0
        for _ in range(ROUNDS):
            for side, browsers in zip(sides, crowds, strict=True):
                side.deliver(browsers, DELIVERIES)


@contextmanager
def bare_server() -> Iterator[tuple[psutil.Process, int]]:
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "benchmarks.pages:bare", "--port", str(port), *SERVE]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        until_up(port)
        yield psutil.Process(process.pid), port
    finally:
        process.kill()
        process.wait()


def until_up(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("The bare server did not start.")


class Installation:
    """A running server with runs that nobody carries out, and a member's session."""

    def __init__(self, server: Server, data: Path) -> None:
        self.server, self.data = server.ready(), data
        self.web = server.part("config.asgi:application")
        with httpx.Client(follow_redirects=True) as client:
            client.get(signin_link(server, data)).raise_for_status()
            self.cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        self.runs = self.by_hand("hold", str(COMPLETED)).communicate()[0].split()

    def by_hand(self, *words: str) -> subprocess.Popen:
        command = [sys.executable, "-m", "benchmarks.runs_by_hand", *words]
        env = {**os.environ, "GROUNDWORK_DATA": str(self.data)}
        return subprocess.Popen(
            command, cwd=ROOT, env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def happen(self) -> None:
        """One event of one run, in a commit of its own."""
        sql = (
            "insert into runs_runevent (run_id, kind, topic, before, after, message, at)"
            " values (?, 'note', '', '', '', 'Seen.', datetime('now'))"
        )
        with sqlite3.connect(self.data / "groundwork.sqlite3", timeout=10) as database:
            database.execute(sql, [self.runs[0].removeprefix("trun_")])

    def latencies(self) -> list[float]:
        """Milliseconds from the commit of each completion to each page's reading of its frame."""
        pages = [Page(self.server.port, self.cookie) for _ in range(FEW)]
        completing = self.by_hand("complete", str(COMPLETED_A_SECOND))
        completing.stdin.write("\n".join(self.runs))
        completing.stdin.close()
        read_runs(pages, len(self.runs))
        committed = {name: float(moment) for name, moment in map(str.split, completing.stdout)}
        completing.wait()
        return [1000 * (page.seen[name] - at) for page in pages for name, at in committed.items()]

    def stop_seconds(self) -> tuple[float, float]:
        """From SIGTERM to the end of the web process, and of all others."""
        with Browsers(self.server.port, self.cookie, STOPPED):
            begun = time.monotonic()
            self.server.process.send_signal(signal.SIGTERM)
            self.web.wait(PATIENCE)
            web = time.monotonic() - begun
            self.server.process.wait(PATIENCE)
            return web, time.monotonic() - begun

    def frame(self) -> bytes:
        """What a page is sent for an event."""
        page = Page(self.server.port, self.cookie)
        text = b""
        while b"event: ping" not in text:
            text += page.socket.recv(1 << 20)
        self.happen()
        while not (found := re.search(rb"(id: \d+\nevent: swap\n.*?\n\n)\r\n", text, re.S)):
            text += page.socket.recv(1 << 20)
        page.socket.close()
        return found[1]


def row(what: str, pages: int, value: float, bare: float | None = None) -> dict[str, object]:
    limit = LIMITS.get(what)
    return {
        "what": what,
        "pages": pages,
        "measured": f"{value:.2f}",
        "bare ASGI": f"{bare:.2f}" if bare else "-",
        "ratio": f"{value / bare:.2f}" if bare else "-",
        "limit": limit or "-",
        "of limit": f"{value / limit:.0%}" if limit else "-",
    }


def measured(at: Installation) -> list[dict[str, object]]:
    late, frame = at.latencies(), at.frame()
    with bare_server() as (process, port):
        bare = Side(process, port, lambda: httpx.post(f"http://127.0.0.1:{port}/", content=frame))
        ours = Side(at.web, at.server.port, at.happen)
        carry([bare, ours], at.cookie)
    deliveries = ROUNDS * DELIVERIES * PAGES / 1_000_000
    web, whole = at.stop_seconds()
    return [
        row("KB of memory a page", PAGES, ours.memory, bare.memory),
        row("µs of CPU a delivery", PAGES, ours.worked / deliveries, bare.worked / deliveries),
        row("commit to page, p50 ms", FEW, median(late)),
        row("commit to page, p99 ms", FEW, quantiles(late, n=100)[98]),
        row("SIGTERM to the end of web, s", STOPPED, web),
        row("SIGTERM to the end of all, s", STOPPED, whole),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/bench pages", description=__doc__)
    parser.add_argument("--crowd", nargs=3, metavar=("PORT", "COOKIE", "COUNT"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 20_000), most))  # the server inherits it
    if given.crowd:
        port, cookie, count = given.crowd
        Crowd(int(port), cookie, int(count)).follow()
        return
    with tempfile.TemporaryDirectory() as folder, Server(Path(folder, "data")) as server:
        report("pages", measured(Installation(server, Path(folder, "data"))))


if __name__ == "__main__":
    main()
