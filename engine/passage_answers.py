"""Answers to open questions: the words of a passage that answer, or the sentences that do."""

import re
from collections.abc import Sequence
from dataclasses import replace

from engine.candidates import Asked, Found, passages_of
from engine.evidence import Answer, Evidence
from engine.extent import answer_text
from engine.finder import Finder
from engine.judging import Judged, judge, level
from engine.question import is_polar
from engine.subject import Subject
from engine.words import words

_NEAR = 0.7
"""How much less, in log odds, a sentence may score that is quoted beside the best."""
_HOW_TO = re.compile(r"\bhow (?:to|(?:do|does|can|could|should|would|might) (?:i|we|you|one|people))\b", re.I)
_RIVAL = 1.0
"""How much less another answer may score that is told beside the best."""


def answer_from_passages(
    finder: Finder,
    subject: Subject,
    question: str,
    *,
    most: int,
    sentences: bool = False,
    briefly: bool = False,
) -> Answer:
    """Say what answers the question about the subject, or that nothing does.

    With the reader the answer is the words that answer, or as much of their sentence as does; without it, the
    sentences that do, at most so many. Whoever asks for yes or no, how to do a thing, or for ``sentences`` is
    given these too; who asks ``briefly``, for a number or a date, the words alone.
    """
    asked, passages = gather(finder, subject, question)
    by = level()
    judged = judge(asked, passages, by)
    if not judged:
        return Answer("", _nearest(passages), probability=0.0)
    best = judged[0]
    if best.confidence is None:
        return Answer("", _nearest(passages), probability=best.probability)
    quotes = by == "keyless" or sentences or is_polar(asked.text) or _HOW_TO.search(asked.text)
    answer = _quoting(_near(judged, most), best) if quotes else _saying(asked, judged, briefly=briefly)
    return answer if _is_about(subject, asked, best) else replace(answer, confidence="low", probability=None)


def gather(finder: Finder, subject: Subject, question: str) -> tuple[Asked, list[Found]]:
    """The question as it was asked, or with the subject's name, and the passages that may answer it."""
    whole = question == subject.question and subject.text
    asked = Asked(whole or f"{subject.name} {question}".strip(), subject.stems)
    return asked, passages_of(finder.passages(words(asked.text)))


def _near(judged: Sequence[Judged], most: int) -> list[Judged]:
    best = judged[0]
    page = best.candidate.found.page
    return [one for one in judged if one.candidate.found.page is page and one.score >= best.score - _NEAR][
        :most
    ]


def _saying(asked: Asked, judged: Sequence[Judged], *, briefly: bool) -> Answer:
    """The words that answer, with the sentences that hold them here and wherever else they were found."""
    best = judged[0]
    page = best.candidate.found.page
    same = [one for one in judged[1:] if one.candidate.answer == best.candidate.answer]
    evidence = _evidence([best, *same])
    told = f"The page {page.title} says: “{best.candidate.quote}”"
    others = len(
        {one.candidate.found.start for one in same if one.candidate.found is not best.candidate.found}
    )
    told += f" {_counted(others)} it too." if others else ""
    rival = next((one for one in judged[1:] if one.candidate.answer != best.candidate.answer), None)
    if rival and rival.score >= best.score - _RIVAL:
        told += f" The page {rival.candidate.found.page.title} may be read as “{rival.candidate.text}”."
    value = best.candidate.text if briefly else answer_text(asked, best)
    return Answer(value, told, best.confidence or "low", evidence, probability=best.probability)


def _counted(passages: int) -> str:
    return "Another passage says" if passages == 1 else f"{passages} other passages say"


def _quoting(chosen: Sequence[Judged], best: Judged) -> Answer:
    evidence = sorted(_evidence(chosen), key=lambda item: item.start)
    page = best.candidate.found.page
    sentences = "a sentence" if len(evidence) == 1 else f"{len(evidence)} sentences"
    return Answer(
        value=" ".join(page.text[item.start : item.end] for item in evidence),
        reasoning=f"Quotes {sentences} from the page {page.title}.",
        confidence=best.confidence or "low",
        probability=best.probability,
        evidence=tuple(evidence),
    )


def _evidence(judged: Sequence[Judged]) -> tuple[Evidence, ...]:
    """The sentences of each, once."""
    places = {
        (one.candidate.found.page.id, *span): one.candidate.found.page
        for one in judged
        for span in one.candidate.quoted
    }
    return tuple(Evidence(page, start, end) for (_, start, end), page in places.items())


def _is_about(subject: Subject, asked: Asked, best: Judged) -> bool:
    """Whether a quote from another page than the subject's own names the subject and what is asked of it."""
    said = frozenset(best.candidate.said)
    own = not subject.pages or best.candidate.found.page.id in {page.id for page in subject.pages}
    return own or (subject.stems <= said and not said.isdisjoint(asked.telling))


def _nearest(passages: Sequence[Found]) -> str:
    titles = ", ".join(dict.fromkeys(found.page.title for found in passages[:3]))
    return f"No evidence found. The nearest pages are {titles}." if titles else "No evidence found."
