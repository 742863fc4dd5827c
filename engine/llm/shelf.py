"""The passages that a model is given in one run, each with a number of its own."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.library import Hit, Library
from engine.ranking import fused
from engine.reading import ReadPage
from engine.subject import Subject
from engine.tiers import Tier
from engine.words import words

OWN = 4
"""Passages of the subject's own pages that a query brings beside those of all pages."""
MOST_OPENINGS = 2
OPENING_SENTENCES = 6

Place = tuple[int, int, int]
"""Page, start and end."""


@dataclass(frozen=True, slots=True)
class Given:
    """A passage as a model is given it: ``page.text[start:end]``."""

    number: int
    page: ReadPage
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.page.text[self.start : self.end]


class Shelf:
    """Finds passages, and numbers them in the order in which they are first given."""

    def __init__(self, library: Library, tier: Tier) -> None:
        self._library, self._tier = library, tier
        self._given: dict[Place, Given] = {}

    def __len__(self) -> int:
        return len(self._given)

    def __getitem__(self, number: int) -> Given | None:
        return next((given for given in self._given.values() if given.number == number), None)

    def find(self, queries: Sequence[str], subject: Subject, *, most: int) -> list[Given]:
        """The passages that the queries rank highest together, the best first."""
        own = [page.id for page in subject.pages]
        hits: dict[Place, Hit] = {}
        rankings = []
        for query in dict.fromkeys(queries):
            asked = words(query)
            found = [self._library.search(asked, limit=self._tier.passages)]
            if own:
                found.append(self._library.search(asked, limit=OWN, among=own))
            for ranking in found:
                rankings.append([(hit.page_id, hit.start, hit.end) for hit in ranking])
                hits.update(zip(rankings[-1], ranking, strict=True))
        return [self._give(self._library.open(hits[place]), place) for place in fused(rankings)[:most]]

    def openings(self, subject: Subject) -> list[Given]:
        """How the pages of the subject begin."""
        found = []
        for page in subject.pages[:MOST_OPENINGS]:
            if opening := page.sentences[:OPENING_SENTENCES]:
                opening = [sentence for sentence in opening if sentence.heading == opening[0].heading]
                found.append(self._give(page, (page.id, opening[0].start, opening[-1].end)))
        return found

    def _give(self, page: ReadPage, place: Place) -> Given:
        if place not in self._given:
            self._given[place] = Given(len(self._given) + 1, page, place[1], place[2])
        return self._given[place]
