"""Numbers with their currency, scale word and unit, exactly as decimal figures."""

import re
from dataclasses import dataclass
from decimal import Decimal

from engine.form import Form
from engine.readers.base import Line, Reading, Refusal
from engine.readers.dates import spans_of_dates
from engine.readers.texts import without_note

SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_SHORT = {"k": "thousand", "m": "million", "mn": "million", "mln": "million", "b": "billion", "bn": "billion"}
_SHORT |= {"t": "trillion", "tn": "trillion"}
_SYMBOLS = {"$": "USD", "US$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"}
_AMOUNT = re.compile(
    r"(?<![\w.,/])(?P<sign>[-−](?=[\d$€£¥]))?(?P<currency>(?:US\$|[$€£¥]|USD|EUR|GBP|JPY|CHF)\s?)?"
    r"(?P<sign2>[-−])?(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?:\s?(?P<scale>thousand|million|billion|trillion|[mb]n|mln|tn)\b|(?P<short>[kKmMbBT])\b(?!\w))?"
    r"(?P<unit>\s?(?:%|percent\b|sq(?:uare)? ?k\w+|km2|km²|sq(?:uare)? ?mi\w*|km\b|miles?\b|m\b|ft\b|feet\b"
    r"|USD\b|EUR\b|GBP\b|US dollars|euros?\b))?"
    r"(?!\w)"
)
_YEAR_IN_BRACKETS = re.compile(r"\((?:FY\s?)?\d{4}(?:[-/]\d{2,4})?(?: est\.?)?\)")
_DIMENSIONS = ({"km2", "mi2"}, {"km", "mi", "m", "ft"}, {"USD", "EUR", "GBP", "JPY", "CHF", "percent"})


@dataclass(frozen=True, slots=True)
class Amount:
    value: Decimal
    """In full: ``3.1 trillion`` is 3100000000000."""
    digits: str
    """The figure as written, without currency and scale."""
    scale: str
    unit: str
    start: int
    end: int


def amounts_in(text: str) -> list[Amount]:
    """The numbers of a text in order, those inside dates and years in brackets left out."""
    hidden = [match.span() for match in _YEAR_IN_BRACKETS.finditer(text)] + list(spans_of_dates(text))
    found = (
        _amount(match)
        for match in _AMOUNT.finditer(text)
        if not any(a <= match.start("number") < b for a, b in hidden)
    )
    return list(found)


def read_number(line: Line, form: Form, *, whole: bool) -> Reading | Refusal:
    """The first number in the requested unit and scale, outside of notes."""
    found = amounts_in(without_note(line.text))
    if not found:
        return Refusal("gives no number")
    amount = next((amount for amount in found if fits(amount.unit, form.unit)), None)
    if amount is None:
        return Refusal(f"gives “{line.text[found[0].start : found[0].end]}”, not a number in {form.unit}")
    value = amount.value / SCALES.get(form.scale, 1)
    if value == value.to_integral_value():
        return Reading(int(value), amount.start, amount.end, exact=_alone(found, line.text))
    if whole:
        return Refusal(f"gives {value.normalize():f}, which is not a whole number")
    return Reading(float(value), amount.start, amount.end, exact=_alone(found, line.text))


def _alone(found: list[Amount], text: str) -> bool:
    """Whether no second number stands beside the first; what follows a semicolon or a bracket is an aside."""
    aside = re.search(r"[;(]", text[found[0].end :])
    return len(found) == 1 or (aside is not None and found[1].start >= found[0].end + aside.start())


def read_like(line: Line, form: Form) -> Reading | Refusal:
    """An amount written like an example such as ``$3.1 trillion (2023)``: its style, the page's figures."""
    pattern = amounts_in(form.example.rpartition("(")[0] or form.example)
    found = amounts_in(line.text)
    if not pattern or not found:
        return Refusal("gives no amount")
    style, amount = pattern[0], found[0]
    if style.unit and not amount.unit:
        return Refusal(f"gives “{line.text[amount.start : amount.end]}”, without its unit ({style.unit})")
    if not fits(amount.unit, style.unit) or not fits(amount.unit, form.unit):
        return Refusal(f"gives “{line.text[amount.start : amount.end]}”, not in {style.unit or form.unit}")
    written = _written(amount, form.example[style.start : style.end], style, line.text)
    if re.search(r"\((?:19|20)\d\d\)", form.example) and line.year:
        written = f"{written} ({line.year})"
    return Reading(written, amount.start, amount.end)


def _written(amount: Amount, example: str, style: Amount, text: str) -> str:
    """The amount with the example's way to put currency and scale."""
    as_on_page = text[amount.start : amount.end]
    short = re.search(r"\d([kmbt])\b", example, re.I)
    if short and amount.scale:
        return re.sub(
            rf"\s?{amount.scale}",
            amount.scale[0].upper() if short[1].isupper() else amount.scale[0],
            as_on_page,
            flags=re.I,
        )
    if style.scale and not amount.scale and abs(amount.value) >= 10**6:
        scale = max((scale for scale in SCALES if abs(amount.value) >= SCALES[scale]), key=SCALES.__getitem__)
        return as_on_page.replace(amount.digits, f"{(amount.value / SCALES[scale]).normalize():f} {scale}")
    if not style.scale and amount.scale:
        return as_on_page.replace(amount.digits, f"{abs(amount.value).normalize():,f}").replace(
            f" {amount.scale}", ""
        )
    return as_on_page


def _amount(match: re.Match[str]) -> Amount:
    scale = (match["scale"] or match["short"] or "").lower()
    scale = _SHORT.get(scale, scale)
    value = Decimal(match["number"].replace(",", "")) * SCALES.get(scale, 1)
    sign = -1 if match["sign"] or match["sign2"] else 1
    unit = _unit((match["currency"] or match["unit"] or "").strip())
    return Amount(sign * value, match["number"], scale, unit, match.start(), match.end())


def _unit(text: str) -> str:
    lowered = text.lower().replace("square", "sq").replace(" ", "")
    if text in _SYMBOLS or text.isupper():
        return _SYMBOLS.get(text, text)
    for start, unit in (
        ("sqk", "km2"),
        ("km2", "km2"),
        ("km²", "km2"),
        ("sqmi", "mi2"),
        ("usdollar", "USD"),
        ("euro", "EUR"),
    ):
        if lowered.startswith(start):
            return unit
    return {"%": "percent", "percent": "percent", "mile": "mi", "miles": "mi", "feet": "ft"}.get(
        lowered, lowered
    )


def fits(unit: str, wanted: str) -> bool:
    """Whether a figure in this unit may answer for the wanted one; a figure without a unit may."""
    if not unit or not wanted:
        return True
    return unit == wanted or not any({unit, wanted} <= dimension for dimension in _DIMENSIONS)
