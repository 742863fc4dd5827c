"""The passages of a page that state what a question asks for, as the page's own facts tell."""

from collections.abc import Iterator, Sequence

from engine.from_facts import answer_from_facts
from engine.models import Passage
from engine.question import aspects
from engine.reading import ReadPage
from engine.wants import want_for

_MOST_ASPECTS = 2


def passages_stating(
    question: str, pages: Sequence[ReadPage], named: frozenset[str], year: int | None = None
) -> Iterator[tuple[int, int, int]]:
    """Page, start and end of each, in the question's order; ``named`` are the stems of the subject's name."""
    for field in aspects(question)[:_MOST_ASPECTS]:
        answer, _ = answer_from_facts(want_for(field, (), named, year), pages)
        if answer:
            told = answer.evidence[0]
            around = Passage.objects.filter(page=told.page.id, start__lte=told.start, end__gt=told.start)
            yield from around.values_list("page_id", "start", "end")
