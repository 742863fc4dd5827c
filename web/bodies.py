"""A bound on what a request may send. Django would put any length on disk before a view sees it."""

from collections.abc import Awaitable, Callable

from web.live import Receive, Scope, Send

Application = Callable[[Scope, Receive, Send], Awaitable[None]]

LONGEST_BODY = 4 * 1024 * 1024
SENTENCE = b"This request is too large: 4 MB are the most that is read. Send less."


class TooLong(Exception):
    pass


async def bounded(application: Application, scope: Scope, receive: Receive, send: Send) -> None:
    """Serve the request, or answer 413 as soon as its body, announced or sent, is longer than 4 MiB."""
    announced = dict(scope["headers"]).get(b"content-length", b"0")
    if announced.isdigit() and int(announced) > LONGEST_BODY:
        await refuse(send)
        return
    came = 0

    async def counted() -> dict:
        nonlocal came
        message = await receive()
        came += len(message.get("body", b""))
        if came > LONGEST_BODY:
            raise TooLong
        return message

    try:
        await application(scope, counted, send)
    except TooLong:
        await refuse(send)


async def refuse(send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": SENTENCE})
