"""A frame as a chunk of an answer that has begun, made once for all pages that are sent it.

ASGI has each page's frame wrapped, passed through two coroutines and joined anew, which costs as much as the
kernel's part of the delivery. Groundwork is served by uvicorn on httptools, so the transport is at hand:
what is written to it here are the bytes that uvicorn itself would write. With any other server there is no
``Cycle``, and everything goes through ``send``.
"""

from collections.abc import Sequence
from typing import Any

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle as Cycle

from web.hub import OVER, Frame, Send

NOTHING: tuple[Frame, ...] = ()
_newest: tuple[Sequence[Frame], bytes] = (NOTHING, b"")
"""The frames that were made a chunk last: the hub hands the very same ones to all who listen."""


def cycle_of(send: Send) -> Cycle | None:
    """The server's side of the request that is answered by this ``send``, if it can be written to here."""
    cycle: Any = getattr(send, "__self__", None)
    return cycle if isinstance(cycle, Cycle) else None


def write(cycle: Cycle, frames: Sequence[Frame]) -> bool:
    """Write the frames, unless the browser keeps up no more, is gone, or one of them ends the stream."""
    if cycle.transport.is_closing():
        tell_of_the_loss(cycle)
        return False
    if cycle.flow.write_paused or not cycle.chunked_encoding:
        return False
    chunk = chunk_of(frames)
    if chunk:
        cycle.transport.write(chunk)
    return bool(chunk)


def tell_of_the_loss(cycle: Cycle) -> None:
    """End the request's waiting: where another came behind it, the server tells only that one."""
    cycle.disconnected = True
    cycle.message_event.set()


def chunk_of(frames: Sequence[Frame]) -> bytes:
    """One chunk (RFC 9112, section 7.1); empty if a frame is none to be written."""
    global _newest
    if frames is not _newest[0]:
        contents = [content for _, content in frames]
        body = b"" if any(content is OVER for content in contents) else b"".join(contents)
        _newest = (frames, b"%x\r\n%b\r\n" % (len(body), body) if body else b"")
    return _newest[1]
