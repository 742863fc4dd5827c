"""What given addresses hold: excerpts for a question, or the whole as Markdown. Each is read, or fails."""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import chain, islice
from threading import Lock

from engine.addresses import find_held
from engine.crawl.jobs import Answer
from engine.crawl.readers import Readers
from engine.document import Document
from engine.excerpts import Span, quoted
from engine.formats.charset import decoded
from engine.library import Library
from engine.markdown import markdown_of
from engine.models import Page
from engine.net import Fetched, NotFetched, Refused, TimedOut, TooLarge, Unreachable
from engine.passages import slices
from engine.policy import SourcePolicy
from engine.ranking import fused
from engine.reading import read_page
from engine.search import by_page, phrases
from engine.telling import passages_stating
from engine.words import stems, words

Fetch = Callable[[str], Fetched]
AT_ONCE = 5
READERS = 2
"""Processes that read what was fetched, while there is something to read."""
MOST_PASSAGES = 12
"""Passages of one page that may be quoted."""
MOST_RANKED = 1_000
"""Passages of a fetched page that are compared."""
_ERROR_TYPES: dict[type[NotFetched], str] = {
    Refused: "url_not_allowed",
    TimedOut: "timeout",
    Unreachable: "unreachable",
    TooLarge: "too_large",
}
_making = Lock()
_NOT_INDEXED = "No indexed page has this address, and pages are not fetched here."
_MOST_OF_AN_ERROR = 1_000


@dataclass(frozen=True, slots=True)
class Extract:
    """A page that was read; its excerpts are verbatim slices of it, best first."""

    url: str
    """As it was asked for."""
    title: str
    published: date | None
    excerpts: tuple[str, ...]
    full_content: str | None = None
    """Markdown; None where it was not asked for."""


@dataclass(frozen=True, slots=True)
class Failure:
    url: str
    error_type: str
    """``not_indexed``, ``http_error``, why no answer came, or why what came can't be read."""
    status: int | None
    content: str
    """What the server said with an error status, else a sentence for the user."""


@dataclass(frozen=True, slots=True)
class _Read:
    document: Document
    spans: list[Span]
    """The passages to quote, best first."""


def extract(
    *,
    urls: Sequence[str],
    scopes: Sequence[str],
    objective: str = "",
    queries: Sequence[str] = (),
    full_content: bool = False,
    chars_per_result: int = 4_000,
    chars_total: int = 40_000,
    full_chars: int = 100_000,
    sites: Sequence[str] = (),
    fetch: Fetch | None = None,
) -> tuple[list[Extract], list[Failure]]:
    """Each address once, in the order asked for, either read or failed.

    A page in the index is answered from it, by its own address or by that of its source; ``sites`` are the
    roots under which this installation serves its pages, such as ``https://library.example``. Other pages are
    fetched by ``fetch``, several at a time, where it is given. ``full_chars`` cuts each page's whole text.
    """
    asked = list(dict.fromkeys(urls))
    said = phrases(queries, objective)
    held = find_held(asked, scopes, sites)
    found: dict[str, _Read | Failure] = _of_index(held, scopes, said)
    found |= _of_web([url for url in asked if url not in held], fetch, said)
    read = [(url, found[url]) for url in asked]
    pages = [(url, page) for url, page in read if isinstance(page, _Read)]
    wanted = frozenset(stem for text in said for stem in stems(text))
    extracts, left = [], chars_total
    for place, (url, page) in enumerate(pages):
        document = page.document
        most = min(chars_per_result, left // (len(pages) - place))
        excerpts = quoted(document.text, page.spans, wanted=wanted, most=most)
        left -= sum(map(len, excerpts))
        whole = markdown_of(document.blocks)[:full_chars] if full_content else None
        extracts.append(Extract(url, document.title, document.as_of, excerpts, whole))
    return extracts, [failed for _, failed in read if isinstance(failed, Failure)]


def _of_index(held: Mapping[str, Page], scopes: Sequence[str], asked: Sequence[str]) -> dict[str, _Read]:
    """The passages that state what is asked, then those that share most with it."""
    library = Library(scopes, SourcePolicy())
    among = [page.pk for page in held.values()]
    hits = (library.search(words(text), limit=30 * len(among), among=among) for text in asked if among)
    shared = fused([(hit.page_id, hit.start, hit.end) for hit in found] for found in hits)
    pages = [read_page(page.pk, page.digest) for page in held.values()]
    stated = (passages_stating(text, [page], page.names) for page in pages for text in asked)
    spans = by_page([*chain.from_iterable(stated), *shared], MOST_PASSAGES)
    return {
        url: _Read(page.document, spans.get(page.pk) or _first(page.document)) for url, page in held.items()
    }


def _of_web(urls: list[str], fetch: Fetch | None, asked: Sequence[str]) -> dict[str, _Read | Failure]:
    if fetch is None:
        return {url: Failure(url, "not_indexed", None, _NOT_INDEXED) for url in urls}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(zip(urls, pool.map(lambda url: _fetched(url, fetch, asked), urls), strict=True))


def _fetched(url: str, fetch: Fetch, asked: Sequence[str]) -> _Read | Failure:
    try:
        answer = fetch(url)
    except NotFetched as error:
        return Failure(url, _ERROR_TYPES.get(type(error), "fetch_error"), None, str(error))
    if answer.status >= 400:
        return Failure(url, "http_error", answer.status, _said(answer))
    parsed = readers().read(Answer(answer))
    if parsed.problem:
        return Failure(url, parsed.error_type, answer.status, parsed.problem)
    (document,) = parsed.documents
    return _Read(document, _best(document, asked) or _first(document))


def readers() -> Readers:
    """A stranger's file is read in a process that can be killed; one without work is let go of."""
    with _making:  # the first ones may ask at the same time, and share these
        return _made()


@cache
def _made() -> Readers:
    return Readers(READERS)


def _said(answer: Fetched) -> str:
    return decoded(answer.body, answer.charset)[:_MOST_OF_AN_ERROR]


def _best(document: Document, asked: Sequence[str]) -> list[Span]:
    """The passages that hold most of what is asked, weighed by how rare it is on the page."""
    text = document.text
    spans = [(cut.start, cut.end) for cut in islice(slices(document), MOST_RANKED)]
    held = [frozenset(stems(text[start:end])) for start, end in spans]
    seen = Counter(stem for one in held for stem in one)
    rankings = []
    for wanted in map(frozenset, map(stems, asked)):
        scores = [sum(math.log(1 + len(spans) / seen[stem]) for stem in sorted(wanted & one)) for one in held]
        order = sorted(range(len(spans)), key=lambda at: (-scores[at], at))
        rankings.append([spans[at] for at in order if scores[at] > 0])
    return fused(rankings)[:MOST_PASSAGES]


def _first(document: Document) -> list[Span]:
    return [(cut.start, cut.end) for cut in islice(slices(document), MOST_PASSAGES)]
