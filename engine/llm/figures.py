"""Numbers, dates, and yes or no, read again from where they were quoted."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.form import Form
from engine.llm.quotes import Quoted
from engine.readers import Line, Reading
from engine.readers.amounts import SCALES, amounts_in, fits
from engine.readers.choices import read_boolean
from engine.readers.dates import PartialDate, dates_in, render

_WORDS = {
    word: number
    for number, word in enumerate(
        ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), 2
    )
}
"""Not ``one``, which mostly counts nothing."""
_WORD = re.compile(rf"\b(?:{'|'.join(_WORDS)})\b", re.I)


def number_in(quote: Quoted, value: Any, form: Form, *, whole: bool) -> int | float | None:
    """The number of the quote that the value means, in the scale that is asked for.

    Its unit must be one that may answer for the wanted one. Its scale word counts: ``68 million`` is no 68.
    """
    meant = _decimal(value)
    if meant is None:
        return None
    scale = SCALES.get(form.scale, 1)
    for stated, start, end in _numbers(quote.line, form):
        if quote.touches(start, end) and meant in (stated / scale, stated):
            number = stated / scale
            if number == number.to_integral_value():
                return int(number)
            return None if whole else float(number)
    return None


def year_in(quote: Quoted, value: Any) -> int | None:
    meant = _decimal(value)
    years = (span for span in dates_in(quote.line) if quote.touches(span.start, span.end))
    return next((span.date.year for span in years if meant == span.date.year), None)


def date_in(quote: Quoted, value: str, form: Form) -> str | None:
    """The date of the quote that the value means, in the requested form; it may say less, but not more."""
    meant = dates_in(value)
    if len(meant) != 1:
        return None
    for span in dates_in(quote.line):
        if quote.touches(span.start, span.end) and _agree(meant[0].date, span.date):
            if form.date == "any":
                return quote.line[span.start : span.end]
            told = render(span.date, form.date)
            return told or (render(span.date, form.date_else) if form.date_else else None)
    return None


def means_date_in(quote: Quoted, value: str) -> bool:
    """Whether the value is nothing but a date that the quote states."""
    meant = dates_in(value)
    if len(meant) != 1 or re.search(r"\w", value[: meant[0].start] + value[meant[0].end :]):
        return False
    spans = (span for span in dates_in(quote.line) if quote.touches(span.start, span.end))
    return any(_agree(meant[0].date, span.date) for span in spans)


def truth_in(quote: Quoted, value: Any) -> bool | None:
    """Only an explicit yes or no: at the beginning of the line, or right behind its label."""
    meant = _truth(value)
    label = quote.line.find(": ") + 2
    for at in (0, label) if label > 1 else (0,):
        reading = read_boolean(Line(quote.line[at:]))
        if isinstance(reading, Reading) and quote.touches(at + reading.start, at + reading.end):
            return reading.value if reading.value is meant else None
    return None


def _numbers(text: str, form: Form) -> list[tuple[Decimal, int, int]]:
    found = [
        (amount.value, amount.start, amount.end)
        for amount in amounts_in(text)
        if fits(amount.unit, form.unit)
    ]
    return found + [(Decimal(_WORDS[m[0].lower()]), m.start(), m.end()) for m in _WORD.finditer(text)]


def _decimal(value: Any) -> Decimal | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        try:
            return Decimal(str(value))
        except InvalidOperation:
            return None
    found = amounts_in(value) if isinstance(value, str) else []
    if len(found) == 1:
        return found[0].value
    years = dates_in(value) if isinstance(value, str) else []
    return Decimal(years[0].date.year) if len(years) == 1 else None


def _truth(value: Any) -> bool | None:
    said = {"yes": True, "true": True, "no": False, "false": False}
    return value if isinstance(value, bool) else said.get(str(value).strip().lower())


def _agree(meant: PartialDate, stated: PartialDate) -> bool:
    return (
        meant.year == stated.year and meant.month in (None, stated.month) and meant.day in (None, stated.day)
    )
