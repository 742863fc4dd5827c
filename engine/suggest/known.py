"""Fields that are asked for often, with a name, a kind and a description that say well what is meant."""

from dataclasses import dataclass
from pathlib import Path

from engine.suggest.kinds import KINDS, Kind
from engine.words import label_stems

_TABLE = Path(__file__).with_name("known.txt")
"""Lines of: what it is called; … | name | kind | description, with ``{it}`` for the subject."""
_SAYS_LITTLE = label_stems("current official full latest main key exact")


@dataclass(frozen=True, slots=True)
class Known:
    name: str
    kind: Kind
    description: str


def _read() -> dict[frozenset[str], Known]:
    known: dict[frozenset[str], Known] = {}
    for line in _TABLE.read_text().splitlines():
        called, name, kind, description = (part.strip() for part in line.split("|"))
        for phrase in called.split(";"):
            known.setdefault(label_stems(phrase), Known(name, KINDS[kind], description))
    return known


_KNOWN = _read()


def known_as(phrase: str, subject: frozenset[str]) -> Known | None:
    """The field that a phrase asks for, whatever it says besides of its subject or that it is the latest."""
    said = label_stems(phrase)
    for left_out in (frozenset[str](), subject, subject | _SAYS_LITTLE):
        if found := _KNOWN.get(said - left_out):
            return found
    return None
