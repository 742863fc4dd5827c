"""What every index of words does: find the passages that share most with a query, weighed by BM25."""

from typing import NamedTuple, Protocol

from engine.retrieval.query import Bounds, Query


class Found(NamedTuple):
    passage_id: int
    bm25: float
    """Comparable within one search of one index, no further."""


class LexicalIndex(Protocol):
    """Passages as they are committed; results are the same each time, best first, and of equals the oldest.

    Words match by their stem, in the page's title, the headings above the passage, or the passage. A word
    in the title counts as often as ``TITLE_WEIGHT`` says.
    """

    def search(self, query: Query, bounds: Bounds, limit: int) -> list[Found]: ...
