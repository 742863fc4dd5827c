"""Chat that a hosted provider answers: its bytes go to the client as they come, and are not looked into."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from api.access import UNAUTHORIZED
from api.openai_errors import openai_error
from api.waiting.asking import Given
from api.waiting.call import Call, answer_json
from dispatch.chat import NotPassedOn, Passage, opened, passage
from provider.types_chat import ChatRequest
from runs.live import in_a_thread
from teams.grants import token_grant
from web.hub import Listener, hub

LOOK_SECONDS = 3600.0
EVENT_ENDS = (b"\n\n", b"\r\n\r\n")
STREAM_HEADERS = ((b"cache-control", b"no-store"), (b"x-accel-buffering", b"no"))


async def pass_on(call: Call, given: Given[ChatRequest]) -> None:
    """Ask the provider, for as long as the client listens and its token holds."""
    listener = hub.join([f"chat:{given.token.pk}"], call.receive, token_grant(given.token.pk))
    relay = Relay(call)
    try:
        goes_on = given.asked.previous_interaction_id is not None
        asked = await looked_up(given) if goes_on else passage_of(given)
        await while_heard(listener, relay.carry(asked, given.asked.stream))
        await relay.break_off(listener.over)
    except NotPassedOn as refused:
        await relay.refuse(refused)
    finally:
        hub.leave(listener)


def passage_of(given: Given[ChatRequest]) -> Passage:
    """Asks no table unless the request goes on from an earlier answer."""
    return passage(given.provider, given.asked, given.sent)


looked_up = in_a_thread(passage_of)


async def while_heard(listener: Listener, work: Coroutine[Any, Any, None]) -> None:
    """Do the work, or as much of it as is done when the listening is over."""
    task = asyncio.ensure_future(work)
    task.add_done_callback(lambda _: listener.wake())
    try:
        while not task.done() and not listener.over:
            await listener.next(LOOK_SECONDS)
    finally:
        if not task.done():
            task.cancel()
            await asyncio.wait([task])
    if not task.cancelled():
        task.result()


class Relay:
    """One answer on its way. What was not begun can still be refused; what was can only be broken off."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self.is_begun = self.is_over = False
        self.last = b"\n\n"

    async def carry(self, asked: Passage, streams: bool) -> None:
        async with opened(asked) as answer:
            kind = answer.header("content-type").encode("ascii", "replace")
            if not streams:
                body = await answer.body()
                await self.begin(kind, ((b"content-length", b"%d" % len(body)),))
                await self.end(body)
                return
            await self.begin(kind, STREAM_HEADERS)
            send = self.call.send
            async for part in answer.parts():
                self.last = part
                await send({"type": "http.response.body", "body": part, "more_body": True})
            await self.end()

    async def begin(self, kind: bytes, headers: tuple[tuple[bytes, bytes], ...]) -> None:
        self.is_begun = True
        head = {"type": "http.response.start", "status": 200}
        await self.call.send(head | {"headers": [(b"content-type", kind), *headers]})

    async def end(self, body: bytes = b"") -> None:
        self.is_over = True
        await self.call.send({"type": "http.response.body", "body": body})

    async def break_off(self, why: str) -> None:
        """Say why no more comes, if anybody is there to hear it."""
        if self.is_over or why == "gone":
            return
        if why == "withdrawn":
            await self.tell(401, UNAUTHORIZED)
        else:
            await self.tell(503, "The server restarts, and so the answer broke off. Ask again.")

    async def refuse(self, refused: NotPassedOn) -> None:
        headers = tuple((name.encode(), value.encode()) for name, value in refused.headers.items())
        await self.tell(refused.code, str(refused), headers, refused.param)

    async def tell(
        self,
        status: int,
        sentence: str,
        headers: tuple[tuple[bytes, bytes], ...] = (),
        param: str | None = None,
    ) -> None:
        """An error as the answer, or as the last event of one that was begun."""
        answer = answer_json(status, openai_error(status, sentence, param=param))
        if not self.is_begun:
            await self.call.reply(answer._replace(headers=headers))
        elif not self.is_over:
            gap = b"" if self.last.endswith(EVENT_ENDS) else b"\n\n"
            await self.end(b"%sdata: %s\n\n" % (gap, answer.body))
