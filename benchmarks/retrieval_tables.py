"""The tables of the retrieval benchmark; imported once the settings stand."""

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median

from django.conf import settings

from benchmarks.engine_cases import Question, articles, questions, thinned
from benchmarks.report import report
from engine import neural
from engine.document import Document
from engine.index import index_documents
from engine.library import Library
from engine.models import Passage
from engine.policy import SourcePolicy
from engine.retrieval.lexical import LexicalIndex
from engine.retrieval.query import Bounds, query_of, telling
from engine.retrieval.ranker import BY_MEANING, BY_WORDS, Values, look
from engine.retrieval.upkeep import upkeep
from engine.words import words

SCOPE = "articles"
PLAIN = "plain BM25 (FTS5, unicode61)"
STEMMED = "plain BM25 (FTS5, porter, stop words left out)"
Row = dict[str, object]
Place = tuple[str, int, int]
"""Path, start and end of what was found."""
Keep = Callable[[list[str]], tuple[str, ...]]


def measure(data: Path, limit: int, *, fits: bool) -> None:
    found = rows(data, limit, fits=fits)
    if not found:
        raise SystemExit(f"There are no questions in {data}. Name a folder with squad-1.1.json by --data.")
    report("quality_retrieval", found)


def rows(data: Path, limit: int, *, fits: bool = False) -> list[Row]:
    """Plain BM25, the engine at each level that is there, and its two indexes of words by themselves."""
    documents = list(articles(data))
    asked = thinned(list(questions(data)), limit)
    if not asked:
        return []
    index_documents(documents, scope=SCOPE, source_name=SCOPE, kind="benchmark")
    found = [found_by(name, search, asked) for name, search in plain(documents)]
    with changed(KEYLESS=True):
        found.append(found_by("engine, keyless", engine, asked))
        if fits:
            found.append(fitted("engine, keyless, fitted on other articles", asked, BY_WORDS))
    if neural.available():
        embed_all()
        found.append(found_by("engine, reader", engine, asked))
        if fits:
            found.append(fitted("engine, reader, fitted on other articles", asked, BY_MEANING))
    return [*found, *by_index(asked)]


def found_by(what: str, search: Callable[[str], list[Place]], asked: Sequence[Question]) -> Row:
    ranks, seconds = [], []
    for question in asked:
        began = time.perf_counter()
        found = search(question.text)
        seconds.append(time.perf_counter() - began)
        ranks.append(next((at for at, place in enumerate(found) if is_it(place, question)), len(found) + 99))
    return row(what, ranks) | {"p50 ms": 1000 * median(seconds)}


def row(what: str, ranks: Sequence[int]) -> Row:
    hit_at = {f"hit@{k} %": 100 * sum(rank < k for rank in ranks) / len(ranks) for k in (1, 5, 20)}
    return {"what": what, "asked": len(ranks)} | hit_at


def is_it(place: Place, question: Question) -> bool:
    """Most of the question's paragraph, as short paragraphs are indexed together."""
    path, start, end = place
    shared = min(end, question.end) - max(start, question.start)
    return path == question.path and shared > (question.end - question.start) / 2


def engine(text: str) -> list[Place]:
    hits = Library([SCOPE], SourcePolicy()).search(words(text), limit=20)
    return [(hit.path, hit.start, hit.end) for hit in hits]


def plain(documents: Sequence[Document]) -> list[tuple[str, Callable[[str], list[Place]]]]:
    """The same paragraphs in tables of SQLite's own, with the title beside each, ranked by its ``bm25``."""
    rows = [
        (document.title, document.text[start:end], document.path, start, end)
        for document in documents
        for _, start, end in document.spans()
    ]
    found = []
    for name, tokenizer, keep in ((PLAIN, "unicode61", tuple), (STEMMED, "porter unicode61", telling)):
        table = sqlite3.connect(":memory:")
        table.execute(
            "CREATE VIRTUAL TABLE paragraph USING fts5("
            f"title, body, path UNINDEXED, first UNINDEXED, last UNINDEXED, tokenize='{tokenizer}')"
        )
        table.executemany("INSERT INTO paragraph VALUES (?, ?, ?, ?, ?)", rows)
        found.append((name, partial(_plainly, table, keep)))
    return found


def _plainly(
    table: sqlite3.Connection, keep: Callable[[list[str]], tuple[str, ...]], text: str
) -> list[Place]:
    said = " OR ".join(f'"{word}"' for word in dict.fromkeys(keep(words(text))))
    sql = "SELECT path, first, last FROM paragraph WHERE paragraph MATCH ? ORDER BY rank LIMIT 20"
    return table.execute(sql, [said]).fetchall() if said else []


def by_index(asked: Sequence[Question]) -> Iterator[Row]:
    """What the two indexes of words find by themselves, before the candidates are looked at closely."""
    places = every_place()
    for name in ("fts5", "tantivy"):
        with changed(ENGINE_INDEX=name):
            if name == "tantivy":
                upkeep.catch_up()
            yield found_by(f"candidates of {name}", partial(_candidates, upkeep.index(), places), asked)


def _candidates(index: LexicalIndex, places: dict[int, Place], text: str) -> list[Place]:
    return [places[one.passage_id] for one in index.search(query_of(words(text)), Bounds((SCOPE,)), 20)]


def every_place() -> dict[int, Place]:
    rows = Passage.objects.values_list("pk", "page__path", "start", "end")
    return {passage_id: (path, start, end) for passage_id, path, start, end in rows}


@contextmanager
def changed(**values: object) -> Iterator[None]:
    """The settings with other values, for as long as the block lasts."""
    before = {name: getattr(settings, name, None) for name in values}
    for name, value in values.items():
        setattr(settings, name, value)
    yield
    for name, value in before.items():
        setattr(settings, name, value)


def embed_all() -> None:
    from engine.neural import vectors  # needs numpy, which may not be installed

    while vectors.embed_some():
        pass


def fitted(what: str, asked: Sequence[Question], weights: Values) -> Row:
    """What is found by weights that were fitted on other articles; prints those fitted on all."""
    from benchmarks.ranking_fit import cross_fitted  # needs numpy, which may not be installed

    places, cases = every_place(), []
    for question in asked:
        candidates, _ = look(words(question.text), Bounds((SCOPE,)))
        right = next(
            (at for at, one in enumerate(candidates) if is_it(places[one.passage_id], question)), None
        )
        cases.append((question.path, [one.values for one in candidates], right))
    ranks, best = cross_fitted(cases, [at for at, weight in enumerate(weights) if weight])
    print(f"{what}: {Values(*best)}")
    return row(what, ranks) | {"p50 ms": ""}
