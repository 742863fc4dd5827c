"""One visit, from the host's rules to its answer; it touches no table, and so runs in any thread."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from engine.backends.mediawiki import MediaWiki
from engine.crawl.bounds import Bounds
from engine.crawl.canonical import canonical, host_of
from engine.crawl.hosts import Host, Stopped
from engine.crawl.sitemaps import MOST_BYTES, Listing, read_sitemap
from engine.models import Visit
from engine.net import Fetched, NotFetched, TimedOut, Unknown, Unreachable, Unwanted

State = Visit.State
RETRY_AFTER = (10.0, 60.0)
"""Seconds before an address that did not answer is tried again, and again; after that it has failed."""
LONGEST_RETRY_AFTER = 3_600.0
SITEMAP_SECONDS = 300.0
_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
_GONE = frozenset({404, 410})
_NOT_READ = re.compile(
    r"(?:image|video|audio|font|model)/|text/(?:css|javascript)$"
    r"|application/(?:(?:x-)?javascript|wasm|font-[\w-]+|vnd\.ms-fontobject)$"
)


@dataclass(frozen=True, slots=True)
class Task:
    """A visit as a thread gets it."""

    visit: int
    source: int
    kind: str
    address: str
    depth: int
    tries: int
    etag: str
    last_modified: str
    bounds: Bounds
    room: int
    """How many more addresses the source may take."""
    is_wiki: bool
    """Whether it is a MediaWiki's own interface that lists the pages."""
    is_start: bool
    """Whether the source begins here; wherever such a page leads, it belongs to the source."""


@dataclass(slots=True)
class Outcome:
    """What became of a visit: a page to be parsed, or a state with a sentence."""

    task: Task
    state: str = State.FAILED
    error: str = ""
    status: int | None = None
    fetched: Fetched | None = None
    """Without its body, once that is being parsed."""
    size: int | None = None
    """Bytes of that body."""
    listing: Listing | None = None
    sitemaps: tuple[str, ...] = ()
    """What the host's robots.txt names, where a source begins."""
    moved_to: str = ""
    """An address on another host that it leads to."""
    again_after: float | None = None
    """Seconds after which it is tried once more."""
    is_gone: bool = False
    """Whether what was indexed of it must leave the index."""


class Skipped(NotFetched):
    """It is left alone, for a reason that is nobody's fault."""


class Moved(NotFetched):
    """It leads to another host, which has rules and a turn of its own."""

    def __init__(self, address: str) -> None:
        super().__init__(f"It leads to {address}.")
        self.address = address


def visit(task: Task, host: Host) -> Outcome:
    """Whatever goes wrong is in the outcome; raises ``Stopped`` alone."""
    try:
        rules = host.permission()
        if rules.problem:
            return _later(task, rules.problem, None)
        if not rules.permit(task.address):
            return Outcome(
                task, State.SKIPPED, "The robots.txt of its host does not permit it.", is_gone=True
            )
        host.wait(host.delay(task.bounds.options.delay))
        ask = _page if task.kind != Visit.Kind.SITEMAP else _wiki if task.is_wiki else _sitemap
        outcome = ask(task, host)
    except Stopped:
        raise
    except Moved as moved:
        host.answered()
        return Outcome(task, State.DUPLICATE, str(moved), moved_to=moved.address, is_gone=True)
    except (Skipped, Unwanted) as error:
        host.answered()
        return Outcome(task, State.SKIPPED, str(error), is_gone=True)
    except (TimedOut, Unreachable) as error:
        host.failed()
        return (
            Outcome(task, error=str(error)) if isinstance(error, Unknown) else _later(task, str(error), None)
        )
    except NotFetched as error:
        return Outcome(task, error=str(error))
    host.answered()
    if task.is_start and task.kind == Visit.Kind.PAGE and task.bounds.options.most_depth:
        named = rules.sitemaps(host.name)
        outcome.sitemaps = tuple(address for address in named if task.bounds.holds(address))
    return outcome


def _page(task: Task, host: Host) -> Outcome:
    conditions = {"if-none-match": task.etag, "if-modified-since": task.last_modified}
    fetched = host.session.fetch(
        task.address,
        timeout=host.manners.page_seconds,
        most_bytes=task.bounds.options.most_bytes,
        headers={"accept": "text/html,*/*;q=0.5"}
        | {name: value for name, value in conditions.items() if value},
        is_wanted=lambda content_type: not _NOT_READ.match(content_type),
        may_follow=_follower(task, host),
    )
    if fetched.status == HTTPStatus.NOT_MODIFIED:
        return Outcome(task, State.UNCHANGED, status=fetched.status)
    if fetched.status >= 300:
        return _refused(task, host, fetched.status, fetched.headers.get("retry-after", ""))
    return Outcome(task, State.INDEXED, status=fetched.status, fetched=fetched)


def _sitemap(task: Task, host: Host) -> Outcome:
    with host.session.stream(
        task.address, timeout=SITEMAP_SECONDS, most_bytes=MOST_BYTES, may_follow=_follower(task, host)
    ) as (status, _, pieces):
        if status >= 300:
            return _refused(task, host, status, "")
        listing = read_sitemap(task.address, pieces, task.bounds, task.room)
    if not listing.pages and not listing.sitemaps and not listing.is_cut:
        return Outcome(task, error="The sitemap lists no page that belongs to this source.", status=status)
    return Outcome(task, State.LISTED, status=status, listing=listing)


def _wiki(task: Task, host: Host) -> Outcome:
    listed = [canonical(page.url) for page in MediaWiki(task.address, host.session).all_pages(task.room + 1)]
    pages = [address for address in listed if address and task.bounds.admit(address)]
    if not pages:
        return Outcome(task, error="The wiki lists no page that belongs to this source.")
    return Outcome(task, State.LISTED, listing=Listing(pages[: task.room], is_cut=len(listed) > task.room))


def _follower(task: Task, host: Host) -> Callable[[str], None]:
    """Lets redirects lead to permitted pages of the same host and source, each in the host's turn."""

    def may_follow(url: str) -> None:
        target = canonical(url)
        if not target:
            raise Skipped("It leads to an address that is too long, or not one of a web page.")
        if not task.is_start and not task.bounds.holds(target):
            raise Skipped(f"It leads to {target}, which does not belong to this source.")
        if host_of(target) != host.name:
            raise Moved(target)
        if not host.permission().permit(target):
            raise Skipped(f"It leads to {target}, which the robots.txt of its host does not permit.")
        host.session.backend.extend(host.wait(host.delay(task.bounds.options.delay)))

    return may_follow


def _refused(task: Task, host: Host, status: int, retry_after: str) -> Outcome:
    if status in _BUSY:
        after = _seconds(retry_after)
        if after is not None:
            host.hold(after)
        return _later(task, f"{_answered(status)} It may be overloaded.", after, status)
    if status in _GONE:
        return Outcome(
            task, error=f"There is no page at this address ({status}).", status=status, is_gone=True
        )
    return Outcome(task, error=_answered(status), status=status)


def _answered(status: int) -> str:
    try:
        return f"The server answered {status} ({HTTPStatus(status).phrase})."
    except ValueError:
        return f"The server answered {status}."


def _later(task: Task, error: str, after: float | None, status: int | None = None) -> Outcome:
    """Once more in a while, unless it was tried often enough."""
    if task.tries >= len(RETRY_AFTER):
        return Outcome(task, error=error, status=status)
    wait = max(RETRY_AFTER[task.tries], after or 0.0)
    return Outcome(task, State.WAITING, error, status=status, again_after=wait)


def _seconds(retry_after: str) -> float | None:
    """``Retry-After`` in seconds, given as such or as a date; None if it says nothing usable."""
    text = retry_after.strip()
    if text.isdecimal() and len(text) < 10:
        return min(float(text), LONGEST_RETRY_AFTER)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(0.0, (until - datetime.now(UTC)).total_seconds()), LONGEST_RETRY_AFTER)
