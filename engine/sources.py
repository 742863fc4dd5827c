"""Sources as people handle them: added, watched, paused, crawled again, removed.

Every verb writes rows and returns at once; the crawler (``engine.crawl``) finds them there. What is wrong
with the input is a ``NotAdded`` with a sentence for whoever gave it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, OuterRef
from django.utils import timezone

from engine import uploads
from engine.crawl.bounds import Options
from engine.crawl.canonical import host_of
from engine.index import retire_all
from engine.models import Page, Source, Visit
from engine.router import ALIAS
from engine.source_input import (
    Named,
    NotAdded,
    check_file,
    checked,
    checked_schedule,
    named_as,
    web_address,
)

__all__ = [
    "KINDS",
    "NotAdded",
    "Options",
    "add_back_end",
    "add_files",
    "add_sitemap",
    "add_url",
    "check_file",
    "pause",
    "progress",
    "recrawl",
    "remove",
    "resume",
    "set_schedule",
    "sources_of",
    "web_address",
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
_ALREADY = "{name} is already a source here. Crawl it again, or remove it first."


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
    return _add_web(scope, URL, address, named_as(name or address, collection, every), options or Options())


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
    return _add_web(scope, SITEMAP, address, named_as(name or address, collection, every), options)


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
    named = named_as(name or address, collection, every)
    with transaction.atomic(using=ALIAS):
        made = checked(options or Options(most_depth=0)).stored()
        return _created(scope, kind, named, address=address, options=made)


def add_files(
    scope: str, files: Iterable[tuple[str, bytes]], *, name: str = FILES, collection: str = ""
) -> Source:
    """Files by name and content, into the source of that name; a file that is there already is read again."""
    named = named_as(name or FILES, collection, None)
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
    source.every = checked_schedule(every)
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


def waiting() -> dict[str, object]:
    """The fields of a visit that is to be made, or made again, as soon as its host permits."""
    return {"state": Visit.State.WAITING, "error": "", "tries": 0, "due_at": timezone.now()}


def _add_web(scope: str, kind: str, address: str, named: Named, options: Options) -> Source:
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


def _created(scope: str, kind: str, named: Named, **fields: object) -> Source:
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


def due(source: Source, ended_at: datetime) -> datetime | None:
    """When a source that was crawled through is crawled again."""
    return ended_at + source.every if source.every else None
