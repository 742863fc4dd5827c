"""The live stream: one hub per web process reads new events once and hands the same frame to every open page.

``/events?topics=a,b`` is answered here, in plain ASGI, because a Django view would cost a thread and a
database connection per open page. The hub knows no domain; whoever configures it says who may listen to what
(``authorise``), which events are new (``events_after``) and what a page should be sent for them (``render``).

A frame's ``id`` is the number of its newest event, so a browser that reconnects names the last one that it
saw and is sent what it missed. A listener that reads too slowly is told to load the page's parts again
(``resync``).
"""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

logger = logging.getLogger(__name__)

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

QUEUE_LENGTH = 64
MOST_TOPICS = 50
MOST_AT_ONCE = 2_000
MOST_CHANGED = 100
PING_SECONDS = 15.0
LONGEST_STREAM_SECONDS = 600.0
PING = b"event: ping\ndata: 1\n\n"  # an event, not a comment: a page that hears none knows that it is cut off
RESYNC = b"event: resync\ndata: 1\n\n"
OVER = b": over\n\n"
HEADERS = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


@dataclass(frozen=True, slots=True)
class Event:
    """One event row: its number, the topics that it concerns, and what changed: all that ``render`` needs."""

    number: int
    topics: tuple[str, ...]
    payload: Any = None


@dataclass(frozen=True, slots=True)
class Source:
    """What the hub must be told about the world. ``render`` answers HTML whose top elements all have ids."""

    authorise: Callable[[Scope, Sequence[str]], Awaitable[tuple[str, ...] | None]]
    """The topics that this request may listen to, by their inner names; None if it is not signed in."""
    newest: Callable[[], Awaitable[int]]
    events_after: Callable[[int], Awaitable[list[Event]]]
    """The first MOST_AT_ONCE events with a higher number, whatever their topics."""
    render: Callable[[str, list[Event]], Awaitable[str]]
    changes: Callable[[], AsyncIterator[None]]
    """Yields whenever the tables may have changed."""


@dataclass(eq=False, slots=True)
class Listener:
    topics: frozenset[str]
    wants_frames: bool = True
    """False for one that only waits for news: it is sent an empty frame, and nothing is rendered for it."""
    queue: asyncio.Queue[bytes] = field(default_factory=lambda: asyncio.Queue(QUEUE_LENGTH))

    def put(self, frame: bytes) -> None:
        try:
            self.queue.put_nowait(frame)
        except asyncio.QueueFull:
            while not self.queue.empty():
                self.queue.get_nowait()
            self.queue.put_nowait(RESYNC)


class Hub:
    def __init__(self) -> None:
        self.source: Source | None = None
        self.listeners: set[Listener] = set()
        self.cursor = 0
        self.task: asyncio.Task[None] | None = None
        self.closing = asyncio.Event()

    async def start(self, source: Source) -> None:
        self.source, self.closing = source, asyncio.Event()
        self.cursor = await source.newest()
        self.task = asyncio.create_task(self.follow(), name="live hub")

    async def stop(self) -> None:
        self.closing.set()
        if self.task:
            self.task.cancel()
            with suppress(asyncio.CancelledError):
                await self.task

    async def follow(self) -> None:
        while True:
            try:
                async for _ in self.source.changes():
                    await self.spread()
            except Exception:
                logger.exception("The live stream lost the database; it tries again.")
                await asyncio.sleep(1)

    async def spread(self) -> None:
        """Send what is new to whoever listens for it, each frame rendered once."""
        while events := await self.source.events_after(self.cursor):
            self.cursor = events[-1].number
            for topic, its_events in by_topic(events).items():
                await self.spread_topic(topic, its_events)

    async def spread_topic(self, topic: str, events: list[Event]) -> None:
        listening = [listener for listener in self.listeners if topic in listener.topics]
        frame = b""
        if any(listener.wants_frames for listener in listening):
            try:
                frame = await self.frame(topic, events)
            except Exception:
                logger.exception("No frame could be made for %s; its pages connect again for it.", topic)
                frame = OVER
        for listener in listening:
            listener.put(frame if listener.wants_frames else b"")

    async def frame(self, topic: str, events: list[Event]) -> bytes:
        """What a page needs to be up to date; where very much changed, the advice to load itself again."""
        if len({event.payload for event in events}) > MOST_CHANGED:
            return RESYNC
        html = await self.source.render(topic, events)
        lines = "".join(f"data: {line}\n" for line in re.split(r"\r\n|\r|\n", html))
        return f"id: {events[-1].number}\nevent: swap\n{lines}\n".encode()

    @asynccontextmanager
    async def listen(self, topics: Iterable[str], *, wants_frames: bool = True) -> AsyncIterator[Listener]:
        listener = Listener(frozenset(topics), wants_frames)
        self.listeners.add(listener)
        try:
            yield listener
        finally:
            self.listeners.discard(listener)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request for ``/events``."""
        asked = parse_qs(scope["query_string"].decode("latin-1"))
        topics = asked.get("topics", [""])[0].split(",")[:MOST_TOPICS]
        allowed = await self.source.authorise(scope, topics)
        if not allowed:
            status, sentence = (
                (401, b"Sign in first.\n") if allowed is None else (404, b"There is no such topic.\n")
            )
            await send(
                {
                    "type": "http.response.start",
                    "status": status,
                    "headers": [(b"content-type", b"text/plain")],
                }
            )
            await send({"type": "http.response.body", "body": sentence})
            return
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        async with self.listen(allowed) as listener:
            for frame in await self.missed(allowed, last_seen(scope, asked)):
                listener.put(frame)
            await self.stream(listener, receive, send)

    async def missed(self, topics: tuple[str, ...], cursor: int | None) -> list[bytes]:
        """Frames for the events after `cursor`: nothing is lost between loading a page and listening.

        A page that missed more than can be read at once is told to load its parts again.
        """
        if cursor is None:
            return [PING]
        events = await self.source.events_after(cursor)
        if len(events) >= MOST_AT_ONCE:
            return [PING, RESYNC]
        news = {topic: its for topic, its in by_topic(events).items() if topic in topics}
        return [PING] + [await self.frame(topic, its) for topic, its in news.items()]

    async def stream(self, listener: Listener, receive: Receive, send: Send) -> None:
        """Send frames until the browser leaves, the server stops, or it is time to be authorised again."""
        gone = asyncio.create_task(disconnected(receive))
        closing = asyncio.create_task(self.closing.wait())
        sending = asyncio.create_task(send_frames(listener, send))
        tasks = {gone, closing, sending}
        try:
            await asyncio.wait(tasks, timeout=LONGEST_STREAM_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if not gone.done() or gone.cancelled():
            with suppress(OSError):
                await send({"type": "http.response.body", "body": b""})


hub = Hub()


def by_topic(events: list[Event]) -> dict[str, list[Event]]:
    grouped: dict[str, list[Event]] = {}
    for event in events:
        for topic in event.topics:
            grouped.setdefault(topic, []).append(event)
    return grouped


def last_seen(scope: Scope, asked: dict[str, list[str]]) -> int | None:
    """The newest event that the page knows: from the browser's reconnect, else from its own address."""
    header = dict(scope["headers"]).get(b"last-event-id", b"").decode("latin-1")
    text = header or asked.get("after", [""])[0]
    return int(text) if text.isdecimal() and len(text) < 19 else None


async def disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def send_frames(listener: Listener, send: Send) -> None:
    while True:
        try:
            frame = await asyncio.wait_for(listener.queue.get(), PING_SECONDS)
        except TimeoutError:
            frame = PING
        if frame is OVER:
            return
        await send({"type": "http.response.body", "body": frame, "more_body": True})
