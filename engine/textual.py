"""Text output: a typed value where one is asked for, else quoted sentences."""

import re
from dataclasses import replace

from engine.evidence import Answer, basis
from engine.finder import Finder
from engine.form import Form, form_of
from engine.output import Output, Warning
from engine.passage_answers import answer_from_passages
from engine.question import aspects
from engine.schema import Field
from engine.subject import Subject
from engine.words import split_identifier

_SENTENCE = re.compile(r"\b(?:sentences?|paragraphs?|report|essay)\b", re.I)


def answer_text(description: str, finder: Finder, subject: Subject) -> Output:
    answer = _answer(description, finder, subject)
    entry = basis("output", answer)
    content = answer.value if answer.found else _nothing(subject)
    return Output("text", str(content), (entry,), warnings=tuple(Warning(note) for note in subject.notes))


def _answer(description: str, finder: Finder, subject: Subject) -> Answer:
    """The description's own field, then what the question asks, then the opening of the subject's page."""
    if described := _by_description(description, finder):
        return described
    question = subject.question
    asked = aspects(question)
    if not asked:
        question = f"{question} {description}"
        asked = aspects(description)
    found = [(field, finder.answer(_in_form(field, description))) for field in asked if subject.pages]
    if any(answer.found for _, answer in found):
        return _joined(found, finder, description)
    form = form_of(Field("", "string", description))
    if asked or not subject.pages:
        return answer_from_passages(finder, subject, question, most=_most(form))
    return finder.opening(_most(form)) or Answer("", "No evidence found.")


def _by_description(description: str, finder: Finder) -> Answer | None:
    if not description.strip():
        return None
    answer = finder.answer(Field("", "string", description))
    return answer if answer.found else None


def _in_form(field: Field, description: str) -> Field:
    """The question's field in the form that the description asks for, unless that is one of sentences."""
    return field if _SENTENCE.search(description) else replace(field, description=description)


def _joined(found: list[tuple[Field, Answer]], finder: Finder, description: str) -> Answer:
    """One answer as it is; several as lines of ``name: value``, what was not found said so."""
    if len(found) == 1:
        answer = found[0][1]
        told = finder.sentence_with(answer) if _SENTENCE.search(description) else None
        return told or replace(answer, value=_spelled(answer.value))
    lines = [f"{_headed(field.name)}: {_spelled(a.value) if a.found else 'not found'}" for field, a in found]
    known = [answer for _, answer in found if answer.found]
    return Answer(
        value="\n".join(lines),
        reasoning=" ".join(answer.reasoning for _, answer in found),
        confidence="medium" if len(known) < len(found) else known[0].confidence,
        evidence=tuple(item for answer in known for item in answer.evidence),
    )


def _headed(name: str) -> str:
    """An aspect's name as a person would head a line with it: ``GDP``, ``Top exports``."""
    words = split_identifier(name)
    return words.upper() if len(words) <= 3 else words.capitalize()


def _spelled(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _most(form: Form) -> int:
    return form.sentences[1] if form.sentences else 3


def _nothing(subject: Subject) -> str:
    about = f" about {subject.name}" if subject.name else ""
    return f"Nothing in the indexed sources answers this{about}."
