"""Web addresses in an input, and whose they are."""

import re
from collections.abc import Iterable

from engine.library import Library, Named
from engine.names import host_of, parent_hosts

_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"']+", re.I)
_HOST = re.compile(r"(?<![@\w./-])(?:https?://)?(?:[a-z0-9-]+\.)+[a-z]{2,}\b[^\s<>\"']*", re.I)
_SECOND_LEVEL = frozenset({"co", "com", "org", "ac", "gov", "net"})


def hosts_in(text: str) -> list[str]:
    """The hosts of the addresses in a text, bare ones such as ``who.int`` among them."""
    found = (host_of(match[0].rstrip(".,;:!?)")) for match in _HOST.finditer(text))
    return [host for host in dict.fromkeys(found) if host]


def without_addresses(text: str) -> str:
    """The text with its addresses blanked out, so that no word of them is taken for a name."""
    if host_of(text):
        return ""
    return _ADDRESS.sub(lambda match: " " * len(match[0]), text)


def without_hosts(text: str) -> str:
    return _HOST.sub(" ", text)


def owners(hosts: Iterable[str], library: Library) -> list[Named]:
    """The pages whose subjects have these sites, in the order of the hosts."""
    wanted = [parent for host in hosts for parent in parent_hosts(host)]
    found = {named.key: named for named in library.named(wanted) if named.kind == "site"}
    return [found[host] for host in wanted if host in found]


def bearer(hosts: Iterable[str], library: Library) -> Named | None:
    """The one organisation whose name stands in a host: ``apple.com`` is likely to be Apple's."""
    keys = [name for host in hosts if len(name := _own_label(host)) > 2]
    found = [named for named in library.named(keys) if named.page_kind == "organisation"]
    return found[0] if len({named.page_id for named in found}) == 1 else None


def _own_label(host: str) -> str:
    """``apple`` of ``www.apple.com`` and of ``store.apple.co.uk``."""
    labels = host.split(".")[:-1]
    if len(labels) > 1 and labels[-1] in _SECOND_LEVEL:
        labels.pop()
    return labels[-1].replace("-", " ") if labels else ""
