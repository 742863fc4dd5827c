"""What sort of answer a question wants, as its first words tell."""

import re
from typing import Literal

Wanted = Literal["number", "date", "person", "place", "account", "thing"]
_SORTS: tuple[tuple[Wanted, re.Pattern[str]], ...] = tuple(
    (wanted, re.compile(pattern, re.I))
    for wanted, pattern in (
        (
            "number",
            r"\bhow (?:many|much|old|far|long|tall|high|large|big|often|deep|wide|heavy|fast)\b"
            r"|\b(?:what|which) (?:\w+ )?(?:percent\w*|number|proportion|share|fraction|amount|age)\b",
        ),
        (
            "date",
            r"\bwhen\b|\b(?:what|which) (?:\w+ )?(?:year|date|day|month|decade|century)\b",
        ),
        ("account", r"^\W*(?:why|how)\b|\bwhat (?:is|are|was|were) the (?:reasons?|purpose|mechanisms?)\b"),
        ("person", r"\bwho(?:m|se)?\b"),
        (
            "place",
            r"\bwhere\b|\b(?:what|which) (?:\w+ )?(?:city|country|state|place|town|region|continent)\b",
        ),
    )
)
"""The first that matches counts: how many is a number, other questions for how want an account."""
_COUNTED = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?"
    r"|millions?|billions?|half|third|quarter|no|none|zero|once|twice|single|both|\w+teen|\w+ty)\b",
    re.I,
)
_DATED = re.compile(
    r"\d|\b(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|century|spring|summer|autumn|winter|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b",
    re.I,
)
_NAMED = re.compile(r"(?<!^)\b[A-Z]\w+|^[A-Z]\w+ (?:[A-Z]|of\b|de\b|von\b)")


def wanted_by(question: str) -> Wanted:
    return next((wanted for wanted, pattern in _SORTS if pattern.search(question)), "thing")


def suits(wanted: Wanted, text: str) -> bool:
    """Whether a text holds something of the sort, so that it may be or contain the answer."""
    match wanted:
        case "number":
            return _COUNTED.search(text) is not None
        case "date":
            return _DATED.search(text) is not None
        case "person" | "place":
            return _NAMED.search(text) is not None
    return True
