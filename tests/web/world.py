"""A hub with a world made of a few events, and browsers that listen to it: no database, no server."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import wraps

from asgiref.sync import async_to_sync

from web.hub import MOST_AT_ONCE, Event, Frame, Hub, News, Source
from web.live import PING, Visitor, answer, page_frame

PATIENCE = 5
"""Seconds until a test that waits for a message gives up."""


def in_loop(test: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    """A test that is a coroutine, run in an event loop of its own."""

    @wraps(test)
    def run(*args, **kwargs) -> None:
        async_to_sync(test)(*args, **kwargs)

    return run


async def until(true: Callable[[], bool]) -> None:
    """Let the others work until this is true."""
    async with asyncio.timeout(PATIENCE):
        while not true():
            await asyncio.sleep(0)


async def nothing() -> None:
    """What happens meanwhile, unless a test says otherwise."""


class World:
    """Topics ``a`` to ``c`` are there. ``happen`` makes an event; ``rendered`` lists the frames made."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.rendered: list[tuple[str, list[int]]] = []
        self.asked_for: list[Sequence[str]] = []
        self.signed_in = True
        self.session = ""
        self.most = MOST_AT_ONCE
        self.broken: set[str] = set()
        self.withdrawn: set[str] = set()
        self.before_reading: Callable[[], None] = lambda: None
        self.while_drawing: Callable[[], Awaitable[None]] = nothing
        self.html = "<p id={topic}>{numbers}</p>"
        self.news = asyncio.Event()

    def happen(self, *topics: str) -> None:
        self.events.append(Event(len(self.events) + 1, topics))
        self.news.set()

    async def authorise(self, scope: dict, topics: Sequence[str]) -> Visitor | None:
        self.asked_for.append(topics)
        theirs = tuple(topic for topic in topics if topic in ("a", "b", "c"))
        return Visitor(theirs, self.session) if self.signed_in else None

    async def newest(self) -> int:
        return len(self.events)

    async def events_after(self, cursor: int) -> list[Event]:
        self.before_reading()
        return [event for event in self.events if event.number > cursor][: self.most]

    async def render(self, news: News) -> dict[str, list[Frame]]:
        if unlucky := self.broken.intersection(news):
            raise RuntimeError(f"{unlucky} can't be drawn")
        await self.while_drawing()
        return {
            topic: [page_frame(its, lambda t=topic, i=its: self.draw(t, i))] for topic, its in news.items()
        }

    def draw(self, topic: str, events: list[Event]) -> str:
        numbers = [event.number for event in events]
        self.rendered.append((topic, numbers))
        return self.html.format(topic=topic, numbers=numbers)

    async def usable(self, grants: frozenset[str]) -> frozenset[str]:
        return grants - self.withdrawn

    async def changes(self) -> AsyncIterator[None]:
        while True:
            await self.news.wait()
            self.news.clear()
            yield


class Browser:
    """One request to the hub. ``frame()`` is the next frame that is no ping."""

    def __init__(self, hub: Hub, query: str, last_seen: str = "") -> None:
        headers = [(b"last-event-id", last_seen.encode())] if last_seen else []
        self.scope = {
            "type": "http",
            "method": "GET",
            "query_string": query.encode(),
            "headers": headers,
        }
        self.messages: asyncio.Queue[dict] = asyncio.Queue()
        self.left, self.reads = asyncio.Event(), asyncio.Event()
        self.reads.set()
        authorise = hub.source.newest.__self__.authorise  # its world's
        self.request = asyncio.create_task(answer(hub, authorise, self.scope, self.receive, self.send))

    async def send(self, message: dict) -> None:
        """As a server does: wait while the browser reads nothing, say nothing more once it is answered."""
        if not self.reads.is_set():
            await self.reads.wait()
        if self.left.is_set():
            return
        self.messages.put_nowait(message)
        if message["type"] == "http.response.body" and not message.get("more_body"):
            self.left.set()  # it is answered

    async def receive(self) -> dict:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def message(self) -> dict:
        return await asyncio.wait_for(self.messages.get(), PATIENCE)

    async def status(self) -> int:
        return (await self.message())["status"]

    async def listening(self) -> "Browser":
        """Itself, once it is listening."""
        assert await self.status() == 200
        assert (await self.message())["body"] == PING
        return self

    async def frame(self) -> str:
        while (message := await self.message())["body"] == PING:
            pass
        return message["body"].decode()

    async def ended(self) -> bool:
        """True once the stream has been ended as HTTP ends a body."""
        while (await self.message()).get("more_body"):
            pass
        await asyncio.wait_for(self.request, PATIENCE)
        return True

    async def leave(self) -> None:
        self.left.set()
        await asyncio.wait_for(self.request, PATIENCE)


@asynccontextmanager
async def running_hub() -> AsyncIterator[tuple[Hub, World]]:
    world, hub = World(), Hub()
    source = Source(world.newest, world.events_after, [world.render], world.changes, world.usable)
    await hub.start(source)
    try:
        yield hub, world
    finally:
        await hub.stop()
