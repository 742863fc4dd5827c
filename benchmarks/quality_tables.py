"""The tables of the quality benchmark, in order; imported once the settings stand."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from statistics import median, quantiles

from benchmarks import engine_answers, quality_fit, quality_open, retrieval_tables
from benchmarks.engine_answers import ARTICLES, COUNTRIES, Row
from benchmarks.engine_cases import Question, articles, questions, thinned
from benchmarks.published import squad, under
from benchmarks.quality_covid import covid
from benchmarks.quality_fields import fields
from benchmarks.report import report
from benchmarks.trained_on import is_unseen
from engine import chat, neural
from engine.calibration import Level, calibration, contents, levels
from engine.calibration import extents as calibrated_extents
from engine.document import Document
from engine.index import index_documents
from engine.judging import level

SCOPES = [COUNTRIES, ARTICLES]
_FITTED = 1500
"""Questions that the calibration is fitted on."""


def measure(data: Path, limit: int, *, fits: Sequence[str], only: Sequence[str]) -> None:
    index_documents(articles(data), scope=ARTICLES, source_name=ARTICLES, kind="benchmark")
    embed()
    documents = engine_answers.load(data)
    every = list(questions(data))
    if fits:
        fit(data, every, fits)
    every = unseen(every)
    for name, title, make in tables(data, documents, every, limit):
        if (not only or name in only) and (rows := make()):
            print(title)
            report(f"quality_{name}", rows)
            print()


def embed() -> None:
    """Give the passages that are indexed so far their vectors, as the crawler does beside its work."""
    if neural.available():
        vectors = import_module("engine.neural.vectors")  # which may not be installed
        while vectors.embed_some():
            pass


def unseen(every: Sequence[Question]) -> list[Question]:
    """Without the questions on articles that the reader was trained on, of which it knows the answers."""
    if not neural.available():
        return list(every)
    return [question for question in every if is_unseen(question.path)]


def fit(data: Path, every: Sequence[Question], parts: Sequence[str]) -> None:
    """Fit what is asked for; what concerns the reader on articles that it was not trained on."""
    if "keyless" in parts:
        with retrieval_tables.changed(KEYLESS=True):
            keep({"keyless": fitted(every, "keyless")})
    if not neural.available():
        return
    new = thinned(unseen(every), _FITTED)
    if "reader" in parts:
        keep({"reader": fitted(new, "reader")})
    if "extents" in parts:
        quality_extent = import_module("benchmarks.quality_extent")  # numpy comes with the reader level
        keep({}, quality_extent.fitted(data, new, SCOPES))


def fitted(every: Sequence[Question], by: Level) -> dict[str, object]:
    asked = thinned(every, _FITTED)
    cases = list(quality_fit.cases(asked, SCOPES, by))
    return quality_fit.fitted(cases, by, f"{len(asked)} SQuAD questions, each with its article and without")


def keep(found: Mapping[str, object], extents: Mapping[str, object] | None = None) -> None:
    """Write it, and have it used from now on."""
    quality_fit.write(found, extents)
    for read in (calibration, levels, calibrated_extents, contents):
        read.cache_clear()


def tables(
    data: Path, documents: Sequence[Document], every: Sequence[Question], limit: int
) -> Iterator[tuple[str, str, Callable[[], list[Row]]]]:
    """Name and heading of each table, and what makes its rows."""
    chosen = thinned(every, limit)
    found = cache(lambda: quality_open.outcomes(chosen, SCOPES))
    yield "retrieval", "Retrieval: the paragraph of a question", lambda: retrieval_tables.rows(data, limit)
    if chosen:
        yield "open", "Open questions", lambda: open_questions(found())
        yield "bands", "Confidence: what each band answers", lambda: quality_open.by_band(found())
        yield "reliability", "Confidence: predicted and found", lambda: quality_open.reliability(found())
        yield "calibration", "Confidence: in one figure", lambda: quality_open.calibrated(found())
        yield "chat", "Chat: time to the first word, in process", lambda: first_words(chosen)
    yield "covid", "Outside the domain", lambda: covid(data, limit)
    yield "fields", "Fields of a schema, on country pages of eight shapes", lambda: fields(data, limit)
    yield "library", "Fields of the starter library", lambda: engine_answers.answers(documents, limit)
    yield "names", "Names to pages", lambda: engine_answers.names(data, documents)


def open_questions(found: Sequence[quality_open.Outcome]) -> list[Row]:
    rows = quality_open.answered(found, level())
    return [*rows, *under(rows[0], squad())]


def first_words(asked: Sequence[Question]) -> list[Row]:
    seconds = []
    for question in asked:
        began = time.perf_counter()
        chat.answer(messages=[chat.Message("user", question.text)], scopes=SCOPES)
        seconds.append(time.perf_counter() - began)
    return [
        {
            "what": f"chat, {level()} level",
            "asked": len(seconds),
            "p50 ms": 1000 * median(seconds),
            "p99 ms": 1000 * quantiles(seconds, n=100)[-1],
        }
    ]
