"""Which addresses may be connected to, and connections that go nowhere else and end in time.

A host is looked up here, what the look-up gives is checked, and the connection goes to an address that
passed: there is no second look-up that could be answered differently.
"""

import ipaddress
import re
import socket
import ssl
import time
from collections.abc import Callable, Iterable
from typing import Any

import httpcore
import httpx

NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
UNICAST = ipaddress.IPv6Network("2000::/3")
ASSIGNMENTS = ipaddress.IPv4Network("192.0.0.0/24")
"""Of protocols, not of hosts; Python calls most of it global, and a cloud answers there about itself."""
EXAMPLES = ipaddress.IPv6Network("3fff::/20")
"""For documentation, since RFC 9637."""
PORTS = {None, *range(1, 65536)}
WEB_PORTS = frozenset({80, 443})
"""Where pages are served; what listens elsewhere may be no web server, and is not to be talked to."""
_HOST = re.compile(r"[^\s%\\/?#@]+")
PLATFORM = ipaddress.IPv4Address("168.63.129.16")
"""Public by its number, but inside Azure it answers as the machine's own platform."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Iterable[str]]
"""Host and port to the addresses it stands for, as text; ``OSError`` if there is none."""


class NotFetched(Exception):
    """Why nothing came back, as a sentence for the user."""


class Refused(NotFetched):
    """The address must not be fetched, now or later."""


class Unreachable(NotFetched):
    """The host is not known, does not answer, or does not speak HTTP."""


class Unknown(Unreachable):
    """There is no host of that name."""


class TimedOut(NotFetched):
    pass


def system_addresses(host: str, port: int) -> list[str]:
    """What the system's resolver says; it keeps its own time limit."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def check_url(url: str | httpx.URL) -> httpx.URL:
    """The parsed address, if it is one that could be fetched; its host is looked up only when it is."""
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, TypeError) as error:
        raise Refused("This is not a web address. Give one such as https://example.com/page.") from error
    if parsed.scheme not in ("http", "https"):
        raise Refused("Only http and https addresses can be fetched.")
    if not parsed.host or parsed.port not in PORTS:
        raise Refused(
            "The address names no host and port to connect to. Give one such as https://example.com/page."
        )
    if not _HOST.fullmatch(parsed.host):
        raise Refused("The host's name holds characters that no name may hold. Check the address.")
    if parsed.userinfo:
        raise Refused("The address holds a user name or a password. Remove the part before the @ sign.")
    return parsed


def is_public(address: Address) -> bool:
    """True for an address on the public internet; one that carries an IPv4 address is judged by that too."""
    if address == PLATFORM:
        return False
    if isinstance(address, ipaddress.IPv4Address):
        is_host = not (address.is_multicast or address.is_reserved or address in ASSIGNMENTS)
        return address.is_global and is_host
    if address.ipv4_mapped:
        return is_public(address.ipv4_mapped)
    if address in NAT64:
        return is_public(ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF))
    if address.sixtofour and not is_public(address.sixtofour):
        return False
    return address.is_global and address in UNICAST and address not in EXAMPLES


class GuardedBackend(httpcore.NetworkBackend):
    """Opens connections to public addresses, and to the hosts of ``allow_private``, until time is up."""

    def __init__(self, allow_private: frozenset[str], resolve: Resolve, *, any_port: bool = False) -> None:
        self.allow_private = {name.lower() for name in allow_private}
        self.resolve, self.any_port = resolve, any_port
        self.ends_at = 0.0
        self.opened = 0
        """How many connections were asked for."""
        self.sockets = httpcore.SyncBackend()

    def start(self, timeout: float) -> None:
        """From now on there are so many seconds for all that follows, on kept connections too."""
        self.ends_at = time.monotonic() + timeout

    def extend(self, seconds: float) -> None:
        """So much was spent on waiting for a host's turn, which is nobody's slowness."""
        self.ends_at += seconds

    def left(self) -> float:
        """Seconds until time is up."""
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise httpcore.TimeoutException
        return left

    def connect_tcp(self, host: str, port: int, *args: Any, **options: Any) -> httpcore.NetworkStream:
        self.opened += 1
        failure: Exception | None = None
        for address in self.addresses(host, port):
            try:
                return TimedStream(self.sockets.connect_tcp(address, port, self.left()), self)
            except httpcore.ConnectError as error:
                failure = error
        raise failure or Unreachable(f"{host} has no address to connect to.")

    def addresses(self, host: str, port: int) -> list[str]:
        """What to connect to, all of it checked; raises ``NotFetched`` if there is nothing."""
        allowed = self.is_allowed(host.lower().rstrip("."), port)
        if not (allowed or self.any_port or port in WEB_PORTS):
            raise Refused(
                f"Port {port} is none at which pages are served (80 and 443), so it is not fetched. "
                f"An operator can allow {host}:{port} with ALLOW_PRIVATE_FETCH."
            )
        try:
            found = list(self.resolve(host, port))
        except (OSError, UnicodeError) as error:
            raise Unknown(f"{host} could not be found. Check the address.") from error
        if allowed:
            return found
        public = [text for text in found if is_public(ipaddress.ip_address(text))]
        if found and not public:
            raise Refused(
                f"{host} is on a private network, so it is not fetched. An operator can allow it by name "
                "with ALLOW_PRIVATE_FETCH."
            )
        return public

    def is_allowed(self, host: str, port: int) -> bool:
        return not self.allow_private.isdisjoint({host, f"{host}:{port}", f"[{host}]:{port}"})


class TimedStream(httpcore.NetworkStream):
    """A connection whose every step may take what is left of the whole, not a time of its own."""

    def __init__(self, inner: httpcore.NetworkStream, backend: GuardedBackend) -> None:
        self.inner, self.backend = inner, backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.inner.read(max_bytes, self.backend.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.inner.write(buffer, self.backend.left())

    def close(self) -> None:
        self.inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return TimedStream(
            self.inner.start_tls(ssl_context, server_hostname, self.backend.left()), self.backend
        )

    def get_extra_info(self, info: str) -> Any:
        return self.inner.get_extra_info(info)
