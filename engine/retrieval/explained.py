"""Why a passage ranks where it does: the same search that research uses, told in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.library import Hit, Library
from engine.models import Passage
from engine.policy import SourcePolicy
from engine.words import STOP_WORDS, WORD, fold, stem, words

ANY = SourcePolicy()
LONGEST_QUERY = 1_000
MOST = 50


@dataclass(frozen=True, slots=True)
class Ranked:
    """A passage that a search found, with the parts of its score. Its text is a page's: escape it."""

    passage_id: int
    page_id: int
    path: str
    title: str
    heading: str
    start: int
    """Where it lies in its page's text, in characters."""
    end: int
    text: str
    score: float
    lexical: float
    """BM25 as a share of the best passage's, from 0 to 1; 0 if it shares no word with the query."""
    close: float
    """How closely the query's words stand together in it, from 0 to 1."""
    cosine: float | None
    """Nearness in meaning, from -1 to 1; None without the reader level."""
    matched: tuple[str, ...]
    """The query's words that it or its title holds in some form, as the query spells them."""
    missing: tuple[str, ...]
    """Those that it does not hold."""
    title_matched: tuple[str, ...]
    """Those that its page's title holds."""
    marks: tuple[tuple[int, int], ...]
    """Where matching words stand in ``text``, in characters."""
    why: str
    """All this as a sentence."""


def explain(query: str, scopes: Sequence[str], limit: int = 10, policy: SourcePolicy = ANY) -> list[Ranked]:
    """The passages that research would read for the query, best first; none for a query of stop words."""
    query = query[:LONGEST_QUERY]
    hits = Library(scopes, policy).search(words(query), limit=max(0, min(limit, MOST)))
    passages = Passage.objects.select_related("page").in_bulk([hit.passage_id for hit in hits])
    return [
        _ranked(hit, passages[hit.passage_id], query, place)
        for place, hit in enumerate(hits, 1)
        if hit.passage_id in passages
    ]


def _ranked(hit: Hit, passage: Passage, query: str, place: int) -> Ranked:
    asked = {stem(word): word for word in reversed(words(query)) if word not in STOP_WORDS}
    asked = dict(reversed(asked.items()))
    marks = tuple(match.span() for match in WORD.finditer(passage.text) if _stem(match[0]) in asked)
    in_title = _stems(passage.page.title)
    held = in_title | _stems(passage.heading) | {_stem(passage.text[slice(*mark)]) for mark in marks}
    matched = tuple(word for key, word in asked.items() if key in held)
    missing = tuple(word for key, word in asked.items() if key not in held)
    title_matched = tuple(word for key, word in asked.items() if key in in_title)
    return Ranked(
        passage_id=hit.passage_id,
        page_id=hit.page_id,
        path=hit.path,
        title=passage.page.title,
        heading=passage.heading,
        start=hit.start,
        end=hit.end,
        text=passage.text,
        score=hit.score,
        lexical=hit.lexical,
        close=hit.close,
        cosine=hit.cosine,
        matched=matched,
        missing=missing,
        title_matched=title_matched,
        marks=marks,
        why=_why(hit, place, matched, missing, title_matched),
    )


def _why(
    hit: Hit, place: int, matched: Sequence[str], missing: Sequence[str], title_matched: Sequence[str]
) -> str:
    """For example: ``Holds 2 of 3 words of the query: capital, france (also in the title), but not old.``"""
    if not matched:
        said = "Shares no word with the query"
    else:
        said = f"Holds {len(matched)} of {len(matched) + len(missing)} words of the query: {_listed(matched)}"
        said += f"; its page's title holds {_listed(title_matched)}" if title_matched else ""
        said += f"; lacks {_listed(missing)}" if missing else ""
    share = "the best" if hit.lexical == 1 else f"{hit.lexical:.0%} of the best"
    said += f". By words (BM25) it is {share}" if hit.lexical else ""
    said += f". How closely they stand together counts {hit.close:.0%}" if hit.close else ""
    said += f". By meaning its cosine is {hit.cosine:.2f}" if hit.cosine is not None else ""
    return f"{said}. Together that is place {place}."


def _listed(items: Sequence[str]) -> str:
    return ", ".join(f"“{item}”" for item in items)


def _stems(text: str) -> frozenset[str]:
    return frozenset(map(stem, words(text)))


def _stem(word: str) -> str:
    return stem(fold(word).replace("’", "'").removesuffix("'s"))
