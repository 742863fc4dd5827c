"""Fetching what users and web pages name, without reaching into the networks that this machine can see."""

import ssl
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpcore
import httpx

from engine.body import TooLarge, body_of, known_charset, type_of
from engine.guard import (
    GuardedBackend,
    NotFetched,
    Refused,
    Resolve,
    TimedOut,
    Unknown,
    Unreachable,
    check_url,
    system_addresses,
)

__all__ = [
    "Fetched",
    "NotFetched",
    "Refused",
    "Session",
    "TimedOut",
    "TooLarge",
    "Unknown",
    "Unreachable",
    "Unwanted",
    "check_url",
    "fetch",
    "post",
]

MOST_REDIRECTS = 5
USER_AGENT = "Groundwork"
KEPT_SECONDS = 10.0
"""How long a connection is kept for the next request."""


class Unwanted(NotFetched):
    """It is of a type that nobody here reads."""


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
    headers: Mapping[str, str] = field(default_factory=dict, compare=False)
    """All that the server sent, by names in lower case."""


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
    with closing(Session(allow_private=allow_private, resolve=resolve)) as session:
        return session.fetch(url, timeout=timeout, most_bytes=most_bytes, headers=headers)


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
    with (
        closing(Session(allow_private=allow_private, resolve=resolve, any_port=True)) as session,
        session.answer("POST", url, timeout, headers=headers, content=body) as response,
    ):
        return response.status_code


class Session:
    """Requests one after the other, over connections that are kept for the next; for one thread at a time."""

    def __init__(
        self,
        *,
        allow_private: frozenset[str] = frozenset(),
        user_agent: str = USER_AGENT,
        resolve: Resolve = system_addresses,
        any_port: bool = False,
    ) -> None:
        self.backend = GuardedBackend(allow_private, resolve, any_port=any_port)
        self.client = httpx.Client(
            transport=GuardedTransport(self.backend),
            trust_env=False,
            headers={"user-agent": user_agent},
            timeout=None,  # noqa: S113 - the backend keeps the time, of the whole and not of each step
        )

    def fetch(
        self,
        url: str,
        *,
        timeout: float = 20.0,
        most_bytes: int = 5_000_000,
        headers: Mapping[str, str] | None = None,
        is_wanted: Callable[[str], bool] = lambda content_type: True,
        may_follow: Callable[[str], None] = lambda url: None,
    ) -> Fetched:
        """As the function of that name; a type that is not wanted ends it before the body is read.

        ``may_follow`` is called with each address that a redirect leads to, and raises ``NotFetched`` to
        stop there.
        """
        sent = {**(headers or {}), "accept-encoding": "gzip"}
        with self.answer("GET", url, timeout, may_follow, headers=sent) as response:
            content_type = type_of(response)
            if response.is_success and not is_wanted(content_type):
                raise Unwanted(f"It is of the type {content_type[:80]}, which is not read here.")
            return Fetched(
                url=str(response.url),
                status=response.status_code,
                content_type=content_type,
                body=b"".join(body_of(response, most_bytes)),
                charset=known_charset(response.charset_encoding),
                headers=dict(response.headers),
            )

    @contextmanager
    def stream(
        self, url: str, *, timeout: float, most_bytes: int, may_follow: Callable[[str], None]
    ) -> Iterator[tuple[int, str, Iterator[bytes]]]:
        """Status, content type, and the body as pieces, of which one need not take all."""
        with self.answer("GET", url, timeout, may_follow, headers={"accept-encoding": "gzip"}) as response:
            yield response.status_code, type_of(response), body_of(response, most_bytes)

    @contextmanager
    def answer(
        self,
        method: str,
        url: str,
        timeout: float,
        may_follow: Callable[[str], None] | None = None,
        **options: Any,
    ) -> Iterator[httpx.Response]:
        """The answer, its body still to be read; whatever goes wrong, meanwhile too, is a ``NotFetched``.

        Redirects are followed if ``may_follow`` is given.
        """
        parsed = check_url(url)
        self.backend.start(timeout)
        self.client.cookies.clear()
        try:
            request = self.client.build_request(method, parsed, **options)
            response = self.sent(request)
            for _ in range(MOST_REDIRECTS):
                if may_follow is None or response.next_request is None:
                    break
                response.close()
                may_follow(str(response.next_request.url))
                response = self.sent(response.next_request)
            with closing(response):
                if may_follow and response.next_request:
                    raise Unreachable(f"{parsed.host} redirects more than {MOST_REDIRECTS} times.")
                yield response
        except httpcore.TimeoutException as error:
            raise TimedOut(f"{parsed.host} took longer than {timeout:g} seconds.") from error
        except (httpcore.NetworkError, httpcore.ProtocolError, httpx.HTTPError, zlib.error) as error:
            raise Unreachable(
                f"{parsed.host} gave no usable answer ({error or type(error).__name__})."
            ) from error

    def sent(self, request: httpx.Request) -> httpx.Response:
        """The answer; asked for again where the server closed a kept connection just as it was used."""
        opened = self.backend.opened
        try:
            return self.client.send(request, stream=True)
        except (httpcore.ReadError, httpcore.WriteError, httpcore.RemoteProtocolError):
            if request.method != "GET" or self.backend.opened != opened:
                raise
            return self.client.send(request, stream=True)

    def close(self) -> None:
        self.client.close()


@cache
def certificates() -> ssl.SSLContext:
    """Which authorities are trusted; reading them takes longer than a small fetch."""
    return httpx.create_ssl_context()


class GuardedTransport(httpx.BaseTransport):
    """Carries httpx's requests, each redirect too, over connections that ``backend`` makes."""

    def __init__(self, backend: GuardedBackend) -> None:
        self.pool = httpcore.ConnectionPool(
            ssl_context=certificates(),
            max_keepalive_connections=2,
            keepalive_expiry=KEPT_SECONDS,
            network_backend=backend,
        )

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
