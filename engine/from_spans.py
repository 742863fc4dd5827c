"""Values of text fields that stand in prose, as the reader level finds them: “Its chief executive is …”."""

from collections.abc import Sequence

from engine.candidates import Asked, Found
from engine.evidence import Answer, Evidence, lowered
from engine.judging import Judged, judge
from engine.readers import Line, Refusal, read_value
from engine.subject import Subject
from engine.vocabulary import GENERIC
from engine.wants import Want
from engine.words import stems


def asked_of(want: Want, subject: Subject) -> Asked:
    """The field as the question that the reader is trained on."""
    return Asked(f"What is the {want.title} of {subject.name}?", subject.stems)


def can_be_read(want: Want, subject: Subject) -> bool:
    """Text alone, in few words; figures, dates and choices have stricter ways. One word is met by chance."""
    plain = not (want.narrative or want.form.date or want.form.example)
    return want.field.kind == "string" and plain and len(_telling(want, subject)) > 1


def answer_from_spans(want: Want, subject: Subject, asked: Asked, passages: Sequence[Found]) -> Answer | None:
    """The words of a sentence that names the field, if that is likely enough to be right.

    The probability was measured on questions of people. A schema also asks for what no page tells, so each
    telling word of the field has to stand in the sentence, and the answer counts a step less.
    """
    judged = judge(asked, passages, "reader")
    best = judged[0] if judged else None
    if best is None or best.confidence is None or not _is_told(best, _telling(want, subject), subject):
        return None
    candidate, page = best.candidate, best.candidate.found.page
    reading = read_value(want.field, Line(candidate.text), want.form)
    if isinstance(reading, Refusal) or (want.year and str(want.year) not in candidate.quote):
        return None
    answer = Answer(
        value=reading.value,
        reasoning=f"The page {page.title} says: “{candidate.quote}”",
        confidence=best.confidence,
        evidence=tuple(Evidence(page, start, end) for start, end in candidate.quoted),
    )
    return lowered(answer)


def _telling(want: Want, subject: Subject) -> frozenset[str]:
    return frozenset(stems(want.title)) - GENERIC - subject.stems


def _is_told(best: Judged, telling: frozenset[str], subject: Subject) -> bool:
    """Whether prose says it, in the words of the field, of the subject; side by side, if it is unlikely."""
    candidate = best.candidate
    said, found = candidate.said, candidate.found
    prose = {(sentence.start, sentence.end) for sentence in found.sentences}
    is_own = found.page.id in {page.id for page in subject.pages}
    if not prose.issuperset(candidate.quoted) or not telling <= frozenset(said):
        return False
    if best.confidence == "low":
        return is_own and _together(telling, said)
    return is_own or subject.stems <= frozenset(said)


def _together(telling: frozenset[str], said: Sequence[str]) -> bool:
    """Whether these words stand side by side."""
    width = len(telling)
    return any(telling == frozenset(said[at : at + width]) for at in range(len(said) - width + 1))
