"""Open questions measured: each asked of the index as a person would ask, once with its article withheld."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import mean, median

from django.conf import settings

from benchmarks.engine_cases import Question
from benchmarks.scores import auc, bins, ece, exact, f1, holds
from engine.models import Page
from engine.output import Output
from engine.research import research

Row = dict[str, object]
BANDS = {
    "high": ("high",),
    "medium or above": ("high", "medium"),
    "low or above": ("high", "medium", "low"),
}
_RIGHT = 0.5
"""An answer counts as right from this F1; a quote does where it holds an accepted answer."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question."""

    withheld: bool
    answered: bool
    confidence: str
    chance: float
    right: bool
    exact: bool
    f1: float
    held: bool
    """Whether a quoted excerpt holds an accepted answer."""
    excerpts: int
    verbatim: int
    seconds: float


def outcomes(questions: Sequence[Question], scopes: Sequence[str], processor: str = "base") -> list[Outcome]:
    return [
        one
        for question in questions
        for one in (
            asked(question, scopes, processor),
            asked(question, scopes, processor, policy=without(question), withheld=True),
        )
    ]


def without(question: Question) -> dict[str, object]:
    """The policy that takes the question's whole article away."""
    return {"exclude_domains": [f"{settings.HOST}{question.path.rstrip('/')}"]}


def asked(
    question: Question,
    scopes: Sequence[str],
    processor: str = "base",
    *,
    policy: dict[str, object] | None = None,
    withheld: bool = False,
) -> Outcome:
    """Ask it as any run would, and compare what comes back with the accepted answers."""
    began = time.perf_counter()
    output = research(
        input=question.text, task_spec=None, processor=processor, scopes=scopes, source_policy=policy
    )
    seconds = time.perf_counter() - began
    entry = output.basis[0]
    said = str(output.content) if entry.found else ""
    excerpts = [excerpt for citation in entry.citations for excerpt in citation.excerpts]
    overlap = f1(said, question.answers) if entry.found else 0.0
    held = any(holds(excerpt.text, question.answers) for excerpt in excerpts)
    return Outcome(
        withheld=withheld,
        answered=entry.found,
        confidence=entry.confidence if entry.found else "",
        chance=entry.probability or 0.0,
        right=not withheld and entry.found and (overlap >= _RIGHT or (_is_quote(output) and held)),
        exact=entry.found and exact(said, question.answers),
        f1=overlap,
        held=held,
        excerpts=len(excerpts),
        verbatim=_verbatim(output),
        seconds=seconds,
    )


def _is_quote(output: Output) -> bool:
    """Whether the answer is the quoted sentences themselves, and not words out of them."""
    excerpts = [excerpt.text for citation in output.basis[0].citations for excerpt in citation.excerpts]
    return all(excerpt in str(output.content) for excerpt in excerpts)


def _verbatim(output: Output) -> int:
    excerpts = [excerpt for citation in output.basis[0].citations for excerpt in citation.excerpts]
    pages = Page.objects.in_bulk({excerpt.page_id for excerpt in excerpts})
    return sum(pages[one.page_id].text[one.start : one.end] == one.text for one in excerpts)


def answered(found: Sequence[Outcome], level: str) -> list[Row]:
    """The table of open questions."""
    present = [one for one in found if not one.withheld]
    return [
        {
            "what": f"open questions, {level} level",
            "asked": len(present),
            "answered %": share(present, lambda one: one.answered),
            "EM %": share(present, lambda one: one.exact),
            "F1 %": 100 * mean(one.f1 for one in present),
            "quote holds it %": share(present, lambda one: one.held),
            "p50 ms": 1000 * median(one.seconds for one in found),
            "answers/s": len(found) / sum(one.seconds for one in found),
        }
    ]


def by_band(found: Sequence[Outcome]) -> list[Row]:
    """How many are answered in each band, how many of these are right, and what a withheld article leaves."""
    present = [one for one in found if not one.withheld]
    without = [one for one in found if one.withheld]
    rows = []
    for name, bands in BANDS.items():
        inside = [one for one in present if one.confidence in bands]
        wrongly = [one for one in without if one.confidence in bands]
        rows.append(
            {
                "confidence": name,
                "answered %": 100 * len(inside) / len(present),
                "right %": share(inside, lambda one: one.right),
                "article withheld, answered %": 100 * len(wrongly) / len(without),
            }
        )
    return rows


def reliability(found: Sequence[Outcome]) -> list[Row]:
    """How often was right what was given such a chance, with and without its article."""
    table = bins([one.chance for one in found], [one.right for one in found])
    return [
        {
            "chance": f"{row['from']:.1f} to {row['to']:.1f}",
            "questions": row["n"],
            "predicted %": 100 * row["predicted"],
            "observed %": 100 * row["observed"],
        }
        for row in table
    ]


def calibrated(found: Sequence[Outcome]) -> list[Row]:
    chances, right = [one.chance for one in found], [one.right for one in found]
    return [
        {
            "questions": len(found),
            "ECE %": 100 * ece(bins(chances, right)),
            "AUC %": 100 * auc(chances, right),
            "excerpts": sum(one.excerpts for one in found),
            "verbatim %": 100
            * sum(one.verbatim for one in found)
            / max(1, sum(one.excerpts for one in found)),
        }
    ]


def share(found: Sequence[Outcome], true_of: Callable[[Outcome], bool]) -> float:
    return 100 * sum(map(true_of, found)) / len(found) if found else 0.0
