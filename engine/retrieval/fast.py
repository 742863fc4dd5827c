"""The fast index of words: tantivy, in a folder of its own, for more passages than FTS5 ranks quickly.

It is made from the passage table and can be thrown away at any time. ``mark`` is the last ``Change`` that it
holds: it answers only while that is the last one there is.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import tantivy
from tantivy import Occur
from tantivy import Query as Lookup

from engine.models import Source
from engine.retrieval.changes import Mark, latest
from engine.retrieval.lexical import Found
from engine.retrieval.query import TITLE_WEIGHT, Bounds, Query
from engine.words import fold

HEAP_BYTES = 64_000_000
"""What the writer holds before it writes a segment; it has one thread."""
_STEMMED = "stemmed"
_SPARE = 20
"""So many more than asked for are looked at, so that of equals at the limit the oldest is found."""


class Row(NamedTuple):
    """A passage as it goes into the index."""

    passage_id: int
    page_id: int
    source_id: int
    title: str
    heading: str
    text: str


class Fast:
    """A ``LexicalIndex`` over one folder. ValueError of tantivy's if the folder holds no whole index."""

    def __init__(self, folder: Path) -> None:
        self._index = tantivy.Index.open(str(folder))
        _prepare(self._index)
        self._seen = self._look()

    @property
    def mark(self) -> Mark:
        return self._seen[0]

    def is_up_to_date(self) -> bool:
        """Whether it holds all changes, if need be after a look at what its writer has added."""
        newest = latest()
        if self.mark != newest:
            self._index.reload()
            self._seen = self._look()
        return self.mark == newest

    def search(self, query: Query, bounds: Bounds, limit: int) -> list[Found]:
        if not query or limit < 1 or bounds.page_ids == ():
            return []
        _, searcher = self._seen
        hits = searcher.search(self._lookup(query, bounds), limit + _SPARE, count=False).hits
        ids = searcher.fast_field_values("passage", [address for _, address in hits])
        found = [Found(passage_id, score) for passage_id, (score, _) in zip(ids, hits, strict=True)]
        return sorted(found, key=lambda one: (-one.bm25, one.passage_id))[:limit]

    def __len__(self) -> int:
        return self._seen[1].num_docs - 1

    def _look(self) -> tuple[Mark, tantivy.Searcher]:
        searcher = self._index.searcher()
        marks = searcher.search(Lookup.term_query(self._index.schema, "kind", _MARK), 2).hits
        if len(marks) != 1:
            raise ValueError("This index was never finished.")
        stored = searcher.doc(marks[0][1])
        return Mark(stored.get_first("number"), stored.get_first("at")), searcher

    def _lookup(self, query: Query, bounds: Bounds) -> Lookup:
        wanted = [(Occur.Should, self._word(word)) for word in query.words]
        parts = [(Occur.Must, self._word(word)) for word in query.must]
        parts += [(Occur.Must, Lookup.boolean_query(wanted))] if wanted else []
        parts = [(Occur.Must, self._phrase(query.phrase))] if query.phrase else parts
        sources = Source.objects.filter(scope__in=bounds.scopes).values_list("pk", flat=True)
        parts.append((Occur.Must, self._one_of("source", list(sources))))
        if bounds.page_ids is not None:
            parts.append((Occur.Must, self._one_of("page", list(bounds.page_ids))))
        return Lookup.boolean_query(parts)

    def _word(self, word: str) -> Lookup:
        return self._phrase([word])

    def _phrase(self, said: Sequence[str]) -> Lookup:
        """The words in this order; one that the index splits, such as ``it's``, as its parts."""
        terms = [term for word in said for term in _ANALYZER.analyze(fold(word))]
        if len(terms) > 1:
            return Lookup.phrase_query(self._index.schema, "text", terms)
        return Lookup.term_query(self._index.schema, "text", terms[0]) if terms else Lookup.empty_query()

    def _one_of(self, field: str, numbers: list[int]) -> Lookup:
        """A condition that adds nothing to the score."""
        return Lookup.const_score_query(Lookup.term_set_query(self._index.schema, field, numbers), 0.0)


class Writer:
    """Brings an index up to a mark, in one commit. Only one may write to a folder at a time."""

    def __init__(self, folder: Path, *, anew: bool = False) -> None:
        if anew:
            folder.mkdir(parents=True)
        self._index = tantivy.Index(_SCHEMA, str(folder), reuse=not anew)
        _prepare(self._index)
        self._writer = self._index.writer(HEAP_BYTES, 1)

    def drop_pages(self, page_ids: Iterable[int]) -> None:
        self._drop("page", page_ids)

    def _drop(self, field: str, numbers: Iterable[int]) -> None:
        """By query: deletion by term takes a number for a signed one, and finds nothing."""
        self._writer.delete_documents_by_query(Lookup.term_set_query(_SCHEMA, field, list(numbers)))

    def add(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self._writer.add_document(_document(row))

    def commit(self, mark: Mark) -> None:
        """Make all of it visible at once, and wait until it is on the disk and merged."""
        self._drop("kind", [_MARK])
        noted = tantivy.Document()
        noted.add_unsigned("kind", _MARK)
        noted.add_unsigned("number", mark.number)
        noted.add_text("at", mark.at)
        self._writer.add_document(noted)
        self._writer.commit()
        self._writer.wait_merging_threads()


_PASSAGE, _MARK = 0, 1


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("text", tokenizer_name=_STEMMED)
    for name in ("kind", "page", "source"):
        builder.add_unsigned_field(name, indexed=True)
    builder.add_unsigned_field("passage", fast=True)
    builder.add_unsigned_field("number", stored=True)
    builder.add_text_field("at", stored=True, tokenizer_name="raw")
    return builder.build()


def _document(row: Row) -> tantivy.Document:
    """One field for all that is searched, the title as often as it weighs: so BM25 is FTS5's."""
    document = tantivy.Document()
    for text in _said(row):
        document.add_text("text", fold(text))
    document.add_unsigned("kind", _PASSAGE)
    document.add_unsigned("passage", row.passage_id)
    document.add_unsigned("page", row.page_id)
    document.add_unsigned("source", row.source_id)
    return document


def _said(row: Row) -> Iterator[str]:
    yield from [row.title] * TITLE_WEIGHT
    yield row.heading
    yield row.text


def _prepare(index: tantivy.Index) -> None:
    index.register_tokenizer(_STEMMED, _ANALYZER)
    index.config_reader(reload_policy="manual")


_SCHEMA = _schema()
_ANALYZER = (
    tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    .filter(tantivy.Filter.lowercase())
    .filter(tantivy.Filter.stemmer("english"))
    .build()
)
