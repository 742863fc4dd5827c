"""How much of a sentence is given as the answer: what the choice is fitted on, and what it brings.

The questions are those of SQuAD on articles that the reader never saw, and those of COVID-QA.
What is reported is cross-fitted, as in ``quality_fit``.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

from django.conf import settings

from benchmarks import quality_covid
from benchmarks.boosting import Recipe, fit_values
from benchmarks.engine_cases import Question
from benchmarks.quality_fit import FOLDS, as_stored
from benchmarks.scores import exact, f1
from engine.calibration import Trees
from engine.extent import FEATURES, LEAST_GAIN, Choices, Extent, text_of
from engine.finder import Finder
from engine.index import index_documents
from engine.judging import judge
from engine.library import Library
from engine.passage_answers import gather
from engine.policy import SourcePolicy
from engine.research import ignore
from engine.subject import identify
from engine.tiers import BASE
from engine.trace import Trace

MORE: tuple[Extent, ...] = ("rest", "end")
RECIPE = Recipe(rounds=80, rate=0.06, leaves=8, least=15, penalty=1.0)


@dataclass(frozen=True, slots=True)
class Case:
    """A question with what may be given as its answer, and how well each matches."""

    data: str
    article: str
    features: Mapping[str, float]
    f1: Mapping[Extent, float]
    exact: Mapping[Extent, float]

    @property
    def fold(self) -> int:
        return hashlib.sha256(self.article.encode()).digest()[0] % FOLDS


def fitted(data: Path, questions: Sequence[Question], scopes: Sequence[str]) -> dict[str, Any]:
    """The choice as it stands in the calibration file."""
    cases = [*of_squad(questions, scopes), *of_covid(data)]
    chosen = [(case, name) for fold in range(FOLDS) for case, name in held_out(cases, fold)]
    return {
        "measured": {name: measured(chosen, name) for name in dict.fromkeys(case.data for case in cases)},
        "gains": {name: as_stored(trees) for name, trees in gains(cases).items()},
    }


def of_squad(questions: Sequence[Question], scopes: Sequence[str]) -> Iterator[Case]:
    for question in questions:
        yield from case_of("SQuAD", question, Library(scopes, SourcePolicy()))


def of_covid(data: Path) -> Iterator[Case]:
    """Each question asked of its own article."""
    scope = quality_covid.SCOPE
    index_documents(quality_covid.documents(data), scope=scope, source_name=scope, kind="benchmark")
    for question in quality_covid.questions(data):
        own = (f"{settings.HOST}{question.path.rstrip('/')}",)
        yield from case_of("COVID-QA", question, Library([scope], SourcePolicy(include=own)))


def case_of(data: str, question: Question, library: Library) -> Iterator[Case]:
    """The case, if the reader sees any answer."""
    subject = identify(question.text, library, wording="", most_pages=BASE.pages)
    finder = Finder(library, subject, BASE, Trace(ignore, library, announces=False))
    asked, passages = gather(finder, subject, subject.question)
    judged = judge(asked, passages, "reader")
    if not judged:
        return
    choices = Choices(asked, judged[0])
    texts = {name: text_of(judged[0], place) for name, place in choices.places().items()}
    by_f1 = {name: f1(text, question.answers) for name, text in texts.items()}
    by_match = {name: float(exact(text, question.answers)) for name, text in texts.items()}
    yield Case(data, question.path, choices.features(), by_f1, by_match)


def gains(cases: Sequence[Case]) -> dict[Extent, Trees]:
    rows = [case.features for case in cases]
    return {
        name: fit_values(rows, [case.f1[name] - case.f1["words"] for case in cases], FEATURES, RECIPE)
        for name in MORE
    }


def held_out(cases: Sequence[Case], fold: int) -> Iterator[tuple[Case, Extent]]:
    """What is chosen for the cases of a fold by the trees of the others."""
    trees = gains([case for case in cases if case.fold != fold])
    for case in cases:
        if case.fold == fold:
            expected = {name: grown.score(case.features) for name, grown in trees.items()}
            best = max(expected, key=lambda name: expected[name])
            yield case, best if expected[best] > LEAST_GAIN else "words"


def measured(chosen: Sequence[tuple[Case, Extent]], data: str) -> dict[str, float]:
    """How well what is chosen matches, and beside it the reader's words alone."""
    own = [(case, name) for case, name in chosen if case.data == data]

    def share(mark: Callable[[Case, Extent], float]) -> float:
        return round(mean(mark(case, name) for case, name in own), 4)

    return {
        "questions": len(own),
        "em": share(lambda case, name: case.exact[name]),
        "f1": share(lambda case, name: case.f1[name]),
        "words_em": share(lambda case, name: case.exact["words"]),
        "words_f1": share(lambda case, name: case.f1["words"]),
        "more": share(lambda case, name: float(name != "words")),
    }
