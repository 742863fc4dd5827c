"""The calibration fitted: from a question's candidates to which is taken, and to how likely it is right.

Each question is asked twice, once with its own article withheld. What is reported is cross-fitted: the
articles are dealt into five folds, and what is said of a fold was fitted on the other four.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

from django.conf import settings

from benchmarks.engine_cases import Question
from benchmarks.fitting import fit
from benchmarks.scores import auc, bins, ece, exact, f1, holds
from engine.calibration import FILE, Calibration, Level, Model, Trees
from engine.finder import Finder
from engine.judging import Judged, Measured, measured, ranked
from engine.library import Library
from engine.passage_answers import gather
from engine.policy import SourcePolicy
from engine.research import ignore
from engine.subject import identify
from engine.tiers import BASE
from engine.trace import Trace

FOLDS = 5
SENTENCES = (
    "in_sentence",
    "in_passage",
    "told_in_sentence",
    "aspect",
    "local",
    "pairs",
    "names_missing",
    "score",
    "rank",
    "suits",
    "quote_length",
)
SPANS = (
    "span",
    "likely",
    "margin",
    "in_sentence",
    "in_passage",
    "told_in_sentence",
    "aspect",
    "local",
    "pairs",
    "names_missing",
    "score",
    "cosine",
    "rank",
    "suits",
    "echo",
    "length",
    "passages_agree",
    "hosts_agree",
)
CERTAINTY: Mapping[Level, tuple[str, ...]] = {
    "keyless": (
        *SENTENCES,
        "choice",
        "lead",
        "told_in_passage",
        "little_told",
        "rarest_missing",
        "question_words",
        "account",
    ),
    "reader": (
        "choice",
        "lead",
        "span",
        "likely",
        "margin",
        "in_sentence",
        "in_passage",
        "told_in_sentence",
        "told_in_passage",
        "little_told",
        "names_missing",
        "score",
        "cosine",
        "suits",
        "account",
        "passages_agree",
        "hosts_agree",
        "share",
    ),
}
SPANS_PENALTY = 10.0
NO_MARKS = (0.0, 0.0, 0.0)
NOTHING = Model((), (), 0.0)
_KEPT = 0.3
"""The share of wrong candidates that the choice is fitted on; there are many more of them."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question with its candidates, and which of them are right."""

    article: str
    withheld: bool
    candidates: tuple[Measured, ...]
    right: tuple[bool, ...]
    marks: tuple[tuple[float, float, float], ...] = ()
    """Of each candidate: exact match, F1, and whether its quote holds an accepted answer."""


@dataclass(frozen=True, slots=True)
class Guess:
    """What the model of the other folds says of a case."""

    withheld: bool
    answered: bool
    chance: float
    right: bool
    marks: tuple[float, float, float] = NO_MARKS


def cases(questions: Iterable[Question], scopes: Sequence[str], by: Level) -> Iterator[Case]:
    for question in questions:
        for withheld in (False, True):
            found = tuple(_measured(question, scopes, by, withheld=withheld))
            right = tuple(not withheld and _is_right(one, question, by) for one in found)
            marks = tuple(_marks(one, question) for one in found)
            yield Case(question.path, withheld, found, right, marks)


def _measured(question: Question, scopes: Sequence[str], by: Level, *, withheld: bool) -> list[Measured]:
    own = (f"{settings.HOST}{question.path.rstrip('/')}",)
    library = Library(scopes, SourcePolicy(exclude=own if withheld else ()))
    subject = identify(question.text, library, wording="", most_pages=BASE.pages)
    finder = Finder(library, subject, BASE, Trace(ignore, library, announces=False))
    return measured(*gather(finder, subject, subject.question), by)


def _is_right(found: Measured, question: Question, by: Level) -> bool:
    """A quote that holds an accepted answer; a span that shares half of its words with one."""
    candidate = found[0]
    if by == "keyless":
        return holds(candidate.quote, question.answers)
    return f1(candidate.text, question.answers) >= 0.5


def _marks(found: Measured, question: Question) -> tuple[float, float, float]:
    text, quote = found[0].text, found[0].quote
    return exact(text, question.answers), f1(text, question.answers), holds(quote, question.answers)


def fitted(found: Sequence[Case], by: Level, on: str) -> dict[str, Any]:
    """A level as it stands in the calibration file."""
    guesses = [guess for fold in range(FOLDS) for guess in _guesses(found, by, fold)]
    choice, certainty = _models(found, by)
    chances, right = [guess.chance for guess in guesses], [guess.right for guess in guesses]
    table = bins(chances, right)
    return {
        "measured": {"on": on, "questions": len(guesses)},
        "taken": taken(guesses),
        "bands": bands(guesses),
        "bins": table,
        "ece": round(ece(table), 4),
        "auc": round(auc(chances, right), 4),
        "choice": as_stored(choice),
        "model": as_stored(certainty),
    }


def taken(guesses: Sequence[Guess]) -> dict[str, float]:
    """How good what is taken is, however likely, of the questions that have an answer."""
    marks = [guess.marks for guess in guesses if not guess.withheld]
    means = (sum(column) / len(marks) for column in zip(*marks, strict=True))
    return dict(zip(("em", "f1", "held"), (round(mean, 4) for mean in means), strict=True))


def bands(guesses: Sequence[Guess]) -> list[dict[str, Any]]:
    """Each band with its share of the answerable questions, and the share of its answers that were right.

    *High* begins at .8, or above it where 1 in 10 is wrong, or where it answers more than 1 of 1000 withheld;
    *medium* at .5, or above it where it answers more than 8 of 1000 withheld ones. *Low* begins at .2, or
    above it where it answers more than 5 of 100 withheld ones.
    """
    steps = [at / 200 for at in range(40, 200)]
    high = next((at for at in steps if at >= 0.8 and _is_sure(guesses, at)), steps[-1])
    medium = next((at for at in steps if at >= 0.5 and _withheld(guesses, at) <= 0.008), high)
    low = next((at for at in steps if _withheld(guesses, at) <= 0.05), medium)
    edges = (("high", high, 1.01), ("medium", medium, high), ("low", min(low, medium), medium))
    return [{"name": name, "from": least, **_share(guesses, least, most)} for name, least, most in edges]


def _is_sure(guesses: Sequence[Guess], least: float) -> bool:
    inside = [guess.right for guess in guesses if guess.chance >= least and not guess.withheld]
    return bool(inside) and sum(inside) / len(inside) >= 0.9 and _withheld(guesses, least) <= 0.001


def _withheld(guesses: Sequence[Guess], least: float) -> float:
    """The share of the questions without their article that are answered all the same."""
    without = [guess for guess in guesses if guess.withheld]
    return sum(guess.chance >= least for guess in without) / max(1, len(without))


def _share(guesses: Sequence[Guess], least: float, most: float) -> dict[str, float]:
    present = [guess for guess in guesses if not guess.withheld]
    inside = [guess.right for guess in present if guess.answered and least <= guess.chance < most]
    right = sum(inside) / len(inside) if inside else 0.0
    return {"answered": round(len(inside) / max(1, len(present)), 4), "right": round(right, 4)}


def write(levels: Mapping[str, Any], extents: Mapping[str, Any] | None = None, file: Path = FILE) -> None:
    """Put what was fitted into the calibration file; what was not fitted stays as it is."""
    known = {"levels": {}, "extents": {}} | (json.loads(file.read_text()) if file.exists() else {})
    made = {"levels": known["levels"] | dict(levels), "extents": extents or known["extents"]}
    file.write_text(readable(made) + "\n")


def readable(value: Any, depth: int = 0) -> str:
    """JSON with a line for each entry of the upper objects, each band and each tree."""
    inner, outer = "\n" + " " * (depth + 1), "\n" + " " * depth
    if isinstance(value, dict) and depth < 4:
        lines = [f"{json.dumps(name)}: {readable(item, depth + 1)}" for name, item in value.items()]
        return f"{{{inner}{f',{inner}'.join(lines)}{outer}}}"
    if isinstance(value, list | tuple) and any(isinstance(item, dict | list | tuple) for item in value):
        return f"[{inner}{f',{inner}'.join(map(json.dumps, value))}{outer}]"
    return json.dumps(value)


def _guesses(found: Sequence[Case], by: Level, fold: int) -> Iterator[Guess]:
    folds = {article: at % FOLDS for at, article in enumerate(_dealt(found))}
    choice, certainty = _models([case for case in found if folds[case.article] != fold], by)
    for case in found:
        if folds[case.article] == fold:
            best = _chosen(case, choice)
            if best is None:
                yield Guess(case.withheld, answered=False, chance=0.0, right=False)
            else:
                judged, place = best
                chance = certainty.probability(judged.features)
                marks = case.marks[place] if case.marks else NO_MARKS
                yield Guess(case.withheld, True, chance, case.right[place], marks)


def _dealt(found: Sequence[Case]) -> list[str]:
    """The articles in an order that has nothing to do with what they are about, the same at every run."""
    articles = sorted({case.article for case in found})
    Random(1).shuffle(articles)
    return articles


def _models(found: Sequence[Case], by: Level) -> tuple[Model, Model | Trees]:
    choice = _choice_of_spans(found) if by == "reader" else _choice_of_sentences(found)
    best = [(case, *chosen) for case in found if (chosen := _chosen(case, choice))]
    values, right = [one.features for _, one, _ in best], [case.right[place] for case, _, place in best]
    if by == "reader":  # what it needs comes with the reader level
        return choice, import_module("benchmarks.boosting").fit(values, right, CERTAINTY[by])
    return choice, fit(values, right, CERTAINTY[by])


def _choice_of_spans(found: Sequence[Case]) -> Model:
    """Fitted question by question: 4 points of F1 better than one by one, which for sentences is no worse."""
    asked = [([values for _, values in case.candidates], case.right) for case in found if not case.withheld]
    return import_module("benchmarks.listwise").fit(asked, SPANS, SPANS_PENALTY)


def _choice_of_sentences(found: Sequence[Case]) -> Model:
    kept = Random(0)
    marked = [
        (values, right)
        for case in found
        if not case.withheld
        for (_, values), right in zip(case.candidates, case.right, strict=True)
        if right or kept.random() < _KEPT
    ]
    return fit([values for values, _ in marked], [right for _, right in marked], SENTENCES)


def _chosen(case: Case, choice: Model) -> tuple[Judged, int] | None:
    """What is taken, and which of the case's candidates that is."""
    judged = ranked(case.candidates, Calibration(choice, NOTHING, ()))
    if not judged:
        return None
    places = {id(found[0]): place for place, found in enumerate(case.candidates)}
    return judged[0], places[id(judged[0].candidate)]


def as_stored(model: Model | Trees) -> dict[str, Any]:
    kind = {"trees": model.trees} if isinstance(model, Trees) else {"weights": model.weights}
    return {"features": model.features, **kind, "bias": model.bias}
