"""Dates as pages write them, with the precision they state and no more."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine.readers.base import Line, Reading, Refusal

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_MONTH = "|".join(f"{month}|{month[:3]}" for month in MONTHS) + "|Sept"
_YEAR = r"(?P<year>[12]\d{3})"
_PATTERNS = tuple(
    re.compile(rf"(?<![\w.,/-])(?:{pattern})(?![\w-])", re.I)
    for pattern in (
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month>{_MONTH})\.?,? (?P<year>[12]?\d{{3}})",
        rf"(?P<month>{_MONTH})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? {_YEAR}",
        rf"{_YEAR}-(?P<month>\d{{2}})-(?P<day>\d{{2}})",
        rf"(?P<month>{_MONTH})\.?,? {_YEAR}",
        r"(?P<first>\d{1,2})[/.](?P<second>\d{1,2})[/.](?P<year>[12]\d{3})",
        rf"{_YEAR}-(?P<month>\d{{2}})",
        _YEAR,
    )
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_YEARLY = re.compile(
    rf"(?<![\w.,/-])(?:{_DAY}(?: of)? (?:{_MONTH})\b\.?|(?:{_MONTH})\.? {_DAY}\b)(?!,? \d)", re.I
)
"""A day that comes every year: ``17 May`` with no year behind it."""
_TO = re.compile(r"\s*(?:to|until|till|through|[-–—])\s*", re.I)
_NONE = re.compile(r"\s*(?:no|none|not)\b", re.I)
_NOT_A_YEAR = re.compile(r"\s*(?:%|,\d|\.\d|[a-z]*\s?(?:km|employees|people|members|staff|sq)\b)", re.I)


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date as far as it is known."""

    year: int
    month: int | None = None
    day: int | None = None


@dataclass(frozen=True, slots=True)
class DateSpan:
    date: PartialDate
    start: int
    end: int


def dates_in(text: str) -> list[DateSpan]:
    """The dates of a text in order; where two readings overlap, the fuller one."""
    taken: list[DateSpan] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            overlaps = any(match.start() < span.end and span.start < match.end() for span in taken)
            date = None if overlaps else _date(match)
            if date and not _NOT_A_YEAR.match(text, match.end()):
                taken.append(DateSpan(date, match.start(), match.end()))
    return sorted(taken, key=lambda span: span.start)


def read_date(line: Line, template: str) -> Reading | Refusal:
    """The first date of the line in the requested form. What the line does not state is not made up."""
    found = dates_in(line.text)
    yearly = _YEARLY.search(line.text) if template == "any" else None
    if yearly and not any(span.start < yearly.end() for span in found):
        return Reading(yearly[0], yearly.start(), yearly.end())
    if not found or _NONE.match(line.text):
        return Refusal("gives no date")
    first = found[0]
    if template == "any" and len(found) > 1 and _TO.fullmatch(line.text[first.end : found[1].start]):
        return Reading(line.text[first.start : found[1].end], first.start, found[1].end)
    value = line.text[first.start : first.end] if template == "any" else render(first.date, template)
    if value is None:
        missing = "month" if first.date.month is None else "day"
        return Refusal(f"gives only “{line.text[first.start : first.end]}”, without the {missing}")
    return Reading(value, first.start, first.end, exact=len({span.date for span in found}) == 1)


def read_year(line: Line) -> Reading | Refusal:
    found = dates_in(line.text)
    if not found:
        return Refusal("gives no year")
    return Reading(
        found[0].date.year, found[0].start, found[0].end, exact=len({span.date.year for span in found}) == 1
    )


def render(date: PartialDate, template: str) -> str | None:
    """The date by a template such as ``MM-YYYY``; None if the template needs more than is known."""
    parts = {"YYYY": f"{date.year:04}", "YY": f"{date.year % 100:02}"}
    if date.month:
        parts |= {"MM": f"{date.month:02}", "M": str(date.month), "MONTH": MONTHS[date.month - 1]}
        parts |= {"MON": MONTHS[date.month - 1][:3]}
    if date.day:
        parts |= {"DD": f"{date.day:02}", "D": str(date.day)}
    wanted = re.findall(r"[A-Za-z]+", template)
    if not all(part.upper() in parts for part in wanted):
        return None
    return re.sub(r"[A-Za-z]+", lambda match: parts[match[0].upper()], template)


def _date(match: re.Match[str]) -> PartialDate | None:
    groups = match.groupdict()
    if "first" in groups:
        return _numeric(int(match["first"]), int(match["second"]), int(match["year"]))
    month = _month(groups.get("month"))
    day = int(groups["day"]) if groups.get("day") else None
    if month == 0 or (day is not None and not 1 <= day <= 31):
        return None
    return PartialDate(int(match["year"]), month, day)


def _numeric(first: int, second: int, year: int) -> PartialDate | None:
    """``9/24/2023``: which number is the month is known only if the other cannot be one."""
    if first > 31 or second > 31 or (first > 12 and second > 12) or not first or not second:
        return None
    if first > 12 or first == second:
        return PartialDate(year, second, first)
    return PartialDate(year, first, second) if second > 12 else PartialDate(year)


def _month(text: str | None) -> int | None:
    """The month's number; 0 for a number that is none."""
    if text is None:
        return None
    if text.isdecimal():
        return int(text) if 1 <= int(text) <= 12 else 0
    return next(
        number for number, month in enumerate(MONTHS, 1) if month.lower().startswith(text.lower()[:3])
    )


def spans_of_dates(text: str) -> Iterator[tuple[int, int]]:
    """Where dates with a month stand, so that their numbers are not read as amounts."""
    return ((span.start, span.end) for span in dates_in(text) if span.date.month)
