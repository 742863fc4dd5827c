"""The live stream of pages, ``/events?topics=a,b``: the parts of a page that changed, as they change.

It is answered in plain ASGI, because a Django view would cost a thread and a database connection per open
page. A frame has its number as ``id``, so a browser that reconnects names the last one that it saw and is
sent what it missed.

Thousands of pages are open at once. Each is the server's own task, asleep until the browser goes; a frame is
written to it by whoever has it, without waking that task, and only for a browser that reads too slowly does
another one wait.
"""

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable, Coroutine, Generator, Sequence
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from web.chunks import cycle_of, write
from web.hub import MOST_AT_ONCE, OVER, RESYNC, Event, Frame, Hub, Receive, Scope, Send, by_topic, queued

logger = logging.getLogger(__name__)

MOST_TOPICS = 50
MOST_CHANGED = 100
PING_SECONDS = 15.0
LONGEST_STREAM_SECONDS = 600.0
PING = b"event: ping\ndata: 1\n\n"  # an event, not a comment: a page that hears none knows that it is cut off
PINGS = (Frame(0, PING),)
HEADERS = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


class Visitor(NamedTuple):
    """Whoever listens: the topics that are theirs, by their inner names, and what lets them in."""

    topics: tuple[str, ...]
    grant: str = ""


Authorise = Callable[[Scope, Sequence[str]], Awaitable[Visitor | None]]
"""Who asks, and which of these topics they may listen to; None if nobody is signed in."""


class Page:
    """One open page. `over` says why it is sent no more; whoever writes to it then ends the stream."""

    __slots__ = ("_cycle", "_held", "_opened", "_pings", "_send", "_writing", "grant", "over", "topics")

    def __init__(self, visitor: Visitor, send: Send) -> None:
        self.topics, self.grant = visitor
        self.over = ""
        self._send, self._cycle = send, cycle_of(send)
        self._opened, self._pings = time.monotonic(), 0
        self._held: Sequence[Frame] | None = ()
        """What whoever writes now writes next; None while nobody does and the page is not over."""
        self._writing: asyncio.Task[None] | None = None

    async def begin(self, missed: Sequence[Frame]) -> None:
        """Write what it missed, then what came meanwhile, of which it may have missed a part."""
        newest = max((frame.number for frame in missed), default=0)
        self._held = [*missed, *(frame for frame in self._held or () if frame.number > newest)]
        await self._write()

    def put(self, frames: Sequence[Frame]) -> None:
        """To a browser that keeps up they are written before this returns."""
        if self._held is None:
            if not (self._cycle and write(self._cycle, frames)):
                self._go_on(frames)
        elif not self.over:
            self._held = queued(self._held, frames)

    def end(self, why: str) -> None:
        if not self.over:
            self.over = why
            if self._held is None:
                self._go_on(())

    def beat(self, now: float) -> None:
        """A ping every PING_SECONDS; after LONGEST_STREAM_SECONDS the browser has to be authorised again."""
        age = now - self._opened
        if age >= LONGEST_STREAM_SECONDS:
            self.end("late")
        elif age >= (self._pings + 1) * PING_SECONDS and self._held is None:
            self._pings += 1
            self.put(PINGS)

    def close(self) -> None:
        self.over, self._held = self.over or "gone", ()
        if self._writing:
            self._writing.cancel()

    def _go_on(self, frames: Sequence[Frame]) -> None:
        self._held = frames
        self._writing = begun(self._write())

    async def _write(self) -> None:
        """Write what is held, and what comes while that is written."""
        try:
            while (frames := self._held) and not self.over:
                self._held = ()
                for _, content in frames:
                    if content is OVER:
                        self.over = "broken"
                    if self.over:
                        break
                    await self._send({"type": "http.response.body", "body": content, "more_body": True})
            if not self.over:
                self._held = None
            elif self.over != "gone":
                await self._send({"type": "http.response.body", "body": b""})
        except Exception:  # it must not keep the frame from the others
            self.over = "gone"
            logger.exception("A page could not be written to.")


class Rest:
    """What is left of a coroutine that waits for something."""

    def __init__(self, coroutine: Coroutine[Any, None, None], waits_for: Any) -> None:
        self.coroutine, self.waits_for = coroutine, waits_for

    def __await__(self) -> Generator[Any, None, None]:
        try:
            yield self.waits_for
            yield from self.coroutine.__await__()
        finally:
            self.coroutine.close()


def begun(coroutine: Coroutine[Any, None, None]) -> asyncio.Task[None] | None:
    """Carry it out as far as it goes without a wait; what is left, if anything, is a task.

    Only for one that does not ask which task it is in.
    """
    try:
        waits_for = coroutine.send(None)
    except StopIteration:
        return None
    return asyncio.ensure_future(Rest(coroutine, waits_for))


async def answer(hub: Hub, authorise: Authorise, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request for ``/events``."""
    page = await opened(hub, authorise, scope, send)
    if page is None:
        return
    try:
        forget(scope)
        while (await receive())["type"] != "http.disconnect":
            pass
    finally:
        hub.leave(page)


async def opened(hub: Hub, authorise: Authorise, scope: Scope, send: Send) -> Page | None:
    """A page that hears from the hub and was sent all that it missed; None if the request was refused."""
    asked = parse_qs(scope["query_string"].decode("latin-1"))
    topics = asked.get("topics", [""])[0].split(",")[:MOST_TOPICS]
    visitor = await authorise(scope, topics)
    if visitor is None:
        return await refuse(send, 401, b"Sign in first.\n")
    if not visitor.topics:
        return await refuse(send, 404, b"There is no such topic.\n")
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    page = Page(visitor, send)
    hub.add(page)
    try:
        await send_on(send, PING)
        await page.begin(await missed(hub, visitor.topics, last_seen(scope, asked)))
    except BaseException:
        hub.leave(page)
        raise
    return page


def forget(scope: Scope) -> None:
    """Let go of what was asked: it is two kilobytes, and the server only looks at the method again."""
    method = scope["method"]
    scope["headers"].clear()
    scope.clear()
    scope["method"] = method


async def missed(hub: Hub, topics: tuple[str, ...], cursor: int | None) -> list[Frame]:
    """Frames for the events after `cursor`: nothing is lost between loading a page and listening.

    A page that missed more than can be read at once is told to load its parts again.
    """
    events = [] if cursor is None else await hub.source.events_after(cursor)
    if len(events) >= MOST_AT_ONCE:
        return [Frame(events[-1].number, RESYNC)]
    news = {topic: its for topic, its in by_topic(events).items() if topic in topics}
    made = [await hub.frames(renderer, news) for renderer in hub.source.renderers if news]
    return [frame for each in made for frames in each.values() for frame in frames]


async def send_on(send: Send, content: bytes) -> None:
    await send({"type": "http.response.body", "body": content, "more_body": True})


async def refuse(send: Send, status: int, sentence: bytes) -> None:
    headers = [(b"content-type", b"text/plain")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": sentence})


def page_frame(events: Sequence[Event], html: Callable[[], str]) -> Frame:
    """What a page needs to be up to date; where very much changed, the advice to load itself again."""
    number = events[-1].number
    if len({event.payload for event in events}) > MOST_CHANGED:
        return Frame(number, RESYNC)
    lines = "".join(f"data: {line}\n" for line in re.split(r"\r\n|\r|\n", html()))
    return Frame(number, f"id: {number}\nevent: swap\n{lines}\n".encode())


def last_seen(scope: Scope, asked: dict[str, list[str]]) -> int | None:
    """The newest event that the page knows: from the browser's reconnect, else from its own address."""
    header = dict(scope["headers"]).get(b"last-event-id", b"").decode("latin-1")
    text = header or asked.get("after", [""])[0]
    return int(text) if text.isdecimal() and len(text) < 19 else None
