"""Fetching what users and web pages name, without reaching into the networks that this machine can see."""

import codecs
import ssl
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpcore
import httpx

from engine.guard import (
    GuardedBackend,
    NotFetched,
    Refused,
    Resolve,
    TimedOut,
    Unreachable,
    check_url,
    system_addresses,
)

__all__ = [
    "Fetched",
    "NotFetched",
    "Refused",
    "TimedOut",
    "TooLarge",
    "Unreachable",
    "check_url",
    "fetch",
    "post",
]

MOST_REDIRECTS = 5
USER_AGENT = "Groundwork"


class TooLarge(NotFetched):
    pass


@dataclass(frozen=True)
class Fetched:
    url: str
    """After the redirects."""
    status: int
    content_type: str
    """In lower case, without parameters; empty if the server named none."""
    body: bytes
    charset: str
    """A codec that Python knows; empty if the server named none."""


def fetch(
    url: str,
    *,
    allow_private: frozenset[str] = frozenset(),
    timeout: float = 20.0,
    most_bytes: int = 5_000_000,
    headers: Mapping[str, str] | None = None,
    resolve: Resolve = system_addresses,
) -> Fetched:
    """GET, whatever its status, following redirects; ``timeout`` (seconds) covers all of it.

    ``allow_private`` names hosts, as ``host`` or ``host:port``, that may be on a private network.
    ``most_bytes`` counts what is received and what it unpacks to. Raises ``NotFetched``.
    """
    backend = GuardedBackend(allow_private, timeout, resolve)
    sent = {"user-agent": USER_AGENT, **(headers or {}), "accept-encoding": "gzip"}
    with answer("GET", url, backend, headers=sent, follow_redirects=True) as response:
        return Fetched(
            url=str(response.url),
            status=response.status_code,
            content_type=response.headers.get("content-type", "").partition(";")[0].strip().lower(),
            body=read_body(response, most_bytes),
            charset=known_charset(response.charset_encoding),
        )


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    allow_private: frozenset[str] = frozenset(),
    timeout: float = 10.0,
    resolve: Resolve = system_addresses,
) -> int:
    """POST the bytes and return the status; a redirect is not followed. Raises ``NotFetched``."""
    backend = GuardedBackend(allow_private, timeout, resolve)
    sent = {"user-agent": USER_AGENT, **headers}
    with answer("POST", url, backend, headers=sent, content=body) as response:
        return response.status_code


def known_charset(name: str | None) -> str:
    try:
        return codecs.lookup(name).name if name else ""
    except (LookupError, ValueError):
        return ""


def read_body(response: httpx.Response, most_bytes: int) -> bytes:
    """The body, unpacked piece by piece, so that a small answer cannot grow to fill the memory."""
    unpack = unpacker(response.headers.get("content-encoding", ""))
    body, received = bytearray(), 0
    for chunk in response.iter_raw():
        received += len(chunk)
        body += unpack(chunk, most_bytes + 1 - len(body))
        if max(received, len(body)) > most_bytes:
            raise TooLarge(f"The page is larger than {most_bytes:,} bytes.")
    return bytes(body)


def unpacker(encoding: str) -> Callable[[bytes, int], bytes]:
    """How to unpack the next bytes of a body to at most so many."""
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return lambda chunk, most: chunk
    if encoding in ("gzip", "x-gzip"):
        return zlib.decompressobj(wbits=zlib.MAX_WBITS | 16).decompress
    raise Unreachable(f"The server packed its answer as {encoding[:40]}, which was not asked for.")


@contextmanager
def answer(method: str, url: str, backend: GuardedBackend, **options: Any) -> Iterator[httpx.Response]:
    """The answer, its body still to be read; whatever goes wrong, meanwhile too, is a ``NotFetched``."""
    parsed = check_url(url)
    client = httpx.Client(
        transport=GuardedTransport(backend),
        trust_env=False,
        timeout=backend.timeout,
        max_redirects=MOST_REDIRECTS,
    )
    try:
        with client, client.stream(method, parsed, **options) as response:
            yield response
    except httpcore.TimeoutException as error:
        raise TimedOut(f"{parsed.host} took longer than {backend.timeout:g} seconds.") from error
    except httpx.TooManyRedirects as error:
        raise Unreachable(f"{parsed.host} redirects more than {MOST_REDIRECTS} times.") from error
    except (httpcore.NetworkError, httpcore.ProtocolError, httpx.HTTPError, zlib.error) as error:
        raise Unreachable(
            f"{parsed.host} gave no usable answer ({error or type(error).__name__})."
        ) from error


@cache
def certificates() -> ssl.SSLContext:
    """Which authorities are trusted; reading them takes longer than a small fetch."""
    return httpx.create_ssl_context()


class GuardedTransport(httpx.BaseTransport):
    """Carries httpx's requests, each redirect too, over connections that ``backend`` makes."""

    def __init__(self, backend: GuardedBackend) -> None:
        self.pool = httpcore.ConnectionPool(ssl_context=certificates(), network_backend=backend)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = check_url(request.url)
        answered = self.pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            answered.status, headers=answered.headers, stream=Body(answered), extensions=answered.extensions
        )

    def close(self) -> None:
        self.pool.close()


class Body(httpx.SyncByteStream):
    def __init__(self, answered: httpcore.Response) -> None:
        self.answered = answered

    def __iter__(self) -> Iterator[bytes]:
        return self.answered.iter_stream()

    def close(self) -> None:
        self.answered.close()
