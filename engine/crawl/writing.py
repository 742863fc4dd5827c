"""What became of visits, into the tables: pages, states and new addresses in one transaction."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from engine.crawl.canonical import canonical
from engine.crawl.fetching import Outcome
from engine.crawl.frontier import Known, note_cut, take_in
from engine.crawl.jobs import Parsed
from engine.crawl.simhash import Copy, apart, title_words
from engine.document import Document
from engine.index import index_documents, retire_pages
from engine.models import Source, Visit
from engine.router import ALIAS

MOST_REDIRECTS = 5
CLAIMED_APART = 20
"""Bits in which a page may differ from the one that it names as its main address; of strangers 32 do."""
_CHANGED = (
    *("state", "error", "status", "tries", "due_at", "etag", "last_modified"),
    *("size", "fetched_at", "page", "fingerprint", "claims"),
)
_LONGEST_ETAG, _LONGEST_DATE = 500, 100
State = Visit.State


@dataclass(slots=True)
class Result:
    """A visit's outcome, with what was read where a page came."""

    outcome: Outcome
    parsed: Parsed | None = None


@dataclass(slots=True)
class _Batch:
    """What one transaction writes for one source."""

    known: Known
    visits: dict[int, Visit]
    documents: dict[str, tuple[Document, ...]] = field(default_factory=dict)
    indexed: dict[str, Visit] = field(default_factory=dict)
    """Visits whose pages are taken in, by the path of the page."""
    retired: list[str] = field(default_factory=list)
    """Paths of pages that leave the index."""


def write(results: Sequence[Result], known: dict[int, Known]) -> None:
    """Store the results of sources that still are; a page can be searched as soon as its visit says so."""
    if not results:
        return
    with transaction.atomic(using=ALIAS):
        by_source: dict[int, list[Result]] = defaultdict(list)
        for result in results:
            by_source[result.outcome.task.source].append(result)
        for source in Source.objects.filter(pk__in=by_source):
            _write(by_source[source.pk], known.get(source.pk) or known.setdefault(source.pk, Known(source)))


def _write(results: list[Result], known: Known) -> None:
    ids = [result.outcome.task.visit for result in results]
    batch = _Batch(known, Visit.objects.in_bulk(ids))
    for result in results:
        if visit := batch.visits.get(result.outcome.task.visit):
            _settle(visit, result, batch)
    retire_pages(known.source, _with_rows(known.source, batch.retired))
    _index(batch)
    # An insert that finds each row there: one short statement, where bulk_update writes a long one.
    Visit.objects.bulk_create(
        batch.visits.values(), update_conflicts=True, unique_fields=["pk"], update_fields=_CHANGED
    )


def _settle(visit: Visit, result: Result, batch: _Batch) -> None:
    outcome, known = result.outcome, batch.known
    visit.state, visit.error, visit.status = outcome.state, outcome.error, outcome.status
    visit.fetched_at = timezone.now()
    if outcome.again_after is not None:
        visit.tries += 1
        visit.due_at = visit.fetched_at + timedelta(seconds=outcome.again_after)
    if outcome.is_gone:
        _drop(visit, batch)
    if outcome.listing:
        _take_listing(visit, outcome, known)
    if outcome.moved_to:
        _move(visit, outcome, known)
    if result.parsed:
        _settle_page(visit, outcome, result.parsed, batch)
    if visit.state == State.SKIPPED and visit.kind != Visit.Kind.SITEMAP:
        known.counted -= 1
    if outcome.sitemaps:
        take_in(known, outcome.sitemaps, depth=1, kind=Visit.Kind.SITEMAP)


def _take_listing(visit: Visit, outcome: Outcome, known: Known) -> None:
    listing = outcome.listing
    take_in(known, listing.sitemaps, depth=visit.depth, kind=Visit.Kind.SITEMAP)
    take_in(known, listing.pages, depth=visit.depth)
    if listing.is_cut:
        note_cut(known)


def _move(visit: Visit, outcome: Outcome, known: Known) -> None:
    if visit.redirects >= MOST_REDIRECTS:
        visit.state, visit.error = (
            State.FAILED,
            f"It leads from address to address, at last to {outcome.moved_to}.",
        )
        return
    if outcome.task.is_start:
        known.belong(outcome.moved_to)
    kind = visit.kind
    take_in(known, [outcome.moved_to], depth=visit.depth, kind=kind, redirects=visit.redirects + 1)


def _settle_page(visit: Visit, outcome: Outcome, parsed: Parsed, batch: _Batch) -> None:
    known, said = batch.known, parsed.directions
    if outcome.fetched:
        visit = _at_its_end(visit, outcome, batch)
    take_in(known, said.links, depth=visit.depth + 1)
    take_in(known, filter(None, [said.claims]), depth=visit.depth)
    if visit.state != State.INDEXED:
        return
    if said.is_kept_out:
        visit.state, visit.error = State.SKIPPED, "The page asks not to be indexed."
        _drop(visit, batch)
    elif parsed.problem:
        visit.state, visit.error = State.SKIPPED if parsed.is_nothing else State.FAILED, parsed.problem
        if parsed.is_nothing:
            _drop(visit, batch)
    else:
        _take_page(visit, parsed, batch)


def _at_its_end(visit: Visit, outcome: Outcome, batch: _Batch) -> Visit:
    """The visit of the address where the redirects led: another one, if that is another address."""
    fetched, known = outcome.fetched, batch.known
    visit.size = outcome.size
    address = canonical(fetched.url)
    if address and address != visit.address:
        visit.state, visit.error, visit.etag, visit.last_modified = (
            State.DUPLICATE,
            f"It leads to {address}.",
            "",
            "",
        )
        _drop(visit, batch)
        if address in known.seen:
            return visit
        known.see(address)
        known.counted += 1
        visit = Visit.objects.create(
            source=known.source,
            address=address,
            host=visit.host,
            depth=visit.depth,
            redirects=visit.redirects + 1,
            state=State.INDEXED,
            status=outcome.status,
            size=visit.size,
            fetched_at=visit.fetched_at,
            due_at=visit.due_at,
        )
        batch.visits[visit.pk] = visit
    visit.etag = fetched.headers.get("etag", "")
    visit.last_modified = fetched.headers.get("last-modified", "")
    is_short = len(visit.etag) <= _LONGEST_ETAG and len(visit.last_modified) <= _LONGEST_DATE
    if not is_short or not f"{visit.etag}{visit.last_modified}".isascii():  # it could not be sent back
        visit.etag = visit.last_modified = ""
    return visit


def _take_page(visit: Visit, parsed: Parsed, batch: _Batch) -> None:
    """Into the index, unless it repeats a page; of two, the one that the other names as main stays."""
    copies, document = batch.known.copies, parsed.documents[0]
    visit.claims = parsed.directions.claims
    page = Copy(visit.address, parsed.fingerprint, title_words(document.title), visit.claims)
    for other in copies.claiming(page.address):
        if apart(other.fingerprint, page.fingerprint) <= CLAIMED_APART:
            _give_way(other.address, page.address, batch)
    named = copies.by_address.get(page.claims)
    if named and apart(named.fingerprint, page.fingerprint) > CLAIMED_APART:
        named = None
    if twin := named or copies.of(page):
        visit.state, visit.error = State.DUPLICATE, f"It repeats {twin.address}."
        _drop(visit, batch)
        return
    visit.fingerprint = page.fingerprint
    copies.add(page)
    batch.documents[visit.address] = parsed.documents
    batch.indexed[visit.address] = visit


def _give_way(address: str, main: str, batch: _Batch) -> None:
    """A page that was taken in before the one that it names as its main address."""
    told = {"state": State.DUPLICATE, "error": f"It repeats {main}.", "page": None, "fingerprint": None}
    if visit := next((visit for visit in batch.visits.values() if visit.address == address), None):
        for name, value in told.items():
            setattr(visit, name, value)
        _drop(visit, batch)
    else:
        Visit.objects.filter(source=batch.known.source, address=address).update(**told)
        batch.retired.append(address)
        batch.known.copies.forget(address)


def _drop(visit: Visit, batch: _Batch) -> None:
    """Have its page leave the index."""
    batch.documents.pop(visit.address, None)
    batch.indexed.pop(visit.address, None)
    if visit.page_id:
        batch.retired.append(visit.address)
    visit.page, visit.fingerprint = None, None
    batch.known.copies.forget(visit.address)


def _index(batch: _Batch) -> None:
    source = batch.known.source
    documents = [document for found in batch.documents.values() for document in found]
    if not documents:
        return
    index_documents(documents, scope=source.scope, source_name=source.name, kind=source.kind)
    pages = dict(source.pages.current().filter(path__in=batch.indexed).values_list("path", "pk"))
    for path, visit in batch.indexed.items():
        if visit.page_id:
            kept = {document.path for document in batch.documents[path]}
            retire_pages(source, (row for row in _with_rows(source, [path]) if row not in kept))
        visit.state = State.UNCHANGED if visit.page_id == pages[path] else State.INDEXED
        visit.page_id = pages[path]


def _with_rows(source: Source, paths: Iterable[str]) -> list[str]:
    """The paths, and those of the records of the tables among them: they differ in their fragments."""
    found = list(dict.fromkeys(paths))
    for path in tuple(found):
        rows = source.pages.current().filter(path__gte=f"{path}#", path__lt=f"{path}$")
        found += rows.values_list("path", flat=True)
    return found
