"""Chat through a hosted provider: how late its words come, directly and passed on by us."""

import argparse
import asyncio
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import orjson

from benchmarks.installation import manage
from benchmarks.report import report
from tests.crash.server import ROOT, Server
from tests.upstream import __main__ as fake
from tests.upstream.chat import Chat

CHUNKS = 50
APART_SECONDS = 0.01
CHATS = {1: 5, 100: 300}
"""How many are asked at each number of clients, in every round."""
ROUNDS = 5
DELAY_LIMIT = " (limit +300)"
SHARE_LIMIT = " (limit 75%)"
"""A hundred clients ask for more than two cores can do: there the delay says nothing, and the share does."""
KEY = "benchmark"
BODY = orjson.dumps(
    {"model": "speed", "stream": True, "messages": [{"role": "user", "content": "a long question " * 20}]}
)
SENT = re.compile(rb'"sent":([0-9.]+)[,}]')
END = b"\r\n0\r\n\r\n"


def stamped(self: Chat, delta: dict[str, str], *, plain: Any, **more: Any) -> bytes:
    return plain(self, delta, sent=time.monotonic(), **more)


def serve_the_fake() -> None:
    """The fake as a process of its own, whose chunks say when they were sent by the machine's clock."""
    plain = Chat.chunk
    Chat.chunk = lambda self, delta, **more: stamped(self, delta, plain=plain, **more)
    fake.main()


@contextmanager
def upstream() -> Iterator[str]:
    pace = ["--chat-chunks", str(CHUNKS), "--chunk-seconds", str(APART_SECONDS)]
    command = [sys.executable, "-m", "benchmarks.chat", "fake", "--key", KEY, *pace]
    with subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE) as process:
        try:
            yield process.stdout.readline().split()[-1]
        finally:
            process.terminate()


@dataclass
class Heard:
    """What clients heard together, in milliseconds."""

    first: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    """Chunks a second, of each round."""


class Client:
    def __init__(self, port: int, key: str) -> None:
        head = f"POST /chat/completions HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nx-api-key: {key}\r\n"
        more = f"content-type: application/json\r\ncontent-length: {len(BODY)}\r\n\r\n"
        self.port, self.request = port, (head + more).encode() + BODY

    async def talk(self, chats: Iterator[int], heard: Heard) -> None:
        """Ask one after another over one connection, until none is left."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        for _ in chats:
            asked = time.monotonic()
            writer.write(self.request)
            late = await self.hear(reader)
            heard.first.append(1000 * (late[0][1] - asked))
            heard.late += [1000 * (came - sent) for sent, came in late]
        writer.close()

    async def hear(self, reader: asyncio.StreamReader) -> list[tuple[float, float]]:
        """When each chunk was sent and came."""
        heard, rest = [], b""
        while not rest.endswith(END):
            part = await reader.read(1 << 16)
            now = time.monotonic()
            assert part, "the connection was closed"
            rest += part
            found = [float(match[1]) for match in SENT.finditer(rest)]
            heard += [(sent, now) for sent in found]
            rest = SENT.sub(b"", rest)[-200:] if found else rest[-2000:]
        return heard


async def round_of(port: int, key: str, clients: int, heard: Heard) -> None:
    chats, before = iter(range(CHATS[clients])), len(heard.late)
    begun = time.monotonic()
    await asyncio.gather(*(Client(port, key).talk(chats, heard) for _ in range(clients)))
    heard.rates.append((len(heard.late) - before) / (time.monotonic() - begun))


async def compared(clients: int, ways: dict[str, tuple[int, str]]) -> dict[str, Heard]:
    """Both ways by turns, so that what else the machine does befalls both."""
    heard = {way: Heard() for way in ways}
    for port, key in ways.values():
        await round_of(port, key, clients, Heard())
    for _ in range(ROUNDS):
        for way, (port, key) in ways.items():
            await round_of(port, key, clients, heard[way])
    return heard


def row(way: str, clients: int, heard: Heard) -> dict[str, object]:
    return {
        "what": f"{way}, {clients} at a time",
        "first ms": median(heard.first),
        "p99": quantiles(heard.first, n=100)[98],
        "late p50 us": 1000 * median(heard.late),
        "late p99 us": 1000 * quantiles(heard.late, n=100)[98],
        "chunks/s": median(heard.rates),
    }


def rows(ways: dict[str, tuple[int, str]]) -> Iterator[dict[str, object]]:
    for clients in CHATS:
        heard = asyncio.run(compared(clients, ways))
        yield from (row(way, clients, its) for way, its in heard.items())
        direct, ours = heard["direct"], heard["passed on"]
        share = median(b / a for a, b in zip(direct.rates, ours.rates, strict=True))
        more = median(ours.late) - median(direct.late)
        yield dict.fromkeys(("what", "first ms", "p99", "late p50 us", "late p99 us", "chunks/s"), "-") | {
            "what": f"of direct, {clients} at a time",
            "late p50 us": f"+{1000 * more:.0f}{DELAY_LIMIT if clients == 1 else ''}",
            "chunks/s": f"{share:.0%}{'' if clients == 1 else SHARE_LIMIT}",
        }


def measured() -> list[dict[str, object]]:
    with tempfile.TemporaryDirectory() as folder, upstream() as url:
        data = Path(folder, "data")
        hosted = {"PARALLEL_API_KEY": KEY, "PARALLEL_BASE_URL": url, "API_RATE_LIMITS": "chat=0"}
        with Server(data, **hosted) as server:
            token = manage(data, "createtoken", "--name", "benchmark", port=server.ready().port)
            ways = {"direct": (int(url.rpartition(":")[2]), KEY), "passed on": (server.port, token)}
            return list(rows(ways))


def main() -> None:
    if sys.argv[1:2] == ["fake"]:
        del sys.argv[1]
        serve_the_fake()
        return
    argparse.ArgumentParser(prog="script/bench chat", description=__doc__).parse_args()
    report("chat", measured())


if __name__ == "__main__":
    main()
