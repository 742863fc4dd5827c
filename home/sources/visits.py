"""The addresses of a source, a page at a time: which, in which order, from which place on."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict

from engine.models import Source, Visit
from home.sources.listing import STATES_OF

PAGE_SIZE = 50
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Filter:
    """What the page's address asks for. An empty one asks for all."""

    state: str
    """A tally's name, or empty."""
    words: str
    """A part of the address."""
    after: int
    """The row that the page comes after; 0 for the first."""

    def query(self, **changed: object) -> str:
        """The address's query with these changes, without what is empty."""
        kept = {"state": self.state, "q": self.words, "after": self.after} | changed
        return f"?{urlencode({name: value for name, value in kept.items() if value})}"

    @property
    def first(self) -> str:
        return self.query(after=0)


def filter_of(asked: QueryDict) -> Filter:
    state, after = asked.get("state", ""), asked.get("after", "")
    return Filter(
        state=state if state in STATES_OF else "",
        words=asked.get("q", "").replace("\0", "").strip()[:LONGEST],
        after=int(after) if after.isascii() and after.isdecimal() and len(after) < 16 else 0,
    )


def visits(source: Source, wanted: Filter) -> tuple[list[Visit], int | None]:
    """The addresses in the order in which they were found, and the row after which more follow."""
    found = source.visits.filter(pk__gt=wanted.after).order_by("pk").defer("etag", "last_modified")
    if wanted.state:
        found = found.filter(state__in=STATES_OF[wanted.state])
    if wanted.words:
        found = found.filter(address__icontains=wanted.words)
    rows = list(found[: PAGE_SIZE + 1])
    return rows[:PAGE_SIZE], rows[PAGE_SIZE - 1].pk if len(rows) > PAGE_SIZE else None
