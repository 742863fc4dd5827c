"""HTTP/1.1: connections, and one exchange of request and answer after another on each."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

import httptools

from tests.upstream.bodies import EVENTS, Answer

if TYPE_CHECKING:
    from tests.upstream.server import Upstream

HIGH_WATER = 1 << 20


@lru_cache(maxsize=64)
def head(status: int, kind: bytes) -> bytes:
    phrase = HTTPStatus(status).phrase.encode()
    return b"HTTP/1.1 %d %b\r\ncontent-type: %b\r\nserver: upstream\r\n" % (status, phrase, kind)


def encoded(answer: Answer) -> bytes:
    """An answer as it goes over the wire, with its content-length."""
    start = head(answer.status, answer.kind)
    return b"%b%bcontent-length: %d\r\n\r\n%b" % (start, answer.headers, len(answer.body), answer.body)


class Connection(asyncio.Protocol):
    """One connection; requests that come early wait until the one before is answered."""

    def __init__(self, upstream: Upstream) -> None:
        self.upstream = upstream
        self.parser = httptools.HttpRequestParser(self)
        self.transport: Any = None
        self.current: Exchange | None = None
        self.controls = False  # its last request was for a control endpoint
        self.is_full = False
        self._waiting: deque[Exchange] = deque()
        self._coming: Exchange | None = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        transport.set_write_buffer_limits(high=HIGH_WATER)
        self.upstream.connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.upstream.connections.discard(self)
        self._waiting.clear()
        if self.current:
            self.current.lose()

    def data_received(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserError:
            self.transport.abort()

    def pause_writing(self) -> None:
        self.is_full = True

    def resume_writing(self) -> None:
        self.is_full = False
        if self.current and self.current.when_writable:
            self.current.when_writable()

    # what the parser calls

    def on_message_begin(self) -> None:
        self._coming = Exchange(self)

    def on_url(self, url: bytes) -> None:
        self._coming.target += url.decode("latin-1")

    def on_header(self, name: bytes, value: bytes) -> None:
        if len(name) == 9 and name.lower() == b"x-api-key":
            self._coming.key = value.decode("latin-1")
        elif len(name) == 13 and name.lower() == b"authorization" and not self._coming.key:
            self._coming.key = value.decode("latin-1").removeprefix("Bearer ")

    def on_body(self, body: bytes) -> None:
        self._coming.body += body

    def on_message_complete(self) -> None:
        exchange = self._coming
        exchange.method = self.parser.get_method().decode()
        exchange.keep_alive = self.parser.should_keep_alive()
        exchange.path, _, exchange.query_text = exchange.target.partition("?")
        if self.current:
            self._waiting.append(exchange)
        else:
            self._begin(exchange)

    def _begin(self, exchange: Exchange) -> None:
        self.current = exchange
        self.upstream.take(exchange)

    def done(self, exchange: Exchange) -> None:
        """The exchange is over: the next one, if there is one."""
        self.current = None
        if not exchange.keep_alive:
            self.transport.close()
        elif self._waiting:
            self._begin(self._waiting.popleft())


class Exchange:
    """One request, and the ways to answer it; after the client left, answering does nothing."""

    __slots__ = (
        "body",
        "connection",
        "is_over",
        "keep_alive",
        "key",
        "method",
        "path",
        "query_text",
        "target",
        "when_lost",
        "when_writable",
    )

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.target = self.path = self.query_text = self.method = self.key = ""
        self.body = b""
        self.keep_alive = True
        self.is_over = False
        self.when_lost: Callable[[], None] | None = None
        self.when_writable: Callable[[], None] | None = None

    @property
    def query(self) -> dict[str, str]:
        pairs = (pair.partition("=") for pair in self.query_text.split("&") if pair)
        return {name: unquote_plus(value) for name, _, value in pairs}

    @property
    def is_full(self) -> bool:
        """More is written than the client has taken."""
        return self.connection.is_full

    def write(self, data: bytes) -> None:
        if not self.is_over:
            self.connection.transport.write(data)

    def reply(self, answer: Answer) -> None:
        self.write(encoded(answer))
        self.finish()

    def begin_stream(self) -> None:
        """The head of an event stream, which `send` and `finish_stream` go on with."""
        self.write(head(200, EVENTS) + b"cache-control: no-store\r\ntransfer-encoding: chunked\r\n\r\n")

    def send(self, data: bytes) -> None:
        self.write(b"%x\r\n%b\r\n" % (len(data), data))

    def finish_stream(self) -> None:
        self.write(b"0\r\n\r\n")
        self.finish()

    def finish(self) -> None:
        if not self.is_over:
            self.is_over = True
            self.connection.done(self)

    def cut_short(self, answer: Answer) -> None:
        """A head that promises the whole body, half of it, and the end."""
        whole = encoded(answer)
        self.write(whole[: len(whole) - len(answer.body) // 2 - 1])
        self.close()

    def close(self) -> None:
        """End the connection once what was written is out; nobody is told that the client left."""
        self.is_over, self.when_lost = True, None
        self.connection.transport.close()

    def reset(self) -> None:
        """End the connection at once; nobody is told that the client left."""
        self.is_over, self.when_lost = True, None
        self.connection.transport.abort()

    def lose(self) -> None:
        """The connection is gone."""
        self.is_over = True
        if self.when_lost:
            self.when_lost()
