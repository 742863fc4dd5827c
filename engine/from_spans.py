"""Values of text fields that stand in prose, as the reader level finds them: “Its chief executive is …”."""

from collections.abc import Sequence

from engine.candidates import Asked, Found
from engine.evidence import Answer, Evidence, lowered
from engine.judging import judge
from engine.readers import Line, Refusal, read_value
from engine.subject import Subject
from engine.vocabulary import GENERIC
from engine.wants import Want
from engine.words import stems


def asked_of(want: Want, subject: Subject) -> Asked:
    """The field as the question that the reader is trained on."""
    return Asked(f"What is the {want.title} of {subject.name}?", subject.stems)


def can_be_read(want: Want) -> bool:
    """Text alone, in few words; figures, dates and choices have stricter ways."""
    return want.field.kind == "string" and not want.narrative and not want.form.date and not want.form.example


def answer_from_spans(want: Want, subject: Subject, asked: Asked, passages: Sequence[Found]) -> Answer | None:
    """The words of a sentence that names the field, if that is likely enough to be right.

    The probability was measured on questions of people. A schema also asks for what no page tells, so each
    telling word of the field has to stand in the sentence, and the answer counts a step less. What is
    unlikely is kept where two such words stand side by side on the subject's own page.
    """
    judged = judge(asked, passages, "reader")
    best = judged[0] if judged else None
    if best is None or best.confidence is None:
        return None
    candidate, page = best.candidate, best.candidate.found.page
    telling = frozenset(stems(want.title)) - GENERIC - subject.stems
    is_own = page.id in {known.id for known in subject.pages}
    if best.confidence == "low" and not (is_own and len(telling) > 1 and _together(telling, candidate.said)):
        return None
    needed = telling if is_own else telling | subject.stems
    if not telling or not needed <= frozenset(candidate.said):
        return None
    reading = read_value(want.field, Line(candidate.text), want.form)
    if isinstance(reading, Refusal):
        return None
    answer = Answer(
        value=reading.value,
        reasoning=f"The page {page.title} says: “{candidate.quote}”",
        confidence=best.confidence,
        evidence=tuple(Evidence(page, start, end) for start, end in candidate.quoted),
    )
    return lowered(answer)


def _together(telling: frozenset[str], said: Sequence[str]) -> bool:
    """Whether these words stand side by side."""
    width = len(telling)
    return any(telling == frozenset(said[at : at + width]) for at in range(len(said) - width + 1))
