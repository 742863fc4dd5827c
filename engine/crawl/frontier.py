"""Which visits come next, read from the table that is the frontier, and new addresses into it."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from engine import sources
from engine.crawl.bounds import Bounds, Options
from engine.crawl.canonical import host_of
from engine.crawl.fetching import Task
from engine.crawl.simhash import Copy, NearCopies, title_words
from engine.crawl.sitemaps import MOST_NESTED
from engine.models import Source, Visit
from engine.router import ALIAS

CRAWLED = (sources.URL, sources.SITEMAP, sources.FILE, sources.MEDIAWIKI)
"""The kinds of sources whose pages are visited before anybody asks for them."""
ROWS_PER_PAGE = 4
"""So many addresses may be skipped for each one that is fetched, before no more are taken in."""
_MORE = "It has more than {most:,} pages. Allow more, or narrow it by patterns, to have the rest read."


class Known:
    """What must be known of a source while it is crawled; made anew from its rows at any time."""

    def __init__(self, source: Source) -> None:
        self.source = source
        options = Options.of(source.options)
        self.bounds = Bounds(source.address, options)
        self.seen, self.hosts = set[str](), set[str]()
        self.counted = self.sitemaps = 0
        for address, kind, state in source.visits.values_list("address", "kind", "state").iterator():
            self.see(address)
            is_sitemap = kind == Visit.Kind.SITEMAP
            self.sitemaps += is_sitemap
            self.counted += not is_sitemap and state != Visit.State.SKIPPED
        self.copies = NearCopies()
        kept = source.visits.filter(page__current=True, fingerprint__isnull=False)
        for row in kept.values_list("address", "fingerprint", "page__title", "claims").iterator():
            address, fingerprint, title, claims = row
            self.copies.add(Copy(address, fingerprint, title_words(title), claims))

    @property
    def room(self) -> int:
        """How many more pages it may take in."""
        most = self.bounds.options.most_pages
        return max(0, min(most - self.counted, ROWS_PER_PAGE * most - len(self.seen)))

    def see(self, address: str) -> None:
        self.seen.add(address)
        self.hosts.add(host_of(address))

    def belong(self, address: str) -> None:
        """Let a host to which its first page leads be one of its own, as long as it is known."""
        options = self.bounds.options
        site = host_of(address).partition("://")[2].removeprefix("www.")
        if site not in options.also:
            self.bounds = replace(self.bounds, options=replace(options, also=(*options.also, site)))
            self.source.options = self.bounds.options.stored()
            self.source.save(update_fields=["options"])


def recover() -> None:
    """Let what was being fetched when a crawler ended wait again."""
    Visit.objects.filter(state=Visit.State.FETCHING).update(state=Visit.State.WAITING)


def start_due(now: datetime) -> None:
    """Begin with the sources whose schedule says so."""
    idle = (Source.State.READY, Source.State.FAILED)
    for source in Source.objects.filter(state__in=idle, kind__in=CRAWLED, due_at__lte=now):
        sources.recrawl(source)


def crawling() -> list[Source]:
    return list(Source.objects.filter(state=Source.State.CRAWLING).order_by("began_at", "pk"))


def claim_files(source: Source, most: int) -> list[Visit]:
    """Files of the source that nobody has read yet, marked as being read."""
    if source.kind != sources.FILE or most < 1:
        return []
    waiting = source.visits.filter(kind=Visit.Kind.FILE, state=Visit.State.WAITING)
    return _claimed(list(waiting.order_by("due_at", "pk")[:most]))


def claim(
    known: Known, busy: Collection[str], hosts: int, most_of: Callable[[str], int]
) -> dict[str, list[Task]]:
    """The next visits for at most so many hosts that are not busy, by host, marked as being fetched.

    ``most_of`` says how many a host may be given at once.
    """
    waiting = known.source.visits.filter(state=Visit.State.WAITING, due_at__lte=timezone.now())
    taken: dict[str, list[Visit]] = {}
    for host in known.hosts.difference(busy):
        if visits := list(waiting.filter(host=host).order_by("due_at", "pk")[: most_of(host)]):
            taken[host] = visits
        if len(taken) == hosts:
            break
    _claimed([visit for visits in taken.values() for visit in visits])
    return {host: [task_of(visit, known) for visit in visits] for host, visits in taken.items()}


def take_in(
    known: Known, addresses: Iterable[str], *, depth: int, kind: str = Visit.Kind.PAGE, redirects: int = 0
) -> None:
    """Let those wait that are new to the source, as far as its budget goes; what is left out is noted."""
    if depth > known.bounds.options.most_depth:
        return
    new = [address for address in dict.fromkeys(addresses) if address not in known.seen]
    is_sitemap = kind == Visit.Kind.SITEMAP
    taken = new[: max(0, MOST_NESTED - known.sitemaps) if is_sitemap else known.room]
    if len(taken) < len(new):
        note_cut(known)
    due_at = timezone.now()
    Visit.objects.bulk_create(
        [
            Visit(
                source=known.source,
                kind=kind,
                address=address,
                host=host_of(address),
                depth=depth,
                redirects=redirects,
                due_at=due_at,
            )
            for address in taken
        ],
        ignore_conflicts=True,
    )
    for address in taken:
        known.see(address)
    if is_sitemap:
        known.sitemaps += len(taken)
    else:
        known.counted += len(taken)


def note_cut(known: Known) -> None:
    if not known.source.note:
        known.source.note = _MORE.format(most=known.bounds.options.most_pages)
        known.source.save(update_fields=["note"])


def finish(source: Source) -> bool:
    """Say that the source is crawled through, if it is."""
    open_states = (Visit.State.WAITING, Visit.State.FETCHING)
    with transaction.atomic(using=ALIAS):
        if source.visits.filter(state__in=open_states).exists():
            return False
        ended_at = timezone.now()
        error = "" if source.pages.current().exists() else _why_nothing(source)
        Source.objects.filter(pk=source.pk, state=Source.State.CRAWLING).update(
            state=Source.State.FAILED if error else Source.State.READY,
            error=error,
            ended_at=ended_at,
            due_at=sources.due(source, ended_at),
        )
    return True


def _why_nothing(source: Source) -> str:
    told = source.visits.exclude(error="").order_by("depth", "pk").values_list("error", flat=True).first()
    return told or "Nothing was found that could be read."


def _claimed(visits: list[Visit]) -> list[Visit]:
    Visit.objects.filter(pk__in=[visit.pk for visit in visits]).update(state=Visit.State.FETCHING)
    return visits


def task_of(visit: Visit, known: Known) -> Task:
    kept = visit.page_id is not None
    return Task(
        visit=visit.pk,
        source=visit.source_id,
        kind=visit.kind,
        address=visit.address,
        depth=visit.depth,
        tries=visit.tries,
        etag=visit.etag if kept else "",
        last_modified=visit.last_modified if kept else "",
        bounds=known.bounds,
        room=known.room,
        is_wiki=known.source.kind == sources.MEDIAWIKI,
        is_start=visit.address == known.source.address
        or (visit.depth == 0 and known.source.kind == sources.URL),
    )
