"""What is looked up, and within which bounds, whatever index answers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.words import STOP_WORDS

MOST_WORDS = 32
TITLE_WEIGHT = 3
"""Of a word in a page's title against one in the passage; it was the best on the development questions."""


@dataclass(frozen=True, slots=True)
class Query:
    """Any of the words and all of ``must``, folded; or, if it is given, the phrase alone."""

    words: tuple[str, ...] = ()
    must: tuple[str, ...] = ()
    phrase: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words or self.must or self.phrase)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What may be found: passages of pages in these scopes and, unless None, among these pages."""

    scopes: tuple[str, ...]
    page_ids: tuple[int, ...] | None = None

    def among(self, page_ids: Sequence[int]) -> "Bounds":
        allowed = set(page_ids) if self.page_ids is None else set(self.page_ids).intersection(page_ids)
        return Bounds(self.scopes, tuple(sorted(allowed)))


def query_of(words: Iterable[str], must: Iterable[str] = ()) -> Query:
    """The query for these words, each once, stop words left out."""
    return Query(telling(words), telling(must))


def telling(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(word for word in dict.fromkeys(words) if word not in STOP_WORDS)[:MOST_WORDS]
