"""Connections to a provider: httpx's interface over aiohttp's pool.

httpx's own pool looks at every connection for every request, so thousands of open streams make each request
slow; aiohttp's does not. No proxy, cookie or password of the environment is used, no redirect is followed,
and an address that a cloud gives its machines for their own secrets is never connected to.
"""

import ipaddress
import socket
from typing import Any

import aiohttp
import httpx
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from httpx_aiohttp import AiohttpTransport

CONNECT_SECONDS = 10.0
READ_SECONDS = 60.0
NEVER = (ipaddress.ip_network("169.254.0.0/16"), ipaddress.ip_network("fe80::/10"))
PLATFORMS = {ipaddress.ip_address(each) for each in ("168.63.129.16", "100.100.100.200", "fd00:ec2::254")}
"""What clouds call their metadata services by, apart from link-local addresses."""
NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_forbidden(host: str) -> bool:
    """True for the address of a cloud's metadata service, or any other that only this machine's link has."""
    try:
        address = ipaddress.ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return False
    real = getattr(address, "ipv4_mapped", None) or address
    if real in NAT64:
        real = ipaddress.ip_address(int(real) & 0xFFFF_FFFF)
    return real in PLATFORMS or any(real in network for network in NEVER)


def check_host(base_url: str) -> None:
    if is_forbidden(httpx.URL(base_url).host):
        raise ValueError("This address is never connected to.")


class NotConnected(OSError):
    """No connection came about, so nothing was asked."""


class GuardedResolver(AbstractResolver):
    """The system's resolver, without the addresses that are forbidden."""

    def __init__(self) -> None:
        self.system = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await self.system.resolve(host, port, family)
        allowed = [entry for entry in found if not is_forbidden(entry["host"])]
        if not allowed:
            raise OSError(f"{host} has no address that may be connected to")
        return allowed

    async def close(self) -> None:
        await self.system.close()


def open_session() -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(
        limit=0, resolver=GuardedResolver(), ttl_dns_cache=30, keepalive_timeout=30
    )
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        read_bufsize=2**18,
        timeout=aiohttp.ClientTimeout(sock_connect=CONNECT_SECONDS, sock_read=READ_SECONDS),
    )


def headers_for(key: str) -> dict[str, str]:
    return {"x-api-key": key, "user-agent": "Groundwork", "accept-encoding": "identity"}


def open_client(
    base_url: str, key: str, transport: httpx.AsyncBaseTransport | None = None, **more: Any
) -> httpx.AsyncClient:
    """A client of the API at `base_url`. Open it inside the event loop that uses it."""
    check_host(base_url)
    return httpx.AsyncClient(
        base_url=base_url,
        transport=transport or AiohttpTransport(client=open_session, trust_env=False),
        headers=headers_for(key),
        timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
        follow_redirects=False,
        trust_env=False,
        **more,
    )


def was_not_sent(error: Exception) -> bool:
    """True only if no connection came about.

    The transport calls a connection that the server closed after reading the request a ``ConnectTimeout``,
    so httpx's own classes can't tell; what aiohttp raised can.
    """
    raised = (error.__cause__ or error) if isinstance(error, httpx.TransportError) else error
    never = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, httpx.ConnectError, NotConnected)
    return isinstance(raised, never)
