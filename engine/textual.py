"""Text output: a typed value where one is asked for, else quoted sentences."""

import re
from collections.abc import Iterator
from dataclasses import replace

from engine.blanks import blank
from engine.evidence import Answer, basis, least, lowered
from engine.finder import Finder
from engine.form import Form, form_of
from engine.llm.analyst import Analyst
from engine.output import Output, Warning
from engine.passage_answers import answer_from_passages
from engine.question import aspects, is_polar, without_names
from engine.readers import Line, Refusal, read_value
from engine.schema import Field
from engine.subject import Subject
from engine.vocabulary import FORMS_OF_ANSWERS
from engine.wants import want_for
from engine.words import split_identifier, stems

_ASKS_ONE_THING = re.compile(
    r"\s*(?:how(?!\s+do(?:es)?\b.*\bwork\b)|when|where|why|which|whose|list|compare)\b", re.I
)
"""Openings of questions that how a page begins does not answer."""
_QUESTION = frozenset(stems("answer response reply result output question query input user the"))
_READ = ("string", "integer", "number")
"""Kinds of fields that an answer in words can be read as."""
_ANSWER = frozenset(stems("answer response reply"))
_SENTENCE = re.compile(r"\b(?:sentences?|paragraphs?|report|essay)\b", re.I)


def answer_text(description: str, finder: Finder, analyst: Analyst | None = None) -> Output:
    finder = finder.aimed(description)
    subject = finder.subject
    answer = _answer(description, finder, subject)
    if analyst:
        answer = analyst.write(description, subject, answer)
    entry = basis("output", answer)
    content = answer.value if answer.found else _nothing(subject)
    warnings = (*map(Warning, subject.notes), *(analyst.warnings if analyst else ()))
    return Output("text", str(content), (entry,), warnings=warnings)


def asks_the_question(field: Field, subject: Subject) -> bool:
    """Whether a field such as ``answer`` answers what the input asks, and describes nothing else."""
    name, said = frozenset(stems(split_identifier(field.name))), stems(field.description[:400])
    if (
        field.kind not in _READ
        or not name
        or not name <= _QUESTION | FORMS_OF_ANSWERS
        or not subject.question
    ):
        return False
    return _QUESTION.issuperset(said) or bool(
        name & _ANSWER and want_for(replace(field, name="")).concept is None
    )


def answer_question(finder: Finder, field: Field) -> Answer:
    answer = _answer("", finder, finder.subject, briefly=_is_typed(field))
    if answer.found:
        answer = _in_type(replace(answer, value=_spelled(answer.value), parts=()), field)
    if answer.found:
        return answer
    return replace(answer, value=blank(field), missing=() if field.nullable else ("",))


def _is_typed(field: Field) -> bool:
    """Whether it asks for more than any text: for a number, a date, a choice."""
    return field.kind != "string" or bool(form_of(field).date)


def _in_type(answer: Answer, field: Field) -> Answer:
    """The answer as the number or the date that the field asks for; none where it holds no such thing."""
    if not _is_typed(field):
        return answer
    reading = read_value(field, Line(answer.value), form_of(field))
    if isinstance(reading, Refusal):
        said = f"What answers the question, “{answer.value[:200]}”, {reading.reason}."
        return replace(answer, reasoning=said, confidence="low", evidence=())
    return replace(answer, value=reading.value)


def _answer(description: str, finder: Finder, subject: Subject, *, briefly: bool = False) -> Answer:
    """The description's own field, then what the question asks, then the opening of the subject's page."""
    if described := _by_description(description, finder):
        return described
    if not stems(f"{subject.name} {subject.question}"):
        return Answer("", "The input names nothing to look for.")
    question = subject.question
    asked = aspects(question)
    if not asked:
        question = f"{question} {description}"
        asked = aspects(description)
    if answered := _of_facts(question, asked, finder, subject, description):
        return answered
    form = form_of(Field("", "string", description))
    if asked or not subject.pages or _ASKS_ONE_THING.match(question):
        return answer_from_passages(
            finder,
            subject,
            question,
            most=_most(form),
            sentences=_asks_for_sentences(form, description),
            briefly=briefly,
        )
    return finder.opening(_most(form)) or Answer("", "No evidence found.")


def _of_facts(
    question: str, asked: list[Field], finder: Finder, subject: Subject, description: str
) -> Answer | None:
    """What the pages of each subject state about what is asked."""
    if not subject.pages or subject.related:
        return None
    if is_polar(question):
        return _deciding(aspects(without_names(question)), finder)
    finders = finder.each()
    several = len(finders) > 1
    found = [
        (_heading(field, one.about if several else "", alone=len(asked) == 1), answer)
        for one in finders
        for field, answer in _answers(one if several else finder, asked, description)
    ]
    return _joined(found, finder, description) if any(answer.found for _, answer in found) else None


def _answers(finder: Finder, asked: list[Field], description: str) -> Iterator[tuple[Field, Answer]]:
    for field in asked:
        yield field, finder.answer(_in_form(field, description))


def _deciding(asked: list[Field], finder: Finder) -> Answer | None:
    """The lines that decide a question for yes or no, which is left to the reader."""
    answers = [answer for answer in map(finder.answer, asked) if answer.found]
    if not answers:
        return None
    lines = [item.page.text[item.start : item.end] for answer in answers for item in answer.evidence]
    quoted = replace(answers[0], value="\n".join(dict.fromkeys(lines)), parts=())
    return lowered(quoted) if quoted.confidence == "high" else quoted


def _by_description(description: str, finder: Finder) -> Answer | None:
    if not description.strip():
        return None
    parts = aspects(description)
    if len(parts) > 1 and all(want_for(part).concept for part in parts):
        found = [(_headed(part.name), finder.answer(part)) for part in parts]
        if any(answer.found for _, answer in found):
            return _joined(found, finder, description)
    answer = finder.answer(Field("", "string", description))
    return answer if answer.found else None


def _in_form(field: Field, description: str) -> Field:
    """The question's field in the form that the description asks for, unless that is one of sentences."""
    return field if _SENTENCE.search(description) else replace(field, description=description)


def _joined(found: list[tuple[str, Answer]], finder: Finder, description: str) -> Answer:
    """One answer as it is; several as lines of ``name: value``, what was not found said so."""
    if len(found) == 1:
        answer = found[0][1]
        told = finder.sentence_with(answer) if _SENTENCE.search(description) else None
        return told or replace(answer, value=_spelled(answer.value))
    lines = [f"{heading}: {_spelled(a.value) if a.found else 'not found'}" for heading, a in found]
    known = [answer for _, answer in found if answer.found]
    return Answer(
        value="\n".join(lines),
        reasoning=" ".join(answer.reasoning for _, answer in found),
        confidence=least([answer.confidence for answer in known] + ["medium"] * (len(known) < len(found))),
        evidence=tuple(item for answer in known for item in answer.evidence),
    )


def _heading(field: Field, subject: str, *, alone: bool) -> str:
    """What heads a line: the thing that is asked, the subject where there are several, or both."""
    if not subject:
        return _headed(field.name)
    return subject if alone else f"{subject}, {_headed(field.name)}"


def _headed(name: str) -> str:
    """An aspect's name as a person would head a line with it: ``GDP``, ``Top exports``."""
    words = split_identifier(name)
    return words.upper() if len(words) <= 3 else words.capitalize()


def _spelled(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _asks_for_sentences(form: Form, description: str) -> bool:
    return bool(form.sentences or _SENTENCE.search(description))


def _most(form: Form) -> int:
    return form.sentences[1] if form.sentences else 3


def _nothing(subject: Subject) -> str:
    about = f" about {subject.name}" if subject.name else ""
    return f"Nothing in the indexed sources answers this{about}."
