"""Parts of places: the city, state or country of ``Saint Paul, Minnesota``."""

import re
from pathlib import Path

from engine.names import name_key
from engine.readers.base import Line, Reading, Refusal
from engine.readers.texts import read_text

_TABLE = Path(__file__).with_name("places.txt")
"""Lines of: country or state | its names; …"""
_KNOWN = {
    kind.strip(): frozenset(name_key(name) for name in names.split(";"))
    for kind, _, names in (line.partition("|") for line in _TABLE.read_text(encoding="utf-8").splitlines())
}
_CITIES_AND_COUNTRIES = frozenset(
    {"singapore", "monaco", "luxembourg", "hong kong", "san marino", "gibraltar"}
)
_BETWEEN = re.compile(r", (?!D\.?C\b)")


def read_place(line: Line, part: str) -> Reading | Refusal:
    """The part of a place that is asked for: ``city``, ``country``, or what lies between them."""
    whole = read_text(line)
    if isinstance(whole, Refusal):
        return whole
    pieces = _BETWEEN.split(whole.value)
    match part:
        case "city" | "town":
            at = _city(pieces)
        case "country":
            at = len(pieces) - 1 if _is_country(pieces) else None
        case _:
            at = _state(pieces)
    if at is None:
        return Refusal(f"gives “{whole.value}” without saying which {part} that is in")
    start = whole.start + len(", ".join([*pieces[:at], ""]))
    return Reading(pieces[at], start, start + len(pieces[at]))


def _city(pieces: list[str]) -> int | None:
    """The first piece; of one piece alone only what is no country."""
    return 0 if len(pieces) > 1 or not _is_country(pieces) or _is_both(pieces[0]) else None


def _state(pieces: list[str]) -> int | None:
    """What stands between city and country, or last where that is a known state."""
    if len(pieces) > 2 and _is_country(pieces):
        return len(pieces) - 2
    known = len(pieces) > 1 and name_key(pieces[-1]) in _KNOWN["state"]
    return len(pieces) - 1 if known else None


def _is_country(pieces: list[str]) -> bool:
    """Whether the last piece is a country; after a city alone, Georgia may as well be a state."""
    last = name_key(pieces[-1])
    return last in _KNOWN["country"] and not (len(pieces) == 2 and last in _KNOWN["state"])


def _is_both(name: str) -> bool:
    return name_key(name) in _CITIES_AND_COUNTRIES
