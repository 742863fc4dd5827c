"""The offices people hold: whether the title that a page gives a person is the one that was asked for."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from engine.words import label_stems, stem, words

_CROWNS = "monarch king queen emperor empress sultan amir emir prince princess duke duchess sovereign pope"


@dataclass(frozen=True, slots=True)
class Office:
    name: str
    """As a sentence says it."""
    asked: tuple[frozenset[str], ...]
    """The words of a question, any set of which asks for it."""
    titles: tuple[frozenset[str], ...]
    """The words of a title, any set of which is its holder's."""

    def is_titled(self, said: frozenset[str]) -> bool:
        return any(title <= said for title in self.titles)


def _office(name: str, asked: str, titles: str = "") -> Office:
    return Office(name, _sets(asked), _sets(titles or asked))


def _sets(phrases: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(map(stem, words(phrase))) for phrase in phrases.split(";"))


CHIEF_EXECUTIVE = _office("chief executive", "ceo; chief executive")
"""Asked of anything that has a head, whatever the head is called there."""
OFFICES = (
    _office("prime minister", "prime minister; premier; taoiseach"),
    _office("chancellor", "chancellor"),
    _office("president", "president", "president; presidency"),
    _office("monarch", "monarch; sovereign", ";".join(_CROWNS.split())),
    _office("king", "king"),
    _office("queen", "queen"),
    _office("emperor", "emperor; empress"),
    _office("sultan", "sultan"),
    _office("emir", "emir; amir"),
    _office("prince", "prince", "prince; princess"),
    _office("grand duke", "grand duke; duke", "duke; duchess"),
    _office("pope", "pope"),
    _office("secretary-general", "secretary general"),
    _office("director-general", "director general"),
    _office("managing director", "managing director"),
    CHIEF_EXECUTIVE,
)
_ALSO_TITLES = "governor; administrator; leader; chief; chairman; chairwoman; chairperson; chair; head"
_TITLE_WORDS = (
    "crown|grand|acting|interim|prime|minister|premier|chancellor|president|king|queen|emperor|empress|sultan"
    "|amir|emir|prince|princess|duke|duchess|pope|secretary|director|general|managing|chief|executive|governor"
)
_TITLES = frozenset[str]().union(
    *(title for office in OFFICES for title in office.titles), *_sets(f"{_ALSO_TITLES}; minister; general")
)
_PLAIN_LABELS = _sets("head; leader; chief; state; government")
_TITLE_BEFORE = re.compile(rf"(?:(?:{_TITLE_WORDS})\b[\s-]*)*", re.I)
_BEFORE_REMARKS = re.compile(r"[^;(]*")
Fit = Literal["yes", "no", "untold"]


def office_in(said: Collection[str]) -> Office | None:
    """The office that these stems of a field's name or a question ask for."""
    return next((office for office in OFFICES if any(asked <= set(said) for asked in office.asked)), None)


def holds(office: Office, label: frozenset[str], value: str) -> Fit:
    """Whether whoever stands behind a label has that office; ``untold`` where neither gives a title."""
    if office.is_titled(label):
        return "yes"
    title = _titled(frozenset(map(stem, words(_BEFORE_REMARKS.match(value)[0]))))
    title = title or _titled(label.difference(*_PLAIN_LABELS))
    if office.is_titled(title):
        return "yes"
    return "no" if title and office is not CHIEF_EXECUTIVE else "untold"


def role_in(label: str, value: str) -> tuple[str, str]:
    """The office that a fact gives and whom: ``Director``, ``Ann Lee``; empty where it gives none."""
    holder = _BEFORE_REMARKS.match(value)[0].strip()
    title = _TITLE_BEFORE.match(holder)[0]
    if _titled(label_stems(label).difference(*_PLAIN_LABELS)):
        return label, holder.removeprefix(title)
    known = _titled(label_stems(label)) and _titled(label_stems(title))
    return (title.strip(), holder.removeprefix(title)) if known else ("", "")


def _titled(said: frozenset[str]) -> frozenset[str]:
    """Stems that hold a title; none for a mere name such as ``Sébastien LECORNU``."""
    return said if said & _TITLES else frozenset()
