"""The upstream as a whole: its loop, its thread, its handles."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import uvloop

from tests.upstream.checks import Intake
from tests.upstream.faults import Faults, faults_from
from tests.upstream.life import Life
from tests.upstream.routes import take
from tests.upstream.specs import Specs
from tests.upstream.sse import EventStream
from tests.upstream.state import State
from tests.upstream.webhooks import Webhooks
from tests.upstream.wire import Connection, Exchange

Result = TypeVar("Result")
BACKLOG = 4096
PATIENCE = 10.0


class Bell:
    """Wakes a test's thread when something happened; costs next to nothing while nobody waits."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._waiting = 0

    def ring(self) -> None:
        if self._waiting:
            with self._condition:
                self._condition.notify_all()

    def wait_for(self, happened: Callable[[], bool], seconds: float) -> bool:
        with self._condition:
            self._waiting += 1
            try:
                return self._condition.wait_for(happened, seconds)
            finally:
                self._waiting -= 1


class Upstream:
    """A fake of the hosted Task API; `running` or the command line serves it.

    `latency` is the shortest and longest time of a run in seconds, `result_bytes` about the size of an
    output, `heartbeat` the seconds between pings, `fail_share` the share of runs that fail. With a `key`
    every other key gets 401; with a `webhook_secret` runs that name a webhook have their end told. A chat
    answer comes in `chat_chunks` pieces, `chunk_seconds` apart.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        latency: tuple[float, float] = (0.0, 0.05),
        result_bytes: int = 2100,
        heartbeat: float = 5.0,
        seed: int | None = 7,
        fail_share: float = 0.0,
        faults: Faults | dict[str, Any] | None = None,
        key: str | None = None,
        webhook_secret: str | None = None,
        webhook_retry_seconds: float = 5.0,
        chat_chunks: int = 5,
        chunk_seconds: float = 0.0,
        run_stream_seconds: float = 570.0,
    ) -> None:
        self.loop = uvloop.new_event_loop()
        self.state = State()
        self.connections: set[Connection] = set()
        self.streams: set[EventStream] = set()
        self.bell = Bell()
        self.key = key
        self.heartbeat = heartbeat
        self.chat_chunks, self.chunk_seconds = chat_chunks, chunk_seconds
        self.run_stream_seconds = run_stream_seconds
        self.intake = Intake(self.state, Specs(result_bytes))
        self.life = Life(self, latency=latency, fail_share=fail_share, seed=seed)
        self.webhooks = Webhooks(self, webhook_secret, webhook_retry_seconds)
        self.url = ""
        self._at = (host, port)
        self._dice = random.Random(seed)
        self._thread_id: int | None = None
        self._faults = Faults()
        self.set_faults(faults_from(faults))

    # for tests, from any thread

    @property
    def faults(self) -> Faults:
        """Set one by one (``upstream.faults.down = True``), or all at once from a dict or Faults."""
        return self._faults

    @faults.setter
    def faults(self, faults: Faults | dict[str, Any] | None) -> None:
        self.set_faults(faults_from(faults))

    @property
    def hold(self) -> bool:
        """While true, runs don't end by themselves; set to false, those that are due end."""
        return self.life.hold

    @hold.setter
    def hold(self, hold: bool) -> None:
        self.on_loop(lambda: self.life.set_hold(hold))

    def finish(
        self,
        run_id: str,
        status: str = "completed",
        *,
        output: Any = None,
        error: dict[str, Any] | None = None,
    ) -> None:
        """End a run now; KeyError if there is none such, ValueError if it has ended.

        `output` may be a whole output (with type and content) or its content alone; `error` is that of a
        failed run: ref_id, message and detail.
        """
        self.on_loop(lambda: self.life.finish(self.state.runs[run_id], status, output, error))

    def end_all(self) -> int:
        """End every active run now; how many there were."""
        return self.on_loop(self.life.end_all)

    def wait_until(self, happened: Callable[[State], bool], seconds: float = 5.0) -> bool:
        """Whether `happened(state)` came true in time; asked again whenever a request came or a run moved."""
        return self.bell.wait_for(lambda: happened(self.state), seconds)

    def on_loop(self, act: Callable[[], Result]) -> Result:
        """What `act` returns or raises, called on the upstream's own thread."""
        if threading.get_ident() == self._thread_id or not self.loop.is_running():
            return act()

        async def call() -> Result:
            return act()

        return asyncio.run_coroutine_threadsafe(call(), self.loop).result(PATIENCE)

    # for the rest of the package, on the loop

    def take(self, exchange: Exchange) -> None:
        take(self, exchange)

    def note(self, exchange: Exchange, name: str) -> None:
        """Keep for the tests that this was asked."""
        self.state.requests.append((exchange.method, exchange.path, time.time()))
        self.state.asked[name] += 1
        self.bell.ring()

    def admits(self, key: str) -> bool:
        return not self.faults.refuse_key and self.key in (None, key)

    def hit(self, probability: float) -> bool:
        """Whether a fault of this probability befalls now."""
        return probability > 0 and self._dice.random() < probability

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        """Call `act` now if there's nothing to wait for, else then."""
        if seconds > 0:
            self.loop.call_later(seconds, act)
        else:
            act()

    def set_faults(self, faults: Faults) -> None:
        self._faults = faults.watched_by(lambda: self.on_loop(self.reset_connections))

    def reset_connections(self) -> None:
        """Reset every connection but those for control."""
        for connection in list(self.connections):
            if not connection.controls:
                connection.transport.abort()

    # serving

    async def open(self) -> asyncio.Server:
        """Listen, and know the own address."""
        self._thread_id = threading.get_ident()
        server = await self.loop.create_server(lambda: Connection(self), *self._at, backlog=BACKLOG)
        host, port = server.sockets[0].getsockname()[:2]
        self.url = f"http://{host}:{port}"
        self._beat()
        return server

    async def close(self, server: asyncio.Server) -> None:
        server.close()
        self._pulse.cancel()
        self.life.stop()
        await self.webhooks.stop()
        for connection in list(self.connections):
            connection.transport.abort()
        await asyncio.sleep(0)

    async def serve(self, ready: Callable[[], None], stop: asyncio.Event) -> None:
        """Serve from now on until `stop`; `ready` is called once there's an address."""
        server = await self.open()
        try:
            ready()
            await stop.wait()
        finally:
            await self.close(server)

    def _beat(self) -> None:
        for stream in list(self.streams):
            stream.ping()
        self._pulse = self.loop.call_later(self.heartbeat, self._beat)


@contextmanager
def running(**options: Any) -> Iterator[Upstream]:
    """An Upstream that serves from a thread of its own; the options are Upstream's."""
    upstream = Upstream(**options)
    stop, ready = asyncio.Event(), threading.Event()
    serving = upstream.serve(ready.set, stop)
    thread = threading.Thread(target=upstream.loop.run_until_complete, args=(serving,), daemon=True)
    thread.start()
    try:
        if not ready.wait(PATIENCE):
            raise RuntimeError("the upstream does not listen")
        yield upstream
    finally:
        upstream.loop.call_soon_threadsafe(stop.set)
        thread.join(PATIENCE)
        upstream.loop.close()
