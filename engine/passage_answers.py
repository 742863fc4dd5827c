"""Answers to open questions: the words of a passage that answer, or the sentences that do."""

from collections.abc import Sequence
from dataclasses import replace

from engine.candidates import Asked, Found, passages_of
from engine.evidence import Answer, Evidence
from engine.finder import Finder
from engine.judging import Judged, judge
from engine.subject import Subject
from engine.words import words

_NEAR = 0.7
"""How much less, in log odds, a sentence may score that is quoted beside the best."""


def answer_from_passages(finder: Finder, subject: Subject, question: str, *, most: int) -> Answer:
    """Quote what answers the question about the subject, or say that nothing does."""
    asked, passages = gather(finder, subject, question)
    judged = judge(asked, passages, "keyless")
    if not judged:
        return Answer("", _nearest(passages), probability=0.0)
    best = judged[0]
    if best.confidence is None:
        return Answer("", _nearest(passages), probability=best.probability)
    near = [
        one
        for one in judged
        if one.candidate.found.page is best.candidate.found.page and one.score >= best.score - _NEAR
    ]
    answer = _quoting(near[:most], best)
    return answer if _is_about(subject, best) else replace(answer, confidence="low", probability=None)


def gather(finder: Finder, subject: Subject, question: str) -> tuple[Asked, list[Found]]:
    """The question with the subject's name, and the passages that may answer it."""
    asked = Asked(f"{subject.name} {question}".strip(), subject.stems)
    return asked, passages_of(finder.passages(words(asked.text)))


def _quoting(chosen: Sequence[Judged], best: Judged) -> Answer:
    spans = sorted({span for one in chosen for span in one.candidate.quoted})
    page = best.candidate.found.page
    sentences = "a sentence" if len(spans) == 1 else f"{len(spans)} sentences"
    return Answer(
        value=" ".join(page.text[start:end] for start, end in spans),
        reasoning=f"Quotes {sentences} from the page {page.title}.",
        confidence=best.confidence or "low",
        probability=best.probability,
        evidence=tuple(Evidence(page, start, end) for start, end in spans),
    )


def _is_about(subject: Subject, best: Judged) -> bool:
    """Whether a quote from another page than the subject's own names the subject itself."""
    own = not subject.pages or best.candidate.found.page.id in {page.id for page in subject.pages}
    return own or subject.stems <= frozenset(best.candidate.said)


def _nearest(passages: Sequence[Found]) -> str:
    titles = ", ".join(dict.fromkeys(found.page.title for found in passages[:3]))
    return f"No evidence found. The nearest pages are {titles}." if titles else "No evidence found."
