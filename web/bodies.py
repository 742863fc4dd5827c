"""A bound on what a request may send. Django would put any length on disk before a view sees it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from web.live import Receive, Scope, Send

Application = Callable[[Scope, Receive, Send], Awaitable[None]]

SENTENCE = b"This request is too large: 4 MB are the most that is read. Send less."


@dataclass(frozen=True, slots=True)
class Bound:
    """The most bytes of a body, and the answer to more of them."""

    longest: int
    content_type: bytes
    refusal: Callable[[], bytes]


FILES_SENTENCE = b"These files are too large together: 60 MB are the most at once. Add them in parts."

PAGES = Bound(4 * 1024 * 1024, b"text/plain; charset=utf-8", lambda: SENTENCE)
FILES = Bound(64 * 1024 * 1024, b"text/plain; charset=utf-8", lambda: FILES_SENTENCE)


class TooLong(Exception):
    pass


async def bounded(
    application: Application, scope: Scope, receive: Receive, send: Send, bound: Bound = PAGES
) -> None:
    """Serve the request, or answer 413 as soon as its body, announced or sent, is longer than the bound."""
    announced = dict(scope["headers"]).get(b"content-length", b"0")
    if announced.isdigit() and int(announced) > bound.longest:
        await refuse(send, bound)
        return
    came = 0

    async def counted() -> dict:
        """To Django the client of a body that is too long has left, so that it puts away what came."""
        nonlocal came
        message = await receive()
        came += len(message.get("body", b""))
        return message if came <= bound.longest else {"type": "http.disconnect"}

    await application(scope, counted, send)
    if came > bound.longest:
        await refuse(send, bound)


async def refuse(send: Send, bound: Bound) -> None:
    headers = [(b"content-type", bound.content_type), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": bound.refusal()})
