"""The live stream of pages, ``/events?topics=a,b``: the parts of a page that changed, as they change.

It is answered in plain ASGI, because a Django view would cost a thread and a database connection per open
page. A frame has its number as ``id``, so a browser that reconnects names the last one that it saw and is
sent what it missed.
"""

import re
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import parse_qs

from web.hub import MOST_AT_ONCE, OVER, RESYNC, Event, Frame, Hub, Listener, Receive, Scope, Send, by_topic

MOST_TOPICS = 50
MOST_CHANGED = 100
PING_SECONDS = 15.0
LONGEST_STREAM_SECONDS = 600.0
PING = b"event: ping\ndata: 1\n\n"  # an event, not a comment: a page that hears none knows that it is cut off
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


async def answer(hub: Hub, authorise: Authorise, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request for ``/events``."""
    asked = parse_qs(scope["query_string"].decode("latin-1"))
    topics = asked.get("topics", [""])[0].split(",")[:MOST_TOPICS]
    visitor = await authorise(scope, topics)
    if visitor is None:
        await refuse(send, 401, b"Sign in first.\n")
        return
    if not visitor.topics:
        await refuse(send, 404, b"There is no such topic.\n")
        return
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    listener = hub.join(visitor.topics, receive, visitor.grant)
    try:
        await send_on(send, PING)
        for frame in await missed(hub, visitor.topics, last_seen(scope, asked)):
            listener.put([frame])
        await stream(listener, send)
    finally:
        hub.leave(listener)


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


async def stream(listener: Listener, send: Send) -> None:
    """Send frames until the browser leaves, the server stops, or it is time to be authorised again."""
    until = time.monotonic() + LONGEST_STREAM_SECONDS
    while not listener.over and (left := until - time.monotonic()) > 0:
        frames = await listener.next(min(left, PING_SECONDS))
        if listener.over or any(frame.content is OVER for frame in frames):
            break
        for content in [frame.content for frame in frames] or [PING]:
            await send_on(send, content)
    if listener.over != "gone":
        with suppress(OSError):
            await send({"type": "http.response.body", "body": b""})


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
