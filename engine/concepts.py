"""What schemas call a thing and what pages call it. One line a concept, the usual label first.

A label after ``~`` says something close: it answers where nothing better does, and never surely.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from engine.words import label_stems

Shape = Literal["list", "amount", "date", "text"]
_TABLE = Path(__file__).with_name("concepts.txt")
"""Lines of: shape | what schemas ask for; … | what pages call it; …"""


@dataclass(frozen=True, slots=True)
class Concept:
    """A thing that schemas ask for; ``asked`` and ``labels`` are sets of stems, in the table's order."""

    shape: Shape
    asked: tuple[frozenset[str], ...]
    labels: tuple[frozenset[str], ...]
    close: frozenset[frozenset[str]]
    """Those of the labels that say something close."""
    name: str
    """Its usual label."""


def _concept(line: str) -> Concept:
    shape, asked, labels = (part.strip() for part in line.split("|"))
    phrases = [phrase.strip() for phrase in labels.split(";")]
    return Concept(
        shape=shape,
        asked=_sets(map(label_stems, asked.split(";"))),
        labels=_sets(map(label_stems, phrases)),
        close=frozenset(label_stems(phrase) for phrase in phrases if phrase.startswith("~")),
        name=phrases[0].removeprefix("~"),
    )


def _sets(phrases: Iterable[Iterable[str]]) -> tuple[frozenset[str], ...]:
    """Each phrase once; one of stop words alone would stand for anything, so it is left out."""
    return tuple(phrase for phrase in dict.fromkeys(map(frozenset, phrases)) if phrase)


CONCEPTS: tuple[Concept, ...] = tuple(_concept(line) for line in _TABLE.read_text().splitlines())
