"""Enums and booleans: ranges that hold a number, members that stand in the text, and plain yes or no."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.readers.amounts import amounts_in
from engine.readers.base import Line, Reading, Refusal
from engine.words import fold

_AT_MOST = re.compile(r"^(?:under|below|less than|fewer than|up to|at most|<=?|≤)\s*", re.I)
_AT_LEAST = re.compile(r"^(?:over|above|more than|at least|from|>=?|≥)\s*", re.I)
_OPEN_END = re.compile(r"\+|\b(?:or more|and (?:over|above|more|up)|plus)\b", re.I)
_INCLUSIVE = re.compile(r"^(?:up to|at most|at least|from|<=|>=|≤|≥)", re.I)
_DASH = re.compile(r"(?<=[\dkKmMbB%])\s*(?:-|–|—|to)\s*(?=[$€£¥]?\d)")
_YES = re.compile(r"^\s*(?:yes|true)\b", re.I)
_NO = re.compile(r"^\s*(?:no|false)\b(?! (?:official|data|information|single))", re.I)


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers from ``low`` to ``high``; an open end is None."""

    low: Decimal | None
    high: Decimal | None
    low_in: bool = True
    high_in: bool = True

    def holds(self, value: Decimal) -> bool:
        above = self.low is None or value > self.low or (self.low_in and value == self.low)
        return above and (self.high is None or value < self.high or (self.high_in and value == self.high))


def read_choice(line: Line, choices: Sequence[Any]) -> Reading | Refusal:
    """The member that the line states: the range that holds its number, or the one that occurs in it."""
    ranges = [parse_range(choice) if isinstance(choice, str) else None for choice in choices]
    if sum(found is not None for found in ranges) >= 2:
        return _read_range(line, choices, ranges)
    if set(choices) <= {True, False} and all(isinstance(choice, bool) for choice in choices):
        return _among(read_boolean(line), choices)
    if all(isinstance(choice, int | float) for choice in choices):
        return _read_figure(line, choices)
    return _read_literal(line, choices)


def read_boolean(line: Line) -> Reading | Refusal:
    """Only an explicit yes or no at the start of the line counts."""
    for pattern, value in ((_YES, True), (_NO, False)):
        if match := pattern.match(line.text):
            return Reading(value, match.start(), match.end())
    return Refusal("says neither yes nor no")


def parse_range(text: str) -> Range | None:
    """``51-200 employees``, ``10001+``, ``under 18``, ``$1M-$10M``; None for anything else."""
    parts = [amounts_in(part) for part in _DASH.split(text.strip())]
    figures = [found[0].value for found in parts if len(found) == 1]
    if len(figures) != len(parts) or len(figures) not in (1, 2):
        return None
    if len(figures) == 2:
        return Range(figures[0] * _shared_scale(parts), figures[1])
    if _OPEN_END.search(text):
        return Range(figures[0], None)
    if _AT_MOST.match(text):
        return Range(None, figures[0], high_in=bool(_INCLUSIVE.match(text)))
    return Range(figures[0], None, low_in=bool(_INCLUSIVE.match(text))) if _AT_LEAST.match(text) else None


def _shared_scale(parts: list[list[Any]]) -> int:
    """In ``1-10 million`` the scale word stands for both figures."""
    low, high = parts[0][0], parts[1][0]
    alone = not low.scale and high.scale and low.value < Decimal(high.digits.replace(",", ""))
    return int(high.value / Decimal(high.digits.replace(",", ""))) if alone else 1


def _read_range(line: Line, choices: Sequence[Any], ranges: Sequence[Range | None]) -> Reading | Refusal:
    found = amounts_in(line.text)
    if not found:
        return Refusal("gives no number")
    amount = found[0]
    for choice, span in zip(choices, ranges, strict=True):
        if span and span.holds(amount.value):
            return Reading(choice, amount.start, amount.end, exact=len(found) == 1)
    return Refusal(f"gives “{line.text[amount.start : amount.end]}”, which no range holds")


def _read_figure(line: Line, choices: Sequence[Any]) -> Reading | Refusal:
    for amount in amounts_in(line.text)[:1]:
        for choice in choices:
            if amount.value == Decimal(str(choice)):
                return Reading(choice, amount.start, amount.end)
    return Refusal("gives none of the allowed values")


def _read_literal(line: Line, choices: Sequence[Any]) -> Reading | Refusal:
    """The one member that occurs as a whole word; longer members win over those inside them."""
    text, hits = line.text, []
    for choice in choices:
        if isinstance(choice, str) and (match := _occurrence(choice, text)):
            hits.append((match, choice))
    hits.sort(key=lambda hit: (hit[0][0] - hit[0][1], hit[0][0]))
    outer = [hit for hit in hits if not any(_inside(hit[0], other[0]) for other in hits)]
    if not outer:
        return Refusal("names none of the allowed values")
    (start, end), choice = min(outer, key=lambda hit: (hit[0][0], text[slice(*hit[0])] != hit[1]))
    return Reading(choice, start, end, exact=len({fold(choice) for _, choice in outer}) == 1)


def _occurrence(choice: str, text: str) -> tuple[int, int] | None:
    words = re.findall(r"[^\W_]+", choice)
    if not words:
        return None
    pattern = r"[\W_]+".join(re.escape(fold(word)) for word in words)
    match = re.search(rf"(?<![^\W_]){pattern}(?![^\W_])", text, re.I)
    return match.span() if match else None


def _inside(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one != other and other[0] <= one[0] and one[1] <= other[1]


def _among(reading: Reading | Refusal, choices: Sequence[Any]) -> Reading | Refusal:
    allowed = isinstance(reading, Refusal) or reading.value in choices
    return reading if allowed else Refusal("gives none of the allowed values")
