"""A client that listens to a stream while things happen, and the hub that tells it of them."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from api.waiting import frames
from api.waiting.call import Call
from api.waiting.routes import waiting_route
from runs import live
from runs.live import in_a_thread
from teams.grants import usable_grants
from web.hub import Source, hub

PATIENCE = 5
"""Seconds until a test that waits for an event gives up."""


class Listening:
    """One request for a stream. ``event()`` is the next server-sent event; None when the stream has ended."""

    def __init__(self, path: str, token: str, query: str = "") -> None:
        scope = {"type": "http", "method": "GET", "path": path, "query_string": query.encode()}
        wait, names = waiting_route(scope)
        scope["headers"] = [(b"host", b"testserver"), (b"x-api-key", token.encode())]
        self.messages: asyncio.Queue[dict] = asyncio.Queue()
        self.left = asyncio.Event()
        self.text = ""
        self.call = asyncio.create_task(wait(Call(scope, self.receive, self.messages.put, names)))

    async def receive(self) -> dict:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def message(self) -> dict:
        return await asyncio.wait_for(self.messages.get(), PATIENCE)

    async def status(self) -> int:
        return (await self.message())["status"]

    async def event(self) -> dict | None:
        while "\n\n" not in self.text:
            message = await self.message()
            self.text += message.get("body", b"").decode()
            if not message.get("more_body") and "\n\n" not in self.text:
                return None
        block, _, self.text = self.text.partition("\n\n")
        return await self.event() if block.startswith(":") else told(block)

    async def types(self) -> list[str]:
        """What the rest of the stream says, by type."""
        found = []
        while event := await self.event():
            found.append(event["type"])
        return found

    async def leave(self) -> None:
        self.left.set()
        await asyncio.wait_for(self.call, PATIENCE)


def told(block: str) -> dict:
    """A server-sent event; its name is the type that its data repeats, and it has no id."""
    name, data = block.split("\n")
    body = json.loads(data.removeprefix("data: "))
    assert name == f"event: {body['type']}"
    return body


@asynccontextmanager
async def open_hub() -> AsyncIterator[asyncio.Event]:
    """The web process's hub at work. Set the event when something was written."""
    news = asyncio.Event()

    async def changes() -> AsyncIterator[None]:
        while True:
            await news.wait()
            news.clear()
            yield

    source = Source(live.newest, live.events_after, [frames.render], changes, in_a_thread(usable_grants))
    await hub.start(source)
    try:
        yield news
    finally:
        await hub.stop()
        hub.closing = False
