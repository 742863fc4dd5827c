"""Sources as people handle them: added, watched, paused, crawled again, removed.

Every verb writes rows and returns at once; the crawler (``engine.crawl``) finds them there. What is wrong
with the input is a ``NotAdded`` with a sentence for whoever gave it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, OuterRef
from django.utils import timezone

from engine import uploads
from engine.crawl.bounds import Options
from engine.crawl.canonical import LONGEST, canonical, host_of
from engine.guard import NotFetched, check_url
from engine.index import retire_all
from engine.models import Page, Source, Visit
from engine.router import ALIAS

__all__ = [
    "KINDS",
    "NotAdded",
    "Options",
    "add_back_end",
    "add_files",
    "add_sitemap",
    "add_url",
    "pause",
    "progress",
    "recrawl",
    "remove",
    "resume",
    "set_schedule",
    "sources_of",
]

URL, SITEMAP, FILE, MEDIAWIKI, SEARXNG = "url", "sitemap", "file", "mediawiki", "searxng"
KINDS = {
    URL: "Web page or site",
    SITEMAP: "Sitemap",
    FILE: "Files",
    MEDIAWIKI: "MediaWiki",
    SEARXNG: "SearXNG",
}
"""How the pages of a source are found, in the words of the page that offers them."""
REMOVED = "removed"
"""The kind of the source, one a scope, that keeps what removed sources held; it is listed nowhere."""
FILES = "Files"
"""The name of the source that holds files added without one."""
MOST_PAGES = 100_000
SHORTEST_SCHEDULE = timedelta(hours=1)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?!\d)", re.I)
"""What an address begins with, but not a host and its port."""
_ALREADY = "{name} is already a source here. Crawl it again, or remove it first."


class NotAdded(ValueError):
    """Why a source was not added or changed, as a sentence for the user."""


@dataclass(frozen=True, slots=True)
class _Named:
    """What a person may say of any source."""

    name: str
    collection: str
    every: timedelta | None


def sources_of(scopes: Sequence[str]) -> list[Source]:
    """The sources of these scopes as pages list them: by collection, then by name."""
    found = Source.objects.filter(scope__in=scopes).exclude(kind=REMOVED)
    return list(found.order_by("collection", "name", "pk"))


def add_url(
    scope: str,
    url: str,
    *,
    name: str = "",
    collection: str = "",
    options: Options | None = None,
    every: timedelta | None = None,
) -> Source:
    """A page and, within the bounds of ``options``, what it links to."""
    address = web_address(url)
    return _add_web(scope, URL, address, _named(name or address, collection, every), options or Options())


def add_sitemap(
    scope: str,
    url: str,
    *,
    name: str = "",
    collection: str = "",
    options: Options | None = None,
    every: timedelta | None = None,
) -> Source:
    """The pages that a sitemap lists; unless ``options`` say otherwise, their links are not followed."""
    address = web_address(url)
    options = options or Options(most_depth=0)
    return _add_web(scope, SITEMAP, address, _named(name or address, collection, every), options)


def add_back_end(
    scope: str,
    kind: str,
    url: str,
    *,
    name: str = "",
    collection: str = "",
    options: Options | None = None,
    every: timedelta | None = None,
) -> Source:
    """A MediaWiki or SearXNG that is asked while a task is researched.

    The pages of a wiki are read beforehand only if somebody wants it: by ``recrawl``.
    """
    if kind not in (MEDIAWIKI, SEARXNG):
        raise NotAdded(f"There is no kind of source called {kind!r}. The kinds are {', '.join(KINDS)}.")
    address = web_address(url)
    named = _named(name or address, collection, every)
    with transaction.atomic(using=ALIAS):
        made = checked(options or Options(most_depth=0)).stored()
        return _created(scope, kind, named, address=address, options=made)


def add_files(
    scope: str, files: Iterable[tuple[str, bytes]], *, name: str = FILES, collection: str = ""
) -> Source:
    """Files by name and content, into the source of that name; a file that is there already is read again."""
    named = _named(name or FILES, collection, None)
    given = [(file_name, body) for file_name, body in files]
    if not given:
        raise NotAdded("Choose at least one file.")
    for file_name, body in given:
        check_file(file_name, len(body))
    kept = [(file_name, uploads.keep(body), len(body)) for file_name, body in given]
    with transaction.atomic(using=ALIAS):
        source, _ = Source.objects.get_or_create(
            scope=scope, kind=FILE, name=named.name, defaults={"collection": named.collection}
        )
        for file_name, digest, size in kept:
            Visit.objects.update_or_create(
                source=source,
                address=uploads.path_of(digest, file_name),
                defaults={"kind": Visit.Kind.FILE, "etag": digest, "size": size} | waiting(),
            )
        _begin(source)
    return source


def check_file(name: str, size: int) -> None:
    """Raise ``NotAdded`` for a file that can't be added, before its content is read."""
    shown = uploads.safe_name(name)
    if not size:
        raise NotAdded(f"{shown} is empty. Choose a file with text in it.")
    if size > uploads.MOST_BYTES:
        raise NotAdded(f"{shown} is larger than {uploads.MOST_BYTES // 1_000_000} MB. Split it first.")


def recrawl(source: Source) -> None:
    """Fetch every page of the source again, now; its pages stay searchable meanwhile.

    Of a wiki all pages are listed first, and read as far as its budget goes.
    """
    with transaction.atomic(using=ALIAS):
        if source.kind == MEDIAWIKI and not source.visits.filter(kind=Visit.Kind.SITEMAP).exists():
            _add_first(source, Visit.Kind.SITEMAP)
        if not source.visits.exists():
            raise NotAdded(f"{source.name} holds no pages that could be crawled again.")
        source.visits.exclude(state__in=[Visit.State.WAITING, Visit.State.FETCHING]).update(**waiting())
        _begin(source)


def pause(source: Source) -> None:
    """Fetch nothing more of it until it is resumed; what is being fetched just now is still taken in."""
    if source.state != Source.State.CRAWLING:
        raise NotAdded(f"{source.name} is not being crawled, so there is nothing to pause.")
    _move(source, Source.State.PAUSED)


def resume(source: Source) -> None:
    if source.state != Source.State.PAUSED:
        raise NotAdded(f"{source.name} is not paused.")
    _move(source, Source.State.CRAWLING)


def remove(source: Source, *, keep_versions: bool = True) -> None:
    """Take it out of the index for good, and delete its files.

    Its pages stay stored, so that the evidence of earlier answers still opens; with ``keep_versions`` false
    they are deleted too.
    """
    files = set(source.visits.filter(kind=Visit.Kind.FILE).values_list("etag", flat=True))
    with transaction.atomic(using=ALIAS):
        retire_all(source)
        if keep_versions:
            attic, _ = Source.objects.get_or_create(scope=source.scope, kind=REMOVED, name=REMOVED)
            held = attic.pages.filter(path=OuterRef("path"), content_hash=OuterRef("content_hash"))
            source.pages.filter(~Exists(held)).update(source=attic)
        source.delete()
    elsewhere = set(Visit.objects.filter(etag__in=files).values_list("etag", flat=True))
    for digest in files - elsewhere:
        uploads.stored(digest).unlink(missing_ok=True)


def set_schedule(source: Source, every: timedelta | None) -> None:
    """Crawl it again so long after each crawl has ended, or never by itself."""
    source.every = _checked_schedule(every)
    source.due_at = (source.ended_at or timezone.now()) + every if every else None
    source.save(update_fields=["every", "due_at"])


def progress(source: Source) -> dict[str, int]:
    """How many of its addresses are in which ``Visit.State``; every state is a key."""
    return progress_of([source])[source.pk]


def progress_of(sources: Sequence[Source]) -> dict[int, dict[str, int]]:
    """The same for many sources, by their primary keys, in one query."""
    found = {source.pk: dict.fromkeys(Visit.State.values, 0) for source in sources}
    counted = Visit.objects.filter(source__in=found).values_list("source", "state")
    for source, state, count in counted.annotate(count=Count("pk")).order_by():
        found[source][state] = count
    return found


def pages_of(sources: Sequence[Source]) -> dict[int, int]:
    """How many pages of each source can be found by a search, by the sources' primary keys."""
    counted = Page.objects.current().filter(source__in=[source.pk for source in sources])
    found = dict(counted.values_list("source").annotate(count=Count("pk")).order_by())
    return {source.pk: found.get(source.pk, 0) for source in sources}


def web_address(url: str) -> str:
    """The canonical spelling of an address as a person typed it, ``https://`` left out or not."""
    url = url.strip()
    if not url:
        raise NotAdded("Give an address, such as https://example.com/.")
    if not _SCHEME.match(url):
        url = f"https://{url}"
    try:
        check_url(url)
    except NotFetched as error:
        raise NotAdded(str(error)) from error
    address = canonical(url)
    if not address:
        raise NotAdded(
            f"This is no web address of at most {LONGEST:,} characters. Give one such as https://example.com/."
        )
    return address


def checked(options: Options) -> Options:
    """The same options; ``NotAdded`` if they make no sense."""
    if not 1 <= options.most_pages <= MOST_PAGES:
        raise NotAdded(f"Give a number of pages from 1 to {MOST_PAGES:,}.")
    if not 0 <= options.most_depth <= 100:
        raise NotAdded("Give a depth from 0, for the first page alone, to 100.")
    if not 1_000 <= options.most_bytes <= 100_000_000:
        raise NotAdded("Give a page's largest size from 1,000 to 100,000,000 bytes.")
    if options.delay is not None and not 0 <= options.delay <= 3_600:
        raise NotAdded("Give a pause between two pages from 0 to 3,600 seconds.")
    if options.within not in ("host", "path"):
        raise NotAdded("Pages are read within the same host or within the same path.")
    patterns = [*options.include, *options.exclude]
    if len(patterns) > 100 or any(len(pattern) > 300 for pattern in patterns):
        raise NotAdded("Give at most 100 patterns of at most 300 characters.")
    return options


def waiting() -> dict[str, object]:
    """The fields of a visit that is to be made, or made again, as soon as its host permits."""
    return {"state": Visit.State.WAITING, "error": "", "tries": 0, "due_at": timezone.now()}


def _add_web(scope: str, kind: str, address: str, named: _Named, options: Options) -> Source:
    made = checked(options).stored()
    with transaction.atomic(using=ALIAS):
        source = _created(scope, kind, named, address=address, options=made)
        _add_first(source, Visit.Kind.SITEMAP if kind == SITEMAP else Visit.Kind.PAGE)
        _begin(source)
    return source


def _add_first(source: Source, kind: str) -> None:
    """The visit with which a crawl of the source begins."""
    address = source.address
    Visit.objects.create(source=source, kind=kind, address=address, host=host_of(address), **waiting())


def _created(scope: str, kind: str, named: _Named, **fields: object) -> Source:
    try:
        with transaction.atomic(using=ALIAS):
            return Source.objects.create(
                scope=scope,
                kind=kind,
                name=named.name,
                collection=named.collection,
                every=named.every,
                **fields,
            )
    except IntegrityError as error:
        raise NotAdded(_ALREADY.format(name=named.name)) from error


def _begin(source: Source) -> None:
    source.state, source.error, source.note = Source.State.CRAWLING, "", ""
    source.began_at, source.ended_at = timezone.now(), None
    source.save(update_fields=["state", "error", "note", "began_at", "ended_at"])


def _move(source: Source, state: str) -> None:
    source.state = state
    source.save(update_fields=["state"])


def _named(name: str, collection: str, every: timedelta | None) -> _Named:
    collection = " ".join(collection.split())
    if len(collection) > 80:
        raise NotAdded("Give the collection a name of at most 80 characters.")
    return _Named(" ".join(name.split())[:200], collection, _checked_schedule(every))


def _checked_schedule(every: timedelta | None) -> timedelta | None:
    if every is not None and every < SHORTEST_SCHEDULE:
        raise NotAdded("A source is crawled again after one hour at the earliest.")
    return every


def due(source: Source, ended_at: datetime) -> datetime | None:
    """When a source that was crawled through is crawled again."""
    return ended_at + source.every if source.every else None
