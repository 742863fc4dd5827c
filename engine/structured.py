"""JSON output: one answer a field, put together so that it always fits the schema."""

from typing import Any

import jsonschema_rs

from engine.blanks import blank
from engine.evidence import Answer, basis
from engine.finder import Finder
from engine.llm.analyst import Analyst
from engine.output import FieldBasis, Output, Warning
from engine.schema import Field, read_schema
from engine.subject import Subject
from engine.textual import answer_question, asks_the_question
from engine.trace import Trace


def answer_schema(
    schema: dict[str, Any],
    finder: Finder,
    subject: Subject,
    trace: Trace,
    analyst: Analyst | None = None,
) -> Output:
    root = read_schema(schema)
    answers: dict[str, Answer] = {}
    subjects: dict[str, Subject] = {}
    notes = dict.fromkeys(subject.notes)
    for at, field in enumerate(root.fields, 1):
        asked = finder.within(field)
        notes.update(dict.fromkeys(asked.subject.notes))
        answers[field.name] = _answer(field, asked)
        subjects[field.name] = asked.subject
        trace.result(_told(field, answers[field.name]))
        trace.stats(20 + 75 * at / len(root.fields))
    if analyst:
        answers = analyst.fill(root.fields, answers, subjects)
    content = {name: answer.value for name, answer in answers.items()}
    for name in _misfits(schema, content):
        answers[name] = _withdrawn(root, name)
        content[name] = answers[name].value
    entries = [entry for field in root.fields for entry in entries_of(field.name, answers[field.name])]
    warnings = (*map(Warning, notes), *_missing(root, answers), *(analyst.warnings if analyst else ()))
    return Output("json", content, tuple(entries), warnings=warnings)


def _answer(field: Field, finder: Finder) -> Answer:
    if asks_the_question(field, finder.subject):
        return answer_question(finder, field)
    return finder.answer(field)


def entries_of(name: str, answer: Answer) -> list[FieldBasis]:
    """The field's own entry, and one for each element where it is a list."""
    entries = [basis(name, answer)]
    if isinstance(answer.value, list):
        entries += [basis(f"{name}.{at}", part) for at, part in enumerate(answer.parts)]
    return entries


def _misfits(schema: dict[str, Any], content: dict[str, Any]) -> list[str]:
    """The top-level fields whose values break a rule of the schema that the tree of fields does not know."""
    try:
        # Offline: a schema comes from anybody, and must not make this machine read an address or a file.
        validator = jsonschema_rs.validator_for(
            schema, offline=True, pattern_options=jsonschema_rs.RegexOptions()
        )
    except ValueError:
        return []  # a schema that is none has no further rule; what the tree of fields knows is kept
    paths = [list(error.instance_path) for error in validator.iter_errors(content)]
    return list(dict.fromkeys(path[0] for path in paths if path and path[0] in content))


def _withdrawn(root: Field, name: str) -> Answer:
    field = next(field for field in root.fields if field.name == name)
    return Answer(
        blank(field),
        f"What was found for “{name}” does not fit the schema.",
        missing=() if field.nullable else ("",),
    )


def _missing(root: Field, answers: dict[str, Answer]) -> list[Warning]:
    """A warning for each place that holds a filler because nothing was found and null is not allowed."""
    places = [_place(field.name, path) for field in root.fields for path in answers[field.name].missing]
    return [
        Warning(f"No evidence was found for the field “{place}”; its value is only a placeholder.")
        for place in places
    ]


def _place(name: str, path: str) -> str:
    return f"{name}.{path}" if path else name


def _told(field: Field, answer: Answer) -> str:
    return f"{field.name}: {answer.reasoning}"
