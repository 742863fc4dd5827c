"""The web process: Django for pages and the API, the live hub for ``/events`` and for waiting clients."""

import asyncio
import os
import signal
import sqlite3
import threading
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from functools import partial
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django_application = get_asgi_application()

from django.db import connection  # noqa: E402  Django must be set up before the rooms are imported

from api.reading import BOUND as API_BOUND  # noqa: E402
from api.waiting import frames as calls  # noqa: E402
from api.waiting.call import Call  # noqa: E402
from api.waiting.routes import waiting_route  # noqa: E402
from api.waiting.trouble import unless_trouble  # noqa: E402
from dispatch.chat import connections as chats  # noqa: E402
from runs import live as pages  # noqa: E402
from teams.grants import usable_grants  # noqa: E402
from web import live, paths  # noqa: E402
from web.bell import rings  # noqa: E402
from web.bodies import FILES, PAGES, Bound, bounded  # noqa: E402
from web.full import held_open  # noqa: E402
from web.garbage import collect_seldom  # noqa: E402
from web.hub import Frame, News, Receive, Scope, Send, Source, hub  # noqa: E402

LOOK_EVERY_SECONDS, LOOK_SELDOM_SECONDS = 0.005, 0.01  # while somebody listens, and while nobody does
UPLOAD_PATH = "/sources/new/"


async def sqlite_changes() -> AsyncGenerator[None, None]:
    """Yields when another connection has written: SQLite counts commits in ``data_version``."""
    database = sqlite3.connect(f"file:{settings.DATABASES['default']['NAME']}?mode=ro", uri=True)
    try:
        seen = None
        while True:
            (version,) = database.execute("PRAGMA data_version").fetchone()
            if version != seen:
                seen = version
                yield
            await asyncio.sleep(LOOK_EVERY_SECONDS if hub.listeners else LOOK_SELDOM_SECONDS)
    finally:
        database.close()


async def polled_changes() -> AsyncGenerator[None, None]:
    """Yields at short intervals: for PostgreSQL without a broker, where nobody tells of commits."""
    while True:
        yield
        await asyncio.sleep(0.1)


def changes_here() -> Callable[[], AsyncGenerator[None, None]]:
    """How this installation hears of commits: from SQLite itself, from who commits, or not at all."""
    if connection.vendor == "sqlite":
        return sqlite_changes
    return partial(rings, settings.REDIS_URL) if settings.REDIS_URL else polled_changes


async def for_calls(news: News) -> Mapping[str, Sequence[Frame]]:
    """Frames for clients of the API. What concerns pages alone is not sent through a thread for them."""
    others = {topic: its for topic, its in news.items() if not topic.startswith(pages.PAGES)}
    return await calls.render(others) if others else {}


source = Source(
    newest=pages.newest,
    events_after=pages.events_after,
    renderers=[for_calls, pages.render],
    changes=changes_here(),
    usable=pages.in_a_thread(usable_grants),
)


def at_the_first_sign_of_the_end(act: Callable[[], None]) -> None:
    """Have this done in the running loop when a signal asks the process to end.

    The server itself tells the application once every request has been answered, and a stream never is.
    """
    if threading.current_thread() is not threading.main_thread():
        return  # signals are no matter of ours: a test's loop, not a server's process
    loop = asyncio.get_running_loop()

    def chained(before: Callable[[int, FrameType | None], Any], number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(act)
        before(number, frame)

    for number in (signal.SIGTERM, signal.SIGINT):
        if callable(before := signal.getsignal(number)):
            signal.signal(number, partial(chained, before))


async def lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            held = held_open()  # until the end
            await hub.start(source)
            at_the_first_sign_of_the_end(hub.close)
            collect_seldom()
            await send({"type": "lifespan.startup.complete"})
        else:
            await hub.stop()
            for database in held:
                database.close()
            await chats.aclose()
            await send({"type": "lifespan.shutdown.complete"})
            return


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await lifespan(receive, send)
    elif scope["path"] == "/events" and scope["method"] == "GET":
        await live.answer(hub, pages.authorise, scope, receive, send)
    elif route := waiting_route(scope):
        wait, names = route
        await unless_trouble(wait, Call(scope, receive, send, names))
    else:
        await bounded(django_application, scope, receive, send, bound_of(scope["path"]))


def bound_of(path: str) -> Bound:
    """The most that a request to this path may send."""
    if path.startswith(paths.API):
        return API_BOUND
    return FILES if path == UPLOAD_PATH else PAGES
