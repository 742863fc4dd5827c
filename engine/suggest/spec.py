"""A task spec out of a sentence: the fields it asks for, each with a type and a description, by rules."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.suggest.kinds import KINDS, Kind, asks_yes_or_no, currency_of, kind_of, top_of, without_unit
from engine.suggest.known import known_as
from engine.suggest.phrases import LONGEST, Phrase, phrases_of
from engine.suggest.subjects import Subject, subject_in, subject_keyed, subject_named, things_in
from engine.suggest.wording import described, name_of
from engine.words import label_stems

MOST_FIELDS = 30
LONGEST_DESCRIPTION = 240
LONGEST_TITLE = 80
COVERED = frozenset({"citations", "confidence", "evidence", "reasoning", "source", "sources", "source_urls"})
"""Names of what every result carries anyway; a field of such a name is taken for that."""
_SPACES = re.compile(r"[^\S\n]+|\0")
_OPEN = re.compile(r"(?:how|why|explain|compare|what|describe|summari[sz]e)\b", re.I)
"""Openings of a question that is answered as a whole."""
_GIVEN = re.compile(r"\s*(?:given|based on|using|starting from|from)\s+([^.;!?]{1,200}?)\s*[,:;]\s+", re.I)
Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Schemas that the lint finds nothing wrong with."""

    output_schema: Schema
    input_schema: Schema | None
    """None where the sentence does not say what each run is about."""
    title: str


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    schema: Schema
    said: str


def suggest_spec(
    sentence: str,
    *,
    previous_output: Mapping[str, Any] | None = None,
    previous_input: Mapping[str, Any] | None = None,
    nullable: bool = True,
) -> Suggestion:
    """The fields that a sentence asks for, added to those of a previous suggestion if there is one.

    With ``nullable`` what may be unknown may be null. The same sentence always gives the same suggestion.
    """
    sentence = _SPACES.sub(" ", sentence[:LONGEST])
    given, rest = _given(sentence)
    subject, asked = _parted(given, rest)
    subject = subject or subject_keyed((previous_input or {}).get("properties") or ())
    fields = [] if given else _listed(sentence)
    if fields:
        subject = None
    fields = fields or _fields(phrases_of(asked), subject, nullable=nullable)
    fields = fields or [_answer(sentence, nullable=nullable)]
    kept = dict((previous_output or {}).get("properties") or {})
    properties = kept | {field.name: field.schema for field in fields if field.name not in kept}
    return Suggestion(
        output_schema=_object(properties),
        input_schema=dict(previous_input) if previous_input else _input_schema(given, subject),
        title=_title(fields, subject, sentence),
    )


def _parted(given: str, rest: str) -> tuple[Subject | None, str]:
    """The subject, and what is asked of it without the words that name it."""
    if given:
        return subject_in(given)[0], rest
    if named := subject_named(rest):
        return named, rest
    subject, start, end = subject_in(rest)
    return subject, f"{rest[:start]} {rest[end:]}"


def _listed(sentence: str) -> list[_Field]:
    """The one list that ``Which companies are hiring?`` asks for."""
    things = things_in(sentence)
    if things is None:
        return []
    said, rest = things
    kind = KINDS["list"]
    description = f"Names of the {said} that {rest}"[:LONGEST_DESCRIPTION] + kind.form
    return [_Field(name_of(said, kind), _typed(kind, (), description, nullable=False), said)]


def _given(sentence: str) -> tuple[str, str]:
    """What a sentence says will be given, as in ``Given a name and a city, find …``, and the rest of it."""
    found = _GIVEN.match(sentence)
    return (found[1], sentence[found.end() :]) if found else ("", sentence)


def _fields(phrases: list[Phrase], subject: Subject | None, *, nullable: bool) -> list[_Field]:
    fields: dict[str, _Field] = {}
    if len(phrases) == 1 and _OPEN.match(phrases[0].said):
        return []
    for phrase in phrases:
        field = _field(phrase, subject, nullable=nullable)
        if field and field.name not in COVERED:
            fields.setdefault(field.name, field)
    if subject and len(fields) > 1:
        fields.pop(subject.key, None)
    return list(fields.values())[:MOST_FIELDS]


def _field(phrase: Phrase, subject: Subject | None, *, nullable: bool) -> _Field | None:
    said = without_unit(phrase.said)
    polar = asks_yes_or_no(f"{said} {phrase.aside}")
    options = () if polar else phrase.options
    known = known_as(said, label_stems(subject.noun) if subject else frozenset())
    if known and not options and not polar and not top_of(said):
        name, kind = known.name, known.kind
        description = known.description.format(it=subject.it if subject else "the subject")
    else:
        kind = KINDS["boolean"] if polar else KINDS["string"] if options else kind_of(said)
        name, description = name_of(said, kind), described(said, kind, subject)
    if not name:
        return None
    form = kind.form.format(currency=currency_of(f"{phrase.said} {phrase.aside}"))
    plain = phrase.aside and not phrase.options and not (kind is KINDS["money"] or polar)
    remark = f" ({phrase.aside})" if plain else ""
    schema = _typed(kind, options, f"{description}{remark}"[:LONGEST_DESCRIPTION] + form, nullable=nullable)
    return _Field(name, schema, phrase.said)


def _typed(kind: Kind, options: tuple[str, ...], description: str, *, nullable: bool) -> Schema:
    if kind.type == "array":
        said = f"{description}; empty when none is known"
        return {"type": "array", "items": {"type": "string"}, "description": said}
    schema: Schema = {"type": [kind.type, "null"] if nullable else kind.type}
    if options:
        schema["enum"] = [*options, None] if nullable else list(options)
    return schema | {"description": f"{description}; null when it is not known" if nullable else description}


def _answer(sentence: str, *, nullable: bool) -> _Field:
    """The one field of a request that names none."""
    asked = " ".join(sentence.split())[:LONGEST_DESCRIPTION]
    said = f"Answer to the request: {asked}" if asked else "Answer to the question that the input asks"
    return _Field("answer", _typed(KINDS["text"], (), said, nullable=nullable), "answer")


def _object(properties: Mapping[str, Schema]) -> Schema:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def _input_schema(given: str, subject: Subject | None) -> Schema | None:
    """What each run is given: what the sentence lists, else the subject's name."""
    texts: dict[str, Schema] = {}
    for phrase in phrases_of(given):
        name = name_of(phrase.said, KINDS["string"])
        if subject and name in subject.words:
            name, said = subject.key, f"The name of {subject.it}"
        else:
            said = f"The {phrase.said}"[:LONGEST_DESCRIPTION]
        texts.setdefault(name, {"type": "string", "description": said})
    if subject and not texts:
        texts[subject.key] = {"type": "string", "description": f"The name of {subject.it}"}
    return _object(texts) if texts else None


def _title(fields: list[_Field], subject: Subject | None, sentence: str) -> str:
    said = [field.said for field in fields]
    if said == ["answer"]:
        title = " ".join(sentence.split()) or "Answer to a question"
    else:
        first, last = (said[:3], "more") if len(said) > 3 else (said[:-1], said[-1])
        title = f"{', '.join(first)} and {last}" if first else last
    title = f"{subject.noun}: {title}" if subject and said != ["answer"] else title
    cut = title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1].rstrip()}…"
    return f"{cut[:1].upper()}{cut[1:]}"
