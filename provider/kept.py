"""GETs over connections that are kept: for what is asked once for every run.

A general client spends most of a small request on what such a request never needs: cookies, redirects,
compression, a chain of hooks. Here a request is one write, and its answer what httptools (the parser that
serves our own pages, too) makes of the bytes.
"""

import asyncio
import socket
import ssl
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import aiohappyeyeballs
import httptools
from aiohttp.abc import AbstractResolver
from yarl import URL

from provider.transport import CONNECT_SECONDS, GuardedResolver, NotConnected

IDLE_SECONDS = 20.0
"""A connection that waited for longer may have been closed by the server just now, so it is not used."""
EYEBALL_SECONDS = 0.25
"""An address that does not answer for so long has the next one tried beside it (RFC 8305)."""


class LongBody(Exception):
    """The body is longer than what is read."""


@dataclass(slots=True)
class Answer:
    code: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    """By their names in small letters."""
    body: bytes = b""


class Connection(asyncio.Protocol):
    """One connection, for one request at a time."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self.transport: asyncio.Transport | None = None
        self.waiting: asyncio.Future[Answer] | None = None
        self.parser = httptools.HttpResponseParser(self)
        self.answer, self.parts, self.size = Answer(), [], 0
        self.is_reusable = True
        self.has_answered = False
        """Whether any byte came since the request was sent."""
        self.idle_since = 0.0

    @property
    def is_fit(self) -> bool:
        """Whether it can be asked something now."""
        is_open = self.is_reusable and self.transport is not None and not self.transport.is_closing()
        return is_open and time.monotonic() - self.idle_since < IDLE_SECONDS

    def ask(self, request: bytes) -> asyncio.Future[Answer]:
        self.parser = httptools.HttpResponseParser(self)
        self.has_answered = False
        self.waiting = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return self.waiting

    def close(self) -> None:
        self.is_reusable = False
        if self.transport:
            self.transport.abort()

    def fail(self, error: Exception) -> None:
        self.close()
        if self.waiting and not self.waiting.done():
            self.waiting.set_exception(error)

    # What asyncio calls

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        if self.waiting is None or self.waiting.done():
            self.close()  # nobody asked
            return
        self.has_answered = True
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self.fail(ConnectionError("the answer changes the protocol"))
        except httptools.HttpParserError as error:
            self.fail(ConnectionError(f"the answer is not HTTP: {error}"))

    def connection_lost(self, error: Exception | None) -> None:
        self.is_reusable = False
        if self.waiting is None or self.waiting.done():
            return
        if error is None and self.answer.code and self.ends_with_connection():
            self.finish()
        else:
            self.waiting.set_exception(error or ConnectionResetError("the server closed the connection"))

    def ends_with_connection(self) -> bool:
        headers = self.answer.headers
        return "content-length" not in headers and "chunked" not in headers.get("transfer-encoding", "")

    def finish(self) -> None:
        self.answer.body = b"".join(self.parts)
        if self.waiting and not self.waiting.done():
            self.waiting.set_result(self.answer)

    # What the parser calls

    def on_message_begin(self) -> None:
        if self.waiting is None or self.waiting.done():
            self.is_reusable = False  # a second answer to one request
        self.answer, self.parts, self.size = Answer(), [], 0

    def on_header(self, name: bytes, value: bytes) -> None:
        self.answer.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        self.answer.code = self.parser.get_status_code()

    def on_body(self, part: bytes) -> None:
        self.parts.append(part)
        self.size += len(part)
        if self.size > self.most_bytes:
            self.fail(LongBody())

    def on_message_complete(self) -> None:
        if self.answer.code < 200:  # there is more to come
            return
        self.is_reusable = self.is_reusable and self.parser.should_keep_alive()
        self.finish()


class KeptConnections:
    """``await kept.get(path)`` for paths below ``base_url``. Used, and closed, inside one event loop.

    NotConnected, another OSError or TimeoutError where no answer came; LongBody where it says too much.
    """

    def __init__(
        self,
        base_url: str,
        headers: Mapping[str, str],
        *,
        most_bytes: int,
        seconds: float,
        resolver: AbstractResolver | None = None,
    ) -> None:
        self.base = URL(base_url)
        self.most_bytes, self.seconds = most_bytes, seconds
        self.resolver = resolver or GuardedResolver()
        named = {"host": self.base.host_port_subcomponent or "", **headers}
        self.head = "".join(f"{checked(name)}: {checked(value)}\r\n" for name, value in named.items())
        self.prefix = self.base.raw_path.rstrip("/")
        self.idle: deque[Connection] = deque()
        """The one that waited for the shortest time comes last, and is used next."""

    async def get(self, path: str) -> Answer:
        request = f"GET {checked(self.prefix + path)} HTTP/1.1\r\n{self.head}\r\n".encode("latin-1")
        connection = self.kept()
        if connection:
            try:
                return await self.asked(connection, request)
            except ConnectionError:
                if connection.has_answered:
                    raise
        return await self.asked(await self.opened(), request)  # it was closed while it waited

    def kept(self) -> Connection | None:
        while self.idle:
            connection = self.idle.pop()
            if connection.is_fit:
                return connection
            connection.close()
        return None

    async def asked(self, connection: Connection, request: bytes) -> Answer:
        answer = connection.ask(request)
        late = asyncio.get_running_loop().call_later(self.seconds, connection.fail, TimeoutError())
        try:
            return await answer
        except asyncio.CancelledError:
            connection.close()
            raise
        finally:
            late.cancel()
            self.put_back(connection)

    def put_back(self, connection: Connection) -> None:
        connection.waiting = None
        if connection.is_reusable:
            connection.idle_since = time.monotonic()
            self.idle.append(connection)
        else:
            connection.close()
        while self.idle and not self.idle[0].is_fit:  # left over from a time when more were needed
            self.idle.popleft().close()

    async def opened(self) -> Connection:
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                connection = await self.connected()
        except (OSError, TimeoutError) as error:
            raise NotConnected(str(error) or "no connection came about in time") from error
        connection.idle_since = time.monotonic()
        return connection

    async def connected(self) -> Connection:
        host, loop = self.base.raw_host or "", asyncio.get_running_loop()
        found = await self.resolver.resolve(host, self.base.port or 0)
        infos = [
            (each["family"], socket.SOCK_STREAM, each["proto"], "", (each["host"], each["port"]))
            for each in found
        ]
        sock = await aiohappyeyeballs.start_connection(infos, happy_eyeballs_delay=EYEBALL_SECONDS)
        secure = {"ssl": tls(), "server_hostname": host} if self.base.scheme == "https" else {}
        try:
            _, made = await loop.create_connection(lambda: Connection(self.most_bytes), sock=sock, **secure)
        except BaseException:
            sock.close()
            raise
        return made

    async def aclose(self) -> None:
        for connection in self.idle:
            connection.close()
        self.idle.clear()
        await self.resolver.close()


@cache
def tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def checked(text: str) -> str:
    """The text as a part of a request's head; ValueError if it would be more than one part."""
    if any(ord(letter) < 0x20 or ord(letter) == 0x7F for letter in text):
        raise ValueError("A request's head can't hold control characters.")
    return text
