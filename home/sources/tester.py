"""The search tester: the passages that would be read for a question, each with why it ranks where it does."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse

from engine.retrieval.explained import Ranked, explain
from runs.links import domain_of

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Found:
    ranked: Ranked
    href: str
    """The page as it is stored, with the passage marked."""
    place: str
    """The page's host, as a reader knows it; or which of the other sources it is of."""
    pieces: list[tuple[str, bool]]
    """The passage in parts, and whether each is a word of the question."""
    lexical: str
    meaning: str


def found_for(question: str, scopes: Sequence[str]) -> list[Found]:
    """The best passages; none for a question without a telling word."""
    return [
        Found(
            ranked=ranked,
            href=f"{address_of(ranked)}?mark={ranked.start}-{ranked.end}",
            place=place_of(ranked.path),
            pieces=list(pieces(ranked.text, ranked.marks)),
            lexical=f"{ranked.lexical:.3f}",
            meaning=f"{max(ranked.cosine or 0, 0):.3f}",
        )
        for ranked in explain(question, scopes, SHOWN)
    ]


def address_of(ranked: Ranked) -> str:
    is_library = ranked.path.startswith(reverse("home:library"))
    return ranked.path if is_library else reverse("home:stored_page", args=[ranked.page_id])


def place_of(path: str) -> str:
    return domain_of(path) or ("Uploaded file" if path.startswith("/sources/files/") else "Starter library")


def pieces(text: str, marks: Sequence[tuple[int, int]]) -> Iterator[tuple[str, bool]]:
    """The text cut at the marks, which are in order and don't overlap."""
    at = 0
    for start, end in marks:
        yield text[at:start], False
        yield text[start:end], True
        at = end
    yield text[at:], False
