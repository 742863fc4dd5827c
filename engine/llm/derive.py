"""Whether a value follows from what was quoted for it, and the value as the quote has it."""

from typing import Any

from engine.form import Form
from engine.llm.figures import date_in, means_date_in, number_in, truth_in, year_in
from engine.llm.phrases import FEW_WORDS, choice_in, text_in
from engine.llm.quotes import Quoted
from engine.readers import Line, Reading, read_value
from engine.readers.amounts import amounts_in
from engine.readers.choices import parse_range
from engine.schema import Field
from engine.words import fold, words

_YES_OR_NO = {"yes": True, "true": True, "no": False, "false": False}


def derived(field: Field, form: Form, value: Any, quote: Quoted) -> Any:
    """The value of a field that is no list and no object, in its type; None if it does not follow."""
    match field.kind:
        case "integer" if form.date:
            return year_in(quote, value)
        case "integer" | "number":
            return number_in(quote, value, form, whole=field.kind == "integer")
        case "boolean":
            return truth_in(quote, value)
        case "enum":
            return _choice(field, form, value, quote)
        case "any" if isinstance(value, bool):
            return truth_in(quote, value)
        case "any" if isinstance(value, int | float):
            return number_in(quote, value, form, whole=isinstance(value, int))
    said = str(value) if isinstance(value, str | int | float) else ""
    return _text(field, form, said, quote) if said.strip() else None


def is_told(field: Field, form: Form, value: Any) -> bool:
    """Whether a value is told in sentences, which need not stand in a quote word for word."""
    if field.kind not in ("string", "any") or not isinstance(value, str) or form.date:
        return False
    return form.sentences is not None or len(words(value)) > FEW_WORDS


def _text(field: Field, form: Form, value: str, quote: Quoted) -> str | None:
    if form.date and (dated := date_in(quote, value, form)):
        return dated
    if form.date and form.date != "any":
        return None
    found = text_in(quote, value)
    if found is None and means_date_in(quote, value):
        return value
    return found or _as_read(field, form, value, quote)


def _as_read(field: Field, form: Form, value: str, quote: Quoted) -> str | None:
    """The value that the engine itself reads from the quote, if that is the same one."""
    for part in (quote.line, quote.line.partition(": ")[2]):
        reading = read_value(field, Line(part), form) if part else None
        if isinstance(reading, Reading) and fold(str(reading.value)) == fold(value):
            at = len(quote.line) - len(part)
            if quote.touches(at + reading.start, at + reading.end):
                return str(reading.value)
    return None


def _choice(field: Field, form: Form, value: Any, quote: Quoted) -> Any:
    """A member of an enum: a number, a range that holds one, yes or no, or a word."""
    choices = field.choices
    if all(isinstance(choice, bool) for choice in choices):
        truth = truth_in(quote, value)
        return truth if truth in choices else None
    if all(isinstance(choice, int | float) for choice in choices):
        number = number_in(quote, value, form, whole=False)
        return next((choice for choice in choices if choice == number), None)
    ranges = {str(choice): found for choice in choices if (found := parse_range(str(choice)))}
    if len(ranges) > 1:
        span = ranges.get(str(value))
        amounts = (a for a in amounts_in(quote.line) if quote.touches(a.start, a.end))
        return value if span and any(span.holds(amount.value) for amount in amounts) else None
    if str(value).strip().lower() in _YES_OR_NO:
        truth = truth_in(quote, value)
        return next(
            (c for c in choices if truth is not None and _YES_OR_NO.get(str(c).lower()) is truth), None
        )
    return choice_in(quote, value, choices, field.description)
