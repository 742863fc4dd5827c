"""What a field's name and description ask of a value's form: date format, example, how many, which unit."""

import re
from dataclasses import dataclass

from engine.schema import Field
from engine.words import split_identifier

DATE_TEMPLATE = re.compile(
    r"(?<![A-Za-z])(?:(?:YYYY|YY|MM|M|DD|D|Month|Mon)\b[-/., ]{0,2}){0,2}"
    r"YYYY(?:[-/., ]{1,2}(?:MM|M|DD|D)\b){0,2}(?![A-Za-z])",
    re.I,
)
_YEAR_ONLY = re.compile(r"\b(?:year only|only the year|just the year|(?:4|four)[- ]digit year)\b", re.I)
_MONTH_YEAR = re.compile(r"\bmonth and year\b", re.I)
_ISO_DATE = re.compile(r"\bISO(?:[- ]?8601)?(?: date)?\b|%Y-%m-%d")
_EXAMPLE = re.compile(
    r"(?:formatted (?:like|as)|in the form(?:at)?(?: of)?|format:?|such as|like|e\.g\.,?"
    r"|(?:for )?example[,:]?)\s*"
    r"(?P<quote>['\"“‘`])(?P<text>.{1,60}?)['\"”’`](?![A-Za-z])",
    re.I,
)
_NUMBER_WORDS = {
    word: number
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), 1
    )
}
_COUNT = rf"(\d{{1,3}}|{'|'.join(_NUMBER_WORDS)})"
_TOP = re.compile(
    rf"\b(?:top|first|up to|at most|maximum(?: of)?|max)[ -]{_COUNT}\b"
    rf"|\b{_COUNT} (?:largest|biggest|main|major|most|best|highest|leading|top|key|principal)\b",
    re.I,
)
_SENTENCES = re.compile(rf"\b{_COUNT}(?:\s*(?:-|–|to|or)\s*{_COUNT})? (?:\w+ ){{0,2}}sentences?\b", re.I)
_JOINED = re.compile(r"\bcomma[ -](?:separated|delimited)|\bseparated (?:by|with) (?:a )?commas?\b", re.I)
_YEAR = r"((?:19[5-9]|20\d)\d)(?![-/\d])"
_FOR_YEAR = re.compile(
    rf"\b(?:in|for|of|during|as of|fy|year|end of)\s+(?:the\s+)?(?:(?:fiscal|calendar)\s+)?"
    rf"(?:year\s+)?{_YEAR}|\({_YEAR}\)$",
    re.I,
)
_DATE_OF = re.compile(r"\W*(?:the )?(?:\w+ ){0,2}date\b", re.I)
_SHOWS_FORM = re.compile(r"\b(?:format(?:ted)?|like|e\.?g|examples?|such as)\b", re.I)
_PARAGRAPH = re.compile(r"\bparagraphs?\b", re.I)
_NARRATIVE = re.compile(
    r"\b(?:descri(?:be|bes|bing|ption)|summar(?:y|ise|ize|ises|izes)|overview|explain|explanation|background|history|narrative|essay|report"
    r"|sentences?|paragraphs?|discuss|analysis|elaborate|(?<!of )mission|purpose|activities)\b",
    re.I,
)
_UNITS = {
    "km2": r"\b(?:sq(?:uare)?[ _-]?k(?:m|ilomet)|km2|km²)",
    "mi2": r"\b(?:sq(?:uare)?[ _-]?mi|mi2|mi²)",
    "km": r"\b(?:km|kilomet(?:er|re)s?)\b",
    "mi": r"\bmiles?\b",
    "ft": r"\b(?:ft|feet)\b",
    "percent": r"%|\b(?:percent(?:age)?|pct)\b",
    "USD": r"\b(?:USD|US dollars?|U\.S\. dollars?|dollars?)\b|\$",
    "EUR": r"\b(?:EUR|euros?)\b|€",
    "GBP": r"\b(?:GBP|pounds? sterling)\b|£",
    "JPY": r"\b(?:JPY|yen)\b|¥",
}
_SCALE = re.compile(
    r"\bin (?:\w+ ){0,2}?(thousand|million|billion|trillion)s?\b|\b(thousand|million|billion|trillion)s\b",
    re.I,
)


SUPERLATIVES = frozenset(
    {"largest", "biggest", "main", "top", "most", "primary", "first", "leading", "principal", "longest"}
)
PARTS_OF_PLACES = frozenset({"city", "town", "state", "province", "region", "country"})


@dataclass(frozen=True, slots=True)
class Form:
    """The requested form of a value; what is not asked for is empty."""

    date: str = ""
    """A template of YYYY, MM, M, DD, D and Month; or ``any`` where a date is asked for in no special form."""
    date_else: str = ""
    """The template for a date that is known less precisely, if one is given."""
    example: str = ""
    top: int | None = None
    sentences: tuple[int, int] | None = None
    """Least and most sentences of a narrative answer; None where no narrative is asked for."""
    unit: str = ""
    scale: str = ""
    first: bool = False
    """Of a list only the first is asked for, as in ``largest_city``."""
    only: str = ""
    """Of a list only the elements with this remark are asked for, if any has it: ``French (official)``."""
    joined: bool = False
    """Whether a list is asked for as one string, its elements between commas."""
    place: str = ""
    """Which part of a place such as ``Saint Paul, Minnesota`` is asked for."""


def form_of(field: Field) -> Form:
    name = split_identifier(field.name)
    asked = f"{name}. {field.description[:4000]}"
    example = _EXAMPLE.search(field.description)
    plain = _EXAMPLE.sub(" ", asked)
    scale = _SCALE.search(plain)
    return Form(
        date=_date(name, field),
        date_else=_second_date(asked),
        example=example["text"] if example else "",
        top=_top(plain),
        sentences=_sentences(plain) if field.kind in ("string", "any") else None,
        joined=bool(_JOINED.search(asked)),
        unit=next((unit for unit, pattern in _UNITS.items() if re.search(pattern, plain, re.I)), ""),
        scale=(scale[1] or scale[2]).lower() if scale and field.kind in ("integer", "number") else "",
    )


def year_asked(description: str) -> int | None:
    """The one year that a description asks for; not one that only shows how to write a value."""
    told = _SHOWS_FORM.split(_EXAMPLE.sub(" ", description[:4000]).strip(" ."))[0].strip(" .,;(")
    years = {int(match[1] or match[2]) for match in _FOR_YEAR.finditer(told)}
    return years.pop() if len(years) == 1 else None


def before_examples(description: str) -> str:
    """A description up to what only shows how to write a value."""
    return _SHOWS_FORM.split(description[:4000])[0]


def _date(name: str, field: Field) -> str:
    asked = f"{name}. {field.description[:4000]}"
    if template := DATE_TEMPLATE.search(asked):
        return template[0].strip(" .,")
    if field.format == "date" or _ISO_DATE.search(asked):
        return "YYYY-MM-DD"
    if _MONTH_YEAR.search(asked):
        return "Month YYYY"
    words = (name or field.description[:80]).lower().split()
    if _YEAR_ONLY.search(asked) or (words and (words[-1] == "year" or words[0] == "year")):
        return "YYYY"
    dated = {"date", "day", "when"} & set(words) or words[-1:] in (["on"], ["at"])
    return "any" if dated or _DATE_OF.match(field.description) else ""


def _second_date(asked: str) -> str:
    templates = [match[0].strip(" .,") for match in DATE_TEMPLATE.finditer(asked)]
    return templates[1] if len(templates) > 1 else ""


def _top(text: str) -> int | None:
    match = _TOP.search(text)
    return _number(match[1] or match[2]) if match else None


def _sentences(text: str) -> tuple[int, int] | None:
    if match := _SENTENCES.search(text):
        least = _number(match[1])
        return least, max(least, _number(match[2])) if match[2] else least
    if _PARAGRAPH.search(text):
        return 2, 4
    return (1, 3) if _NARRATIVE.search(text) else None


def _number(word: str) -> int:
    return _NUMBER_WORDS.get(word.lower()) or int(word)
