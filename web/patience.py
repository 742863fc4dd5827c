"""Long polling without a thread or a database connection per waiting client.

The view answers at once, with 408 while there is nothing to tell. This asks it again whenever its topic has
news, and lets a 408 through only when the time is up.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

from web.live import Hub, Receive, Scope, Send, disconnected

Application = Callable[[Scope, Receive, Send], Awaitable[None]]

STILL_WAITING = 408
ASK_AGAIN_SECONDS = 30.0
"""Also without news: should the hub have lost the database for a moment, the answer is only late."""


async def ask_until_ready(
    application: Application,
    scope: Scope,
    receive: Receive,
    send: Send,
    *,
    hub: Hub,
    topic: str,
    seconds: float,
) -> None:
    deadline = time.monotonic() + seconds
    async with hub.listen([topic], wants_frames=False) as news:
        gone = asyncio.create_task(disconnected(receive))
        try:
            while not gone.done():
                answer = await ask(application, scope)
                left = deadline - time.monotonic()
                if answer[0]["status"] != STILL_WAITING or left <= 0 or hub.closing.is_set():
                    for message in answer:
                        await send(message)
                    return
                await first_of(news.queue.get(), gone, timeout=min(left, ASK_AGAIN_SECONDS))
                while not news.queue.empty():
                    news.queue.get_nowait()  # one question answers all of it
        finally:
            gone.cancel()


async def ask(application: Application, scope: Scope) -> list[dict]:
    """The messages with which the application answers a request without a body."""
    answer: list[dict] = []
    body = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> dict:
        if message := next(body, None):
            return message
        return await asyncio.Future()  # the client's leaving is watched for outside; nothing more comes

    async def keep(message: dict) -> None:
        answer.append(message)

    await application(dict(scope), receive, keep)
    return answer


async def first_of(news: Awaitable[bytes], gone: asyncio.Task[None], *, timeout: float) -> None:
    waiting = asyncio.ensure_future(news)
    await asyncio.wait({waiting, gone}, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
