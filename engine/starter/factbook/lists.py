"""Which facts are lists, and where their elements begin and end."""

import re
from collections.abc import Iterable, Iterator

from engine.starter.factbook.text import has_a_verb, reads_as_prose

WHOLE_BY_COMMA = frozenset(
    {
        "Exports - commodities",
        "Imports - commodities",
        "Agricultural products",
        "Natural resources",
        "Industries",
        "National color(s)",
        "Major aquifers",
        "Ports - key ports",
        "Ethnic groups",
        "Religions",
        "Merchant marine - by type",
        "Administrative divisions",
        "International organization participation",
        "Dependent areas",
        "International environmental agreements - party to",
        "International environmental agreements - signed, but not ratified",
        "National symbol(s)",
        "Diplomatic representation in the US - consulate(s) general",
        "Diplomatic representation in the US - consulate(s)",
        "Diplomatic representation from the US - consulate(s) general",
        "Diplomatic representation from the US - consulate(s)",
        "Geoparks - global geoparks and regional networks",
    }
)
NAMES_BY_COMMA = frozenset(
    {"Languages", "Exports - partners", "Imports - partners", "Major urban areas - population"}
)
NAMES_BY_SEMICOLON = frozenset({"Border countries", "Major rivers (by length in km)"})
WHOLE_BY_SEMICOLON = frozenset(
    {
        "Environmental issues",
        "Natural hazards",
        "Terrorist group(s)",
        "Political parties",
        "Highest court(s)",
        "Subordinate courts",
        "National heritage - selected World Heritage Site locales",
    }
)
LISTS = WHOLE_BY_COMMA | NAMES_BY_COMMA | NAMES_BY_SEMICOLON | WHOLE_BY_SEMICOLON
_QUALIFIER = re.compile(r" \([^()]*\)$")
_DATE_AT_END = re.compile(r"\s*\((?:FY\s?)?\d{4}[^()]*\)\s*$")
_COUNT_AT_END = re.compile(r"\s*\(\d+\)\s*$")
_FIGURE = re.compile(r"\s*[(\[<>]|\s-\s|\s(?:-?\d|(?:less than|more than|approximately|about|over|nearly)\b)")
_INCLUDED = re.compile(r"^(?:[^(\[]* )?(?:include|includes|including) ")
_REST = re.compile(
    r"(?:(?:only )?other|\d+ languages|others|unspecified|unknown|undeclared|none|not stated)\b", re.I
)


def elements(label: str, value: str) -> list[str]:
    """The list's elements, each a verbatim slice of ``value`` in order; empty when the fact isn't a list.

    Of countries, languages and cities the element is the name, and the figure that belongs to it follows it
    in the text; elsewhere (``Roman Catholic 47%``) the figure is part of the element.
    """
    if value.startswith("none"):
        return []
    body = _COUNT_AT_END.sub("", _DATE_AT_END.sub("", value))
    rule = label if label in LISTS else _QUALIFIER.sub("", label)
    if rule in WHOLE_BY_SEMICOLON or rule.endswith("parties elected and seats per party"):
        return list(filter(None, split(body, ";")))
    if label == "Administrative divisions":
        return _divisions(body)
    body = "; ".join(clause for clause in split(body, ";") if not reads_as_prose(clause))
    if rule in WHOLE_BY_COMMA:
        return _found(split(body, ",;"))
    if rule in NAMES_BY_COMMA or rule.startswith("Major watersheds"):
        pieces = (_INCLUDED.sub("", piece) for piece in split(body, ",;"))
        return _found(_name(piece) for piece in pieces if not _REST.match(piece))
    if rule in NAMES_BY_SEMICOLON or rule.startswith("Major lakes"):
        return _found(_name(piece) for piece in split(body, ";," if rule == "Border countries" else ";"))
    return []


def _divisions(body: str) -> list[str]:
    """``3 provinces: Este, Norte, Oeste`` or ``3 provinces; Este, Norte, Oeste``: what follows the count."""
    count, *rest = split(body, ";")
    lists = [*list(split(count, ":"))[1:], *(piece.rpartition(": ")[2] for piece in rest)]
    return _found(name.rstrip("*") for names in lists for name in split(names, ","))


def _found(pieces: Iterable[str]) -> list[str]:
    """The pieces that are names; none at all where the text opens as a sentence would."""
    found = list(filter(None, pieces))
    return [] if any(map(has_a_verb, found[:2])) else [piece for piece in found if not has_a_verb(piece)]


def split(text: str, separators: str) -> Iterator[str]:
    """Cut at the separators that stand outside brackets; a comma between digits is part of a number."""
    depth = start = 0
    for position, char in enumerate(text):
        depth = max(0, depth + (char in "([") - (char in ")]"))
        if depth == 0 and char in separators and not text[position + 1 : position + 2].isdigit():
            yield _trimmed(text[start:position])
            start = position + 1
    yield _trimmed(text[start:])


def _trimmed(piece: str) -> str:
    return piece.strip(" .;,").removeprefix("and ").removeprefix("& ").strip()


def _name(piece: str) -> str:
    """``Germany 15%`` -> ``Germany``; ``less than 1%: Russian`` -> ``Russian``."""
    named = piece.rpartition("%: ")[2]
    figure = _FIGURE.search(named)
    return named[: figure.start() if figure else None].strip(" *")
