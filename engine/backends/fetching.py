"""Fetching what back ends found: hosts beside each other, and each no faster than it likes."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Event
from time import monotonic

from engine.backends.finding import BackEnd, Found
from engine.backends.mediawiki import MediaWiki
from engine.crawl.canonical import canonical, host_of
from engine.crawl.hosts import Host, Manners
from engine.models import Source
from engine.net import Fetched, NotFetched

HOSTS_AT_ONCE = 4
MOST_BYTES = 10_000_000
MOST_REDIRECTS = 3
_ACCEPT = {"accept": "text/html,*/*;q=0.5"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page to be fetched for a source."""

    source: Source
    back_end: BackEnd
    found: Found
    address: str
    """Canonical."""


@dataclass(frozen=True, slots=True)
class Got:
    wanted: Wanted
    fetched: Fetched | None = None
    problem: str = ""


class _Elsewhere(NotFetched):
    """It leads to another host, which has rules of its own."""

    def __init__(self, address: str) -> None:
        super().__init__(f"It leads to {address}.")
        self.address = address


def fetched(wanted: Sequence[Wanted], manners: Manners, until: float) -> Iterator[Got]:
    """As they come: hosts beside each other, the pages of one after the other."""
    by_host: dict[str, list[Wanted]] = {}
    for one in wanted:
        by_host.setdefault(host_of(one.address), []).append(one)
    stopping, done = Event(), SimpleQueue[Got | None]()
    pool = ThreadPoolExecutor(HOSTS_AT_ONCE)
    work = _Work(manners, until, stopping, done.put)
    try:
        hosts = [pool.submit(work.of_host, name, some) for name, some in by_host.items()]
        for _ in hosts:
            while got := done.get():
                yield got
        for host in hosts:
            host.result()
    finally:
        stopping.set()
        pool.shutdown(wait=False, cancel_futures=True)


@dataclass(frozen=True, slots=True)
class _Work:
    """What a thread does for one host."""

    manners: Manners
    until: float
    """On the monotonic clock."""
    stopping: Event
    put: Callable[[Got | None], None]
    """Takes what was got, and None at the end."""

    def of_host(self, name: str, wanted: Sequence[Wanted]) -> None:
        hosts = {name: self.host(name)}
        try:
            for one in wanted:
                if self.stopping.is_set() or monotonic() > self.until:
                    break
                self.put(self.got(one, hosts))
        finally:
            for host in hosts.values():
                host.session.close()
            self.put(None)

    def host(self, name: str) -> Host:
        return Host(name, self.manners, self.stopping)

    def got(self, wanted: Wanted, hosts: dict[str, Host]) -> Got:
        try:
            own = _paced(hosts[host_of(wanted.address)], wanted)
            return Got(wanted, own or self.followed(wanted.address, hosts))
        except NotFetched as error:
            return Got(wanted, problem=str(error))

    def followed(self, address: str, hosts: dict[str, Host]) -> Fetched:
        for _ in range(MOST_REDIRECTS + 1):
            name = host_of(address)
            host = hosts.setdefault(name, self.host(name))
            try:
                return _page(address, host)
            except _Elsewhere as elsewhere:
                address = elsewhere.address
        raise NotFetched(f"It leads from address to address, at last to {address}.")


def _paced(host: Host, wanted: Wanted) -> Fetched | None:
    """The page as its back end gives it, if it does; it is asked in the host's turn."""
    if not isinstance(wanted.back_end, MediaWiki):
        return None
    host.wait(host.delay(None))
    return wanted.back_end.page(wanted.found)


def _page(address: str, host: Host) -> Fetched:
    _check(address, host)
    host.wait(host.delay(None))

    def may_follow(url: str) -> None:
        target = canonical(url)
        if host_of(target) != host.name:
            raise _Elsewhere(target)
        _check(target, host)

    fetched = host.session.fetch(
        address,
        timeout=host.manners.page_seconds,
        most_bytes=MOST_BYTES,
        headers=_ACCEPT,
        may_follow=may_follow,
    )
    if fetched.status >= 300:
        raise NotFetched(f"The server answered {fetched.status}.")
    return fetched


def _check(address: str, host: Host) -> None:
    rules = host.permission()
    if rules.problem:
        raise NotFetched(rules.problem)
    if not rules.permit(address):
        raise NotFetched("The robots.txt of its host does not permit it.")
