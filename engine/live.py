"""New pages for a run: its queries put to the back ends of its sources, what they find fetched and indexed.

Each page is fetched under the guard, as its host's robots.txt permits, and read in a process of its own. What
became of it is a ``Visit``; a page that was fetched within a day is not fetched again.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from itertools import chain, zip_longest
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from engine.backends.fetching import Got, Wanted, fetched
from engine.backends.finding import BackEnd
from engine.backends.mediawiki import MediaWiki
from engine.backends.searxng import SearXng, host_of_its_own
from engine.crawl.bounds import Bounds, Options, has_no_text
from engine.crawl.canonical import canonical, host_of
from engine.crawl.hosts import Manners
from engine.crawl.jobs import Parsed, WebPage
from engine.crawl.readers import MEMORY, Reader
from engine.index import index_documents
from engine.models import Source, Visit
from engine.net import NotFetched, Session
from engine.policy import SourcePolicy
from engine.router import ALIAS
from engine.trace import Trace

KINDS = ("mediawiki", "searxng")
"""Of sources that can be asked."""
FRESH = timedelta(days=1)
MOST_RESULTS = 20
"""Of one query that are looked at."""
PARSE_SECONDS = 10.0
_LONGEST_ADDRESS = 2_000
LONGEST_QUERY = 300


def queries_for(name: str, input: object, schema: Mapping[str, Any], most: int) -> list[str]:
    """What to ask search engines: about the subject, then about the fields in their order."""
    about = name or (input if isinstance(input, str) else "")
    about = " ".join(about.split())[:LONGEST_QUERY]
    said = input if isinstance(input, str) and len(input) <= LONGEST_QUERY else ""
    wholes = [" ".join(said.split()), about]
    properties = schema.get("json_schema", {}).get("properties", {})
    named = (str(field).replace("_", " ") for field in properties)
    queries = dict.fromkeys(filter(None, [*wholes, *(f"{about} {field}" for field in named)]))
    return list(queries)[:most]


def sources_to_ask(scopes: Sequence[str]) -> list[Source]:
    """The back ends of these scopes that may be asked now."""
    found = Source.objects.filter(scope__in=scopes, kind__in=KINDS).exclude(state=Source.State.PAUSED)
    return [source for source in found.order_by("pk") if source.kind != "searxng" or settings.SEARXNG_URL]


def fetch_for(
    queries: Sequence[str],
    scopes: Sequence[str],
    *,
    most: int,
    seconds: float,
    policy: SourcePolicy,
    trace: Trace,
    manners: Manners | None = None,
    reader: Reader | None = None,
) -> int:
    """Fetch and index at most so many new pages within about so many seconds; returns how many it were.

    What a back end or a host refuses is told in the trace, and nothing fails for it.
    """
    sources = sources_to_ask(scopes)
    if not sources or not queries or most < 1:
        return 0
    manners = manners or _manners()
    until = monotonic() + seconds
    sessions: list[Session] = []
    try:
        wanted = _wanted(sources, queries, policy, trace, lambda own: _session(own, manners, sessions))
        wanted = _not_fresh(wanted)[:most]
        taken = _take_in(fetched(wanted, manners, until), reader or Reader(MEMORY), trace)
    finally:
        for session in sessions:
            session.close()
    if wanted:
        trace.extract(f"Fetched {taken} new {'page' if taken == 1 else 'pages'} of {len(wanted)} found.")
    return taken


def back_end_of(source: Source, session: Callable[[frozenset[str]], Session]) -> BackEnd:
    """``session`` makes one that may reach these hosts though they are private."""
    if source.kind == "searxng":
        own = frozenset({host_of_its_own(settings.SEARXNG_URL)})
        return SearXng(settings.SEARXNG_URL, session(own))
    return MediaWiki(source.address, session(frozenset()))


def problem_of(source: Source) -> str:
    """Why this back end can't be asked, as a sentence that says what to change; empty where it can."""
    if source.kind == "searxng" and not settings.SEARXNG_URL:
        return "No SearXNG is configured. Set SEARXNG_URL to the address of its start page, and restart."
    manners = _manners()
    sessions: list[Session] = []
    try:
        return back_end_of(source, lambda own: _session(own, manners, sessions)).problem()
    except NotFetched as error:
        return str(error)
    finally:
        for session in sessions:
            session.close()


def _manners() -> Manners:
    return Manners(
        user_agent=settings.USER_AGENT, allow_private=settings.ALLOW_PRIVATE_FETCH, delay=settings.CRAWL_DELAY
    )


def _session(own: frozenset[str], manners: Manners, sessions: list[Session]) -> Session:
    session = Session(
        allow_private=manners.allow_private | own,
        user_agent=manners.user_agent,
        resolve=manners.resolve,
    )
    sessions.append(session)
    return session


def _wanted(
    sources: Iterable[Source],
    queries: Sequence[str],
    policy: SourcePolicy,
    trace: Trace,
    session: Callable[[frozenset[str]], Session],
) -> list[Wanted]:
    """What the back ends find, the best of each query first, each address once."""
    rankings: list[list[Wanted]] = []
    for source in sources:
        back_end = back_end_of(source, session)
        for query in queries:
            trace.search(f"Find new pages with {source.name}", query)
            try:
                found = back_end.search(query, MOST_RESULTS)
            except NotFetched as error:
                trace.extract(str(error))
                break
            rankings.append([Wanted(source, back_end, one, canonical(one.url)) for one in found])
    undated = replace(policy, after=None)
    mixed = filter(None, chain.from_iterable(zip_longest(*rankings)))
    each = {one.address: one for one in mixed if _is_readable(one.address, undated)}
    return list(each.values())


def _is_readable(address: str, policy: SourcePolicy) -> bool:
    readable = 0 < len(address) <= _LONGEST_ADDRESS and not has_no_text(address)
    return readable and policy.admits(address, address, None)


def _not_fresh(wanted: list[Wanted]) -> list[Wanted]:
    since = timezone.now() - FRESH
    fresh = set(
        Visit.objects.filter(
            source__in={one.source for one in wanted},
            address__in=[one.address for one in wanted],
            fetched_at__gte=since,
        ).values_list("source_id", "address")
    )
    return [one for one in wanted if (one.source.pk, one.address) not in fresh]


def _take_in(got: Iterator[Got], reader: Reader, trace: Trace) -> int:
    """Read and index the pages; returns how many could be."""
    taken = 0
    try:
        with closing(got):
            for one in got:
                parsed = _read(one, reader)
                _store(one, parsed)
                taken += bool(parsed.documents)
                why = f": {parsed.problem}" if parsed.problem else ""
                trace.extract(f"{'Not read' if why else 'Read'} {one.wanted.address}{why}")
    finally:
        reader.close()
    return taken


def _read(got: Got, reader: Reader) -> Parsed:
    if got.fetched is None:
        return Parsed(problem=got.problem)
    bounds = Bounds(got.wanted.address, Options())
    parsed = reader.parsed(WebPage(replace(got.fetched, url=got.wanted.address), bounds), PARSE_SECONDS)
    if parsed.directions.is_kept_out:
        return Parsed(problem="The page asks not to be indexed.")
    return parsed


def _store(got: Got, parsed: Parsed) -> None:
    """The page and its visit, in one transaction."""
    source, address = got.wanted.source, got.wanted.address
    fetched = got.fetched
    told = {
        "state": Visit.State.INDEXED if parsed.documents else Visit.State.FAILED,
        "error": parsed.problem,
        "host": host_of(address),
        "status": fetched.status if fetched else None,
        "size": len(fetched.body) if fetched else None,
        "fetched_at": timezone.now(),
        "fingerprint": parsed.fingerprint or None,
    }
    with transaction.atomic(using=ALIAS):
        if not Source.objects.filter(pk=source.pk).exists():
            return
        if parsed.documents:
            index_documents(parsed.documents, scope=source.scope, source_name=source.name, kind=source.kind)
            told["page"] = source.pages.current().filter(path=parsed.documents[0].path).first()
        Visit.objects.update_or_create(source=source, address=address, defaults=told)
