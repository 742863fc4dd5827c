"""Pages for a search: several queries over the index, fused into one ranking, quoted within a budget."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from engine.excerpts import Span, quoted
from engine.library import Library
from engine.lookalikes import lookalikes
from engine.models import Page
from engine.modes import ADVANCED, Mode
from engine.policy import SourcePolicy
from engine.ranking import fused
from engine.subject import identify
from engine.telling import passages_stating
from engine.words import stems, words

MOST_QUERIES = 8
LONGEST_QUERY = 5_000
MOST_RESULTS = 100
ANY = SourcePolicy()
_SUBJECTS = 2
"""Pages that count as being about what a query names."""
_MOST_RESPELT = 12
"""Words of a query that are tried as a misspelt name."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A page that was found; its excerpts are verbatim slices of it, best first."""

    url: str
    """Relative when this installation serves the page; whoever prints it makes it absolute."""
    title: str
    published: date | None
    excerpts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """What one query brings: the pages about what it names, and the passages that share its words."""

    named: list[int]
    passages: list[tuple[int, int, int]]
    """Page, start and end of each, best first."""

    @property
    def pages(self) -> list[int]:
        return [*self.named, *(page_id for page_id, _, _ in self.passages)]


def search(
    *,
    queries: Sequence[str],
    scopes: Sequence[str],
    objective: str = "",
    policy: SourcePolicy = ANY,
    mode: Mode = ADVANCED,
    max_results: int = 10,
    chars_per_result: int | None = None,
    chars_total: int | None = None,
) -> list[Hit]:
    """The pages of these scopes that share most with the queries and the objective, best first.

    What the caller leaves open about sizes, the mode decides. The total is shared out over the results.
    """
    asked = phrases(queries, objective)
    library = Library(scopes, policy)
    found = [_find(query, library, mode) for query in asked]
    ranking = fused(pages for one in found for pages in (one.pages, one.named))
    ranking = ranking[: max(0, min(max_results, MOST_RESULTS))]
    spans = by_page(fused(one.passages for one in found), mode.excerpts)
    pages = Page.objects.defer("blocks").in_bulk(ranking)
    shares = _shares(
        [spans.get(page_id) or opening(pages[page_id]) for page_id in ranking],
        mode.chars_per_result if chars_per_result is None else chars_per_result,
        mode.chars_total if chars_total is None else chars_total,
    )
    wanted = frozenset(stem for query in asked for stem in stems(query))
    return [
        _hit(pages[page_id], quoted(pages[page_id].text, chosen, wanted=wanted, most=most))
        for page_id, (chosen, most) in zip(ranking, shares, strict=True)
    ]


def phrases(queries: Sequence[str], objective: str) -> list[str]:
    """The queries and the objective with their spacing evened out, each once; at most nine."""
    said = (" ".join(text[:LONGEST_QUERY].split()) for text in (*queries[:MOST_QUERIES], objective))
    return [text for text in dict.fromkeys(said) if text]


def by_page(passages: Iterable[tuple[int, int, int]], most: int) -> dict[int, list[Span]]:
    """The first so many passages of each page, in the order given."""
    spans: dict[int, list[Span]] = {}
    for page_id, start, end in passages:
        if len(known := spans.setdefault(page_id, [])) < most:
            known.append((start, end))
    return spans


def opening(page: Page) -> list[Span]:
    """Where a page begins: the passage that stands for one in which nothing was found."""
    return list(page.passages.order_by("ord").values_list("start", "end")[:1])


def _find(query: str, library: Library, mode: Mode) -> _Found:
    """The name's own spelling is searched for too, where the query spells it in another way."""
    subject = identify(query, library, wording="", most_pages=_SUBJECTS)
    named = {page.id: page.title for page in subject.pages} or _respelt(query, library)
    hits = library.search(words(" ".join([query, *list(named.values())[:1]])), limit=mode.passages)
    stated = passages_stating(subject.question, subject.pages, subject.stems, subject.year)
    return _Found(list(named), [*stated, *((hit.page_id, hit.start, hit.end) for hit in hits)])


def _respelt(query: str, library: Library) -> dict[int, str]:
    """The page of the first capitalised word that is almost a name: ``capital of Frnace``."""
    for word in query.split()[:_MOST_RESPELT]:
        if word[0].isupper() and (found := lookalikes(word, library, [])):
            return {found[0].page_id: found[0].title}
    return {}


def _shares(spans: Sequence[list[Span]], per_result: int, total: int) -> Iterator[tuple[list[Span], int]]:
    """Each page's passages with the characters it may take of the total; what one leaves, the next have."""
    for place, chosen in enumerate(spans):
        most = min(per_result, total // (len(spans) - place))
        yield chosen, most
        total -= min(most, sum(end - start for start, end in chosen))


def _hit(page: Page, excerpts: tuple[str, ...]) -> Hit:
    return Hit(page.path, page.title, page.as_of, excerpts)
