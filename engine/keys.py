"""The keys of an input object: which of them holds the subject's name, and what it is to the rest."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.form import PARTS_OF_PLACES
from engine.mentions import KINDS
from engine.names import name_key
from engine.words import split_identifier, words

_NAMING_WORDS = (
    *("name", "entity", "subject", *KINDS["organisation"], *KINDS["package"], "library", "product"),
    *(*KINDS["topic"], "title", "city", "state", *KINDS["country"]),
)
"""Words in the keys of an input object that hold a name, the likeliest first."""
_PARTIES = frozenset(
    {"employer", "employers", "publisher", "sponsor", "partner", "client", "vendor", "supplier"}
)
"""Words in the key of one that only has to do with what the input is about."""
_DEALINGS = frozenset(
    {"job", "position", "vacancy", "posting", "role", "person", "contact", "candidate", "speaker", "event"}
)
"""Words in the keys of an input that is about something else than the company it names."""


def texts_in(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """The texts and numbers of an input, under the keys that lead to them."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield from texts_in(member, f"{key} {name}".strip())
    elif isinstance(value, list):
        for at, member in enumerate(value[:50]):
            yield from texts_in(member, f"{key} {at}".strip())
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        yield key, str(value)


def names_the_subject(key: str) -> bool:
    return naming_rank(key) < len(_NAMING_WORDS)


def naming_rank(key: str) -> int:
    """The less, the likelier it is that the key holds the subject's name."""
    said = _said(key)
    return next((rank for rank, word in enumerate(_NAMING_WORDS) if word in said), len(_NAMING_WORDS))


def lies_in_a_country(key: str, texts: Mapping[str, str]) -> bool:
    """Whether the key is that of a city or state, and the input names the country it lies in besides."""
    if PARTS_OF_PLACES.isdisjoint(_said(key)) or "country" in _said(key):
        return False
    own = name_key(texts[key])
    return any("country" in _said(other) and name_key(text) != own for other, text in texts.items())


def names_a_party(key: str, texts: Mapping[str, str]) -> bool:
    """Whether the key names an employer or the like, and the input is about a job or the like."""
    about = _said(key)
    others = {word for other in texts if other != key for word in _said(other)}
    return bool(about & _PARTIES) or (not about & _DEALINGS and bool(others & _DEALINGS))


def _said(key: str) -> frozenset[str]:
    return frozenset(words(split_identifier(key)))
