"""How a field is called and described, in the words of the phrase that asks for it."""

import re

from engine.suggest.kinds import KINDS, Kind
from engine.suggest.subjects import Subject
from engine.words import split_identifier, words

LONGEST_NAME = 40
_SMALL = """
a an and at by current each every for from her his if in is are was
were it its of on or the their they to whether with
"""
_SMALL_WORDS = frozenset(_SMALL.split())
_NOT_IN_NAMES = frozenset({"a", "an", "the", "it", "they", "does", "do", "did"})
_WHETHER = re.compile(
    r"^(?:whether|if)\b|\b(?:yes ?[/|] ?no|true ?[/|] ?false|yes or no|true or false)\b", re.I
)
_VERB = re.compile(
    r"(?:is|are|was|were|has|have|had|does|do|did|can|could|will|should|offers?|accepts?|supports?|uses?|sells?)\b",
    re.I,
)


def name_of(said: str, kind: Kind) -> str:
    """A property name: ``user_count`` of ``number of users``, ``is_new`` of ``whether it is new``."""
    if kind is KINDS["boolean"]:
        spoken = [
            word for word in words(split_identifier(_WHETHER.sub("", said))) if word not in _NOT_IN_NAMES
        ]
    else:
        plain = words(split_identifier(_turned(said)))
        spoken = [word for word in plain if word not in _SMALL_WORDS] or plain
    name = ""
    for word in spoken:
        longer = f"{name}_{word}".strip("_").replace("'", "")
        if len(longer) > LONGEST_NAME:
            break
        name = longer
    return name or "_".join(spoken)[:LONGEST_NAME]


def _turned(said: str) -> str:
    """``funding sources`` of ``sources of funding``, and ``user count`` of ``number of users``."""
    head, of, rest = said.partition(" of ")
    if not of or " of " in rest or len(said.split()) > 7:
        return said
    if head.lower() in ("number", "total number", "count", "how many"):
        return f"{rest.removesuffix('s')} count"
    return rest if head.lower() in ("list", "examples") else f"{rest} {head}"


def described(said: str, kind: Kind, subject: Subject | None) -> str:
    if kind is KINDS["boolean"]:
        return _yes_or_no(said, subject.it if subject else "the subject")
    capital = f"{said[:1].upper()}{said[1:]}"
    return f"{capital} of {subject.it}" if subject and subject.it not in said else capital


def _yes_or_no(said: str, it: str) -> str:
    """``Whether the company is profitable``, of ``whether is profitable`` and of ``is profitable``."""
    rest = _WHETHER.sub("", said).strip()
    asked = f"{it} {rest[:1].lower()}{rest[1:]}" if _VERB.match(rest) else rest
    return f"Whether {asked or f'{it} does'}"
