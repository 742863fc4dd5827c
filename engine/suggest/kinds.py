"""What kind of value a phrase asks for, told by its words."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    type: str
    form: str = ""
    """How the description ends: the form that a value should have."""


KINDS = {
    "string": Kind("string"),
    "text": Kind("string", ", in one to three sentences"),
    "integer": Kind("integer", ", as a whole number"),
    "number": Kind("number"),
    "year": Kind("integer", ", as four digits"),
    "date": Kind("string", ", in the format YYYY-MM-DD"),
    "money": Kind("number", ", in {currency}"),
    "percent": Kind("number", ", in percent"),
    "url": Kind("string", ", as a full web address"),
    "boolean": Kind("boolean"),
    "list": Kind("array", ", the most important first"),
}
_RULES = tuple(
    (re.compile(pattern, re.I), KINDS[kind])
    for pattern, kind in (
        (r"\b(?:years? of experience|years? in (?:business|office)|age)\b", "integer"),
        (r"\b(?:list|names|titles|examples|types|kinds|sources) of\b|\b(?:alumni|people|criteria)$", "list"),
        (r"\b(?:how many|number of|counts?|total number|quantity|headcount)\b", "integer"),
        (
            r"\b(?:pricing|price|business|revenue|funding) (?:models?|pages?|tiers?|plans?|stage|rounds?)\b",
            "string",
        ),
        (r"\b(?:websites?|web ?sites?|urls?|links?|home ?pages?|web address|profile page)$", "url"),
        (r"\b(?:e-?mails?|phones?|addresses|address|telephones?)\b", "string"),
        (
            r"\b(?:summary|descriptions?|overview|background|history|reasons?|why|how|biography|bio|analysis"
            r"|explanation|explain|describe|summari[sz]e|outlook|assessment|rationale|strategy|impact|details"
            r"|information|info)\b",
            "text",
        ),
        (r"%|\b(?:percent|percentage|rate|share|margin|growth|ratio|proportion)\b", "percent"),
        (r"\b(?:ratings?|scores?|index|rank|ranking)\b", "number"),
        (
            r"\$|€|£|\b(?:revenues?|turnover|sales|prices?|costs?|salary|salaries|wages?|valuations?|funding"
            r"|budgets?|gdp|profits?|income|ebitda|assets|spending|fees?|tuition|debts?|net worth"
            r"|market cap\w*)\b",
            "money",
        ),
        (r"\b(?:dates?|deadlines?|birthdays?|when|day)\b", "date"),
        (r"\byears?\b", "year"),
        (r"\b(?:employees|users|customers|downloads|followers) (?:number|total)\b", "integer"),
        (
            r"\b(?:area|heights?|weights?|lengths?|distance|temperature|speed|depth|width|elevation|capacity)$",
            "number",
        ),
    )
)
"""Of several that fit, the first decides."""
_COUNT = r"(\d{1,3}|two|three|four|five|six|seven|eight|nine|ten)"
_TOP = re.compile(
    rf"\b(?:top|first|main|best|largest|biggest)\s+{_COUNT}\b|^{_COUNT}\s+(?:\w+\s+)?\w+s$", re.I
)
_YES_OR_NO = re.compile(
    r"^(?:whether|if|is|are|was|were|has|have|had|does|do|did|can|could|will|should|offers?|accepts?|supports?)\b"
    r"|\b(?:yes ?[/|] ?no|true ?[/|] ?false|yes or no|true or false)\b",
    re.I,
)
_PLURAL = re.compile(r"\b[^\W\d_]{3,}(?<!s)(?<!u)(?<!i)s$", re.I)
_NO_PLURAL = frozenset(
    [
        *(
            "headquarters",
            "sales",
            "news",
            "series",
            "species",
            "business",
            "status",
            "address",
            "gas",
            "bus",
        ),
        *("always", "perhaps", "his", "its", "this", "yes", "politics", "economics", "physics", "basis"),
    ]
)
_CURRENCIES = (
    (re.compile(r"€|\b(?:eur|euros?)\b", re.I), "euros"),
    (re.compile(r"£|\b(?:gbp|pounds?)\b", re.I), "pounds sterling"),
    (re.compile(r"¥|\b(?:jpy|yen)\b", re.I), "yen"),
    (re.compile(r"\b(?:inr|rupees?)\b", re.I), "Indian rupees"),
    (re.compile(r"\b(?:chf|francs?)\b", re.I), "Swiss francs"),
)
_UNIT_AFTER = re.compile(
    r"\s+in (?:(?:thousands?|millions?|billions?)(?: of)?)?\s*"
    r"(?:(?:us |american )?dollars?|usd|euros?|eur|gbp|pounds?(?: sterling)?|yen|jpy|inr|rupees?|chf"
    r"|francs?)?$",
    re.I,
)
_SCALE = re.compile(r"\b(thousands?|millions?|billions?)\b", re.I)


def asks_yes_or_no(phrase: str) -> bool:
    return _YES_OR_NO.search(phrase) is not None


def top_of(phrase: str) -> str:
    """How many are asked for, as the phrase says it: ``5`` of ``top 5 exports``; empty where it does not."""
    found = _TOP.search(phrase)
    return (found[1] or found[2]).lower() if found else ""


def kind_of(phrase: str) -> Kind:
    """The kind by the phrase's words; of several that fit the first rule decides."""
    if asks_yes_or_no(phrase):
        return KINDS["boolean"]
    if top_of(phrase):
        return KINDS["list"]
    for pattern, kind in _RULES:
        if pattern.search(phrase):
            return kind
    last = phrase.split()[-1].lower() if phrase.split() else ""
    plural = _PLURAL.search(phrase) is not None and last not in _NO_PLURAL
    return KINDS["list"] if plural else KINDS["string"]


def without_unit(phrase: str) -> str:
    """``price`` of ``price in euros``."""
    return _UNIT_AFTER.sub("", phrase)


def currency_of(phrase: str) -> str:
    """The money that a phrase names, in its scale; US dollars where it names none."""
    named = next((name for pattern, name in _CURRENCIES if pattern.search(phrase)), "US dollars")
    scale = _SCALE.search(phrase)
    return f"{scale[1].lower().removesuffix('s')}s of {named}" if scale else named
