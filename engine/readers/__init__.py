"""From a line of a page to a value of the kind that a field asks for, or the reason why there is none."""

import re
from dataclasses import replace

from engine.form import Form, form_of
from engine.readers.amounts import amounts_in, read_like, read_number
from engine.readers.base import Line, Reading, Refusal
from engine.readers.choices import read_boolean, read_choice
from engine.readers.dates import read_date, read_year
from engine.readers.lists import read_list
from engine.readers.places import read_place
from engine.readers.records import read_records
from engine.readers.texts import read_text, read_url
from engine.schema import Field
from engine.words import split_identifier

__all__ = ["Line", "Reading", "Refusal", "read_value"]
_ADDRESS = re.compile(r"\b(?:url|website|web ?site|home ?page|web address|link|domain)\b", re.I)
_AND_MORE = re.compile(r"\b(?:and|e ?mail|phone|postal|mailing|street)\b", re.I)
"""In a field's name: it asks for more than a web address."""
_CODE = re.compile(r"\bcode$", re.I)
_IN_BRACKETS = re.compile(r"\(([A-Z]{2,4})\)")
_AGE = re.compile(
    r"^\s*no(?:ne|t)?\b|\b(?:centur(?:y|ies)|millenni\w+|B\.?C\b|A\.?D\b|ancient|antiquity|\d{3,4}s?\b)", re.I
)
"""Words that answer when something was, though they are no date: ``7th century``, ``none (territory)``."""
_LONGEST_AGE = 200


def read_value(field: Field, line: Line, form: Form) -> Reading | Refusal:
    """The field's value as the line states it, in the form that is asked for."""
    if field.kind == "array":
        return _read_array(field, line, form)
    return _read_scalar(field, line, form)


def _read_scalar(field: Field, line: Line, form: Form) -> Reading | Refusal:
    match field.kind:
        case "integer" if form.date:
            return read_year(line)
        case "integer" | "number" if len(line.elements) > 1:
            return Refusal("gives a list, not one number")
        case "integer" | "number":
            return read_number(line, form, whole=field.kind == "integer")
        case "boolean":
            return read_boolean(line)
        case "enum":
            return read_choice(line, field.choices)
        case "string" | "any":
            return _read_string(field, line, form)
    return Refusal(f"cannot fill a value of type {field.kind}")


def _read_string(field: Field, line: Line, form: Form) -> Reading | Refusal:
    if form.date:
        return _read_dated(line, form)
    if form.example and amounts_in(form.example):
        return read_like(line, form)
    if _ADDRESS.search(f"{split_identifier(field.name)} {field.description}") and not _AND_MORE.search(
        split_identifier(field.name)
    ):
        return read_url(line)
    if form.first and line.elements:
        return _read_first(line)
    if _CODE.search(split_identifier(field.name)) and (code := _IN_BRACKETS.search(line.text)):
        return Reading(code[1], code.start(1), code.end(1))
    if form.joined or (form.only and form.only in line.text.lower()):
        return _read_joined(line, form)
    return read_place(line, form.place) if form.place else read_text(line)


def _read_first(line: Line) -> Reading | Refusal:
    """The first of a list, which is surely the largest only where figures show the order."""
    listed = read_list(line, read_text, top=1, names=True)
    if isinstance(listed, Refusal):
        return listed
    ranked = len(line.elements) == 1 or re.search(r"\d", line.text.partition(line.elements[1])[0]) is not None
    return replace(listed.parts[0], exact=listed.parts[0].exact and ranked)


def _read_dated(line: Line, form: Form) -> Reading | Refusal:
    """A date as asked for; where any will do, also what tells the time in words."""
    dated = read_date(line, form.date)
    if isinstance(dated, Refusal) and form.date_else:
        dated = read_date(line, form.date_else)
    in_words = form.date == "any" and _AGE.search(line.text[:_LONGEST_AGE]) and len(line.text) < _LONGEST_AGE
    return read_text(line) if isinstance(dated, Refusal) and in_words else dated


def _read_joined(line: Line, form: Form) -> Reading | Refusal:
    """The names of a list in one string, with commas between them."""
    listed = read_list(line, read_text, top=form.top, names=True, only=form.only)
    if isinstance(listed, Refusal):
        return read_text(line)
    return replace(listed, value=", ".join(map(str, listed.value)), parts=())


def _read_array(field: Field, line: Line, form: Form) -> Reading | Refusal:
    item = field.item
    if item is None:
        return Refusal("cannot fill a list of no certain type")
    if item.kind == "object":
        return read_records(line, item, _read_member, top=form.top)
    item_form = form_of(item) if item.description else Form(unit=form.unit, scale=form.scale)
    names = item.kind in ("string", "any")
    return read_list(
        line, lambda part: read_value(item, part, item_form), top=form.top, names=names, only=form.only
    )


def _read_member(field: Field, line: Line) -> Reading | Refusal:
    return read_value(field, line, form_of(field))
