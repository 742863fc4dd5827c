"""The address of a provider, as a person types it."""

import ipaddress

import httpx

from provider.transport import is_forbidden

EXAMPLE = "https://api.parallel.ai"


def check_base_url(text: str) -> str:
    """The address without a slash or a version at its end; ValueError for one that can't be used.

    Plain http would send the key in the open, so it is for machines of one's own network alone.
    """
    try:
        url = httpx.URL(text.strip())
    except (httpx.InvalidURL, TypeError) as error:
        raise ValueError(f"This is not a web address. Give one such as {EXAMPLE}.") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise ValueError(f"Give an address that begins with https://, such as {EXAMPLE}.")
    if url.userinfo or url.query or url.fragment:
        raise ValueError("Give the address alone, without a user name, a question mark or a # sign.")
    if is_forbidden(url.host):
        raise ValueError("This address belongs to the machine's own platform and is never called.")
    if url.scheme == "http" and not is_near(url.host):
        raise ValueError("Use https: over http the key would travel where others can read it.")
    bare = str(url).rstrip("/")
    return bare.removesuffix("/v1").removesuffix("/v1beta").rstrip("/")  # the paths begin with it


def is_near(host: str) -> bool:
    """True for this machine, a private address, or a name that only one's own network can know."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "." not in host or host.endswith((".local", ".internal", ".lan", ".localhost"))
    return address.is_loopback or address.is_private
