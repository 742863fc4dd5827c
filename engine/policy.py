"""Which pages a source policy lets a research call read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings


@dataclass(frozen=True, slots=True)
class SourcePolicy:
    """The API's source policy. What a non-empty include list names is all that may be read."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    after: date | None = None

    @property
    def empty(self) -> bool:
        return self == SourcePolicy()

    def admits(self, path: str, source_url: str, as_of: date | None) -> bool:
        """A page with no known date never comes after a date."""
        if self.after and (as_of is None or as_of < self.after):
            return False
        addresses = list(_addresses(path, source_url))
        if self.include:
            return any(_covers(entry, *address) for entry in self.include for address in addresses)
        return not any(_covers(entry, *address) for entry in self.exclude for address in addresses)


def read_policy(policy: dict[str, Any] | None) -> SourcePolicy:
    """The policy as sent in a request; ValueError if its ``after_date`` is no ISO date."""
    policy = policy or {}
    after = policy.get("after_date")
    return SourcePolicy(
        include=_entries(policy.get("include_domains") or ()),
        exclude=_entries(policy.get("exclude_domains") or ()),
        after=date.fromisoformat(after) if after else None,
    )


def _entries(entries: Iterable[str]) -> tuple[str, ...]:
    """Domains in lower case; of ``domain/path`` the path keeps its case, without a slash at the end."""
    parted = (entry.strip().partition("/") for entry in entries)
    return tuple(
        host.lower() + (f"/{path.rstrip('/')}" if path.strip("/") else "") for host, _, path in parted if host
    )


def _addresses(path: str, source_url: str) -> Iterable[tuple[str, str]]:
    """Host and path under which a page counts: its own address, and that of the source it was made from."""
    for address in (path, source_url):
        parts = urlsplit(address)
        if parts.hostname:
            yield parts.hostname.lower(), parts.path
        elif address:
            yield (urlsplit(settings.PUBLIC_URL).hostname or settings.HOST).lower(), parts.path


def _covers(entry: str, host: str, path: str) -> bool:
    """``.gov`` covers hosts that end so; ``a.org`` itself and its subdomains; ``a.org/b`` what lies below."""
    domain, slash, prefix = entry.partition("/")
    if domain.startswith("."):
        return host.endswith(domain)
    if host != domain and not host.endswith(f".{domain}"):
        return False
    return not slash or f"{path.rstrip('/')}/".startswith(f"/{prefix}/")
