"""One hub per web process reads new events once and hands the same frames to all who wait for them.

Pages listen through ``web/live.py`` and are written to as soon as a frame is there; clients of the API wait
for theirs through ``api/waiting``. The hub knows no domain; whoever configures it says which events are new
(``events_after``) and what is sent for them (``renderers``). A listener that reads too slowly is told to read
again what it missed (``RESYNC``).
"""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, Protocol

logger = logging.getLogger(__name__)

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

QUEUE_LENGTH = 64
MOST_AT_ONCE = 2_000
SPREAD_AT_ONCE = 250
"""After so many listeners others have a turn: what was written leaves the process, and pages are answered."""
GUARD_SECONDS = 1.0
BEAT_SECONDS = 1.0
RESYNC = b"event: resync\ndata: 1\n\n"
OVER = b": over\n\n"


@dataclass(frozen=True, slots=True)
class Event:
    """One event row: its number, the topics that it concerns, and what changed: all that a renderer needs."""

    number: int
    topics: tuple[str, ...]
    payload: Any = None


class Frame(NamedTuple):
    """What is sent for some events, and the number of the newest of them."""

    number: int
    content: Any
    """Bytes for a page; for others whatever they wait for. RESYNC and OVER mean the same to all."""


News = Mapping[str, list[Event]]
Renderer = Callable[[News], Awaitable[Mapping[str, Sequence[Frame]]]]
"""Makes the frames of the topics that it knows, and leaves out the others."""


async def all_usable(grants: frozenset[str]) -> frozenset[str]:
    return grants


@dataclass(frozen=True, slots=True)
class Source:
    """What the hub must be told about the world."""

    newest: Callable[[], Awaitable[int]]
    events_after: Callable[[int], Awaitable[list[Event]]]
    """The first MOST_AT_ONCE events with a higher number, whatever their topics."""
    renderers: Sequence[Renderer]
    """The first is served first. A page's frames hold HTML whose top elements all have ids."""
    changes: Callable[[], AsyncGenerator[None, None]]
    """Yields whenever the tables may have changed."""
    usable: Callable[[frozenset[str]], Awaitable[frozenset[str]]] = all_usable
    """Which of these grants still hold."""


class Hearer(Protocol):
    """Whatever listens. It may be told of frames, and of its end, also after it has left."""

    topics: tuple[str, ...]
    grant: str
    """What lets it listen, such as a token or a session, if that can be withdrawn."""

    def put(self, frames: Sequence[Frame]) -> None: ...

    def end(self, why: str) -> None:
        """No more comes: the client is ``gone``, its grant ``withdrawn``, or the server is ``closing``."""

    def beat(self, now: float) -> None:
        """About once in BEAT_SECONDS: do what is due by the (monotonic) clock."""

    def close(self) -> None:
        """It has left: let go of all that works for it."""


def queued(waiting: Sequence[Frame], frames: Sequence[Frame]) -> list[Frame]:
    """What waits for a listener once these frames have come, too."""
    if len(waiting) + len(frames) > QUEUE_LENGTH:
        return [Frame(frames[-1].number, RESYNC)]
    return [*waiting, *frames]


class Listener:
    """Somebody who waits: frames come in until `over` says why no more will."""

    __slots__ = ("_watch", "_woken", "frames", "grant", "over", "topics")

    def __init__(self, topics: Iterable[str], grant: str = "") -> None:
        self.topics = tuple(topics)
        self.grant = grant
        self.frames: list[Frame] = []
        self.over = ""
        self._woken: asyncio.Future[None] | None = None
        self._watch: asyncio.Task[None] | None = None

    def put(self, frames: Sequence[Frame]) -> None:
        self.frames = queued(self.frames, frames)
        if frames:
            self.wake()

    def beat(self, now: float) -> None:
        """Nothing is due: whoever waits says how long."""

    def end(self, why: str) -> None:
        self.over = self.over or why
        self.wake()

    def wake(self) -> None:
        if self._woken and not self._woken.done():
            self._woken.set_result(None)

    async def next(self, seconds: float) -> list[Frame]:
        """What came meanwhile, as soon as anything did; nothing once the time is up or it is over."""
        if not self.frames and not self.over:
            loop = asyncio.get_running_loop()
            self._woken = loop.create_future()
            alarm = loop.call_later(max(seconds, 0), self.wake)
            try:
                await self._woken
            finally:
                alarm.cancel()
                self._woken = None
        frames, self.frames = self.frames, []
        return frames

    def watch(self, receive: Receive) -> None:
        """Notice that the client goes: it sends nothing more, and so what is received then is that."""
        self._watch = asyncio.ensure_future(receive())
        self._watch.add_done_callback(partial(self.hear, receive))

    def hear(self, receive: Receive, heard: asyncio.Task[dict[str, Any]]) -> None:
        if not heard.cancelled():
            if heard.exception() or heard.result()["type"] == "http.disconnect":
                self.end("gone")
            else:
                self.watch(receive)

    def close(self) -> None:
        if self._watch:
            self._watch.cancel()


class Hub:
    def __init__(self) -> None:
        self.source: Source | None = None
        self.listeners: dict[str, set[Hearer]] = {}
        self.cursor = 0
        self.tasks: list[asyncio.Task[None]] = []
        self.closing = False

    async def start(self, source: Source) -> None:
        self.source, self.closing = source, False
        self.cursor = await source.newest()
        self.tasks = [
            asyncio.create_task(self.follow(), name="live hub"),
            asyncio.create_task(self.guard(), name="live hub's guard"),
            asyncio.create_task(self.pulse(), name="live hub's pulse"),
        ]

    def close(self) -> None:
        """End all listening, that of whoever comes from now on, too."""
        self.closing = True
        for listener in self.everybody():
            listener.end("closing")

    async def stop(self) -> None:
        self.close()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    def everybody(self) -> set[Hearer]:
        return set().union(*self.listeners.values())

    async def follow(self) -> None:
        while True:
            try:
                async with aclosing(self.source.changes()) as changes:
                    async for _ in changes:
                        await self.spread()
            except Exception:
                logger.exception("The live stream lost the database; it tries again.")
                await asyncio.sleep(1)

    async def spread(self) -> None:
        """Send what is new to whoever listens for it, each frame made once."""
        while events := await self.source.events_after(self.cursor):
            self.cursor = events[-1].number
            news = {topic: its for topic, its in by_topic(events).items() if topic in self.listeners}
            for renderer in self.source.renderers if news else ():
                for topic, frames in (await self.frames(renderer, news)).items():
                    async for some in in_turns(self.listeners.get(topic, ())):
                        for listener in some:
                            self.each(listener, listener.put, frames)
            if len(events) < MOST_AT_ONCE:
                break  # that was all; whatever came since is told of by itself

    async def frames(self, renderer: Renderer, news: News) -> Mapping[str, Sequence[Frame]]:
        """What the renderer makes of the news. One topic that it fails on ends its streams, and no others."""
        try:
            return await renderer(news)
        except Exception:
            if len(news) > 1:
                singly = [await self.frames(renderer, {topic: its}) for topic, its in news.items()]
                return {topic: frames for made in singly for topic, frames in made.items()}
            logger.exception("No frame could be made for %s; its listeners connect again for it.", *news)
            return {topic: [Frame(its[-1].number, OVER)] for topic, its in news.items()}

    async def guard(self) -> None:
        """End the listening of whoever may no longer listen."""
        while True:
            await asyncio.sleep(GUARD_SECONDS)
            grants = frozenset(listener.grant for listener in self.everybody() if listener.grant)
            try:
                withdrawn = grants - await self.source.usable(grants) if grants else frozenset()
            except Exception:
                logger.exception("The live stream could not look at its grants; it tries again.")
                continue
            for listener in self.everybody() if withdrawn else ():
                if listener.grant in withdrawn:
                    listener.end("withdrawn")

    async def pulse(self) -> None:
        """One clock for all: a timer for each of thousands would cost more than what it is for."""
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            now = time.monotonic()
            async for some in in_turns(self.everybody()):
                for listener in some:
                    self.each(listener, listener.beat, now)

    def each(self, listener: Hearer, tell: Callable[[Any], None], what: Any) -> None:
        """Tell it; one that can't be told is in nobody else's way."""
        try:
            tell(what)
        except Exception:
            logger.exception("A listener could not be told; it is left out from now on.")
            self.leave(listener)

    def join(self, topics: Iterable[str], receive: Receive, grant: str = "") -> Listener:
        """Listen to these topics until ``leave``; the client's going is noticed from `receive`."""
        listener = Listener(topics, grant)
        self.add(listener)
        listener.watch(receive)
        return listener

    def add(self, listener: Hearer) -> None:
        """Tell it of its topics until ``leave``."""
        for topic in listener.topics:
            self.listeners.setdefault(topic, set()).add(listener)
        if self.closing:
            listener.end("closing")

    def leave(self, listener: Hearer) -> None:
        listener.close()
        for topic in listener.topics:
            its = self.listeners.get(topic, set())
            its.discard(listener)
            if not its:
                self.listeners.pop(topic, None)


async def in_turns(listeners: Iterable[Hearer]) -> AsyncGenerator[Sequence[Hearer], None]:
    """Those who are there now, SPREAD_AT_ONCE at a time, and a turn for others in between."""
    everybody = tuple(listeners)
    for first in range(0, len(everybody), SPREAD_AT_ONCE):
        if first:
            await asyncio.sleep(0)
        yield everybody[first : first + SPREAD_AT_ONCE]


def by_topic(events: Iterable[Event]) -> dict[str, list[Event]]:
    grouped: dict[str, list[Event]] = {}
    for event in events:
        for topic in event.topics:
            grouped.setdefault(topic, []).append(event)
    return grouped


hub = Hub()
