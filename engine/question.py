"""A question taken apart: what it asks of its subject, one aspect after another."""

import re
from functools import lru_cache

from engine.lookalikes import is_slip
from engine.mentions import ASKABLE
from engine.schema import Field
from engine.vocabulary import FORMS_OF_ANSWERS, GENERIC, SMALL_TALK
from engine.wants import asks_for_one, want_for
from engine.words import STOP_WORDS, fold, stem, stems, words

_BETWEEN = re.compile(r"[,;?!.\n]+|\band\b|\bas well as\b|\bplus\b", re.I)
_ASIDE = re.compile(
    r"^(?:(?:please|(?:can|could|would) you|the|compare|comparison of|difference (?:between|in)|tell me"
    r"|give me|list|name|find|show(?: me)?|describe|explain|i (?:want|need)"
    r"|(?:and )?what(?:'s| is| are| was| were)?)\s+)+",
    re.I,
)
_MEANT = tuple(
    (re.compile(pattern, re.I), meant)
    for pattern, meant in (
        (r"\bwho (?:founded|created|established|started)\b", "founders"),
        (r"\bhow many (?:countries|states|nations)\b(?: are)?(?: there)?(?: in)?", "number of members"),
        (r"\bhow many (?:people|employees)\b.*\bwork\w*(?: for| at| in)?\b", "number of employees"),
        (r"\bhow (?:big|large) is\b", "area of"),
        (r"^how do(?:es)?\b.*\bwork$", ""),
        (r"^(?:did|do|does) (export|import)s?\b(?: most)?", r"main \1s"),
        (r"\bhow long is\b", "length of"),
    )
)
"""Ways to ask for a thing that do not name it, and its name."""
_COUNTS = frozenset({"number", "count", "many"})
_POLAR = re.compile(r"^\s*(?:is|are|was|were|does|do|did|has|have|can|could|will)\b(?! (?:you|i|we)\b)", re.I)
_SHORTEST_CORRECTED = 6
_MOST_ASPECTS = 12


def aspects(question: str) -> list[Field]:
    """The things a question asks for, as fields; none for a text that only names its subject."""
    fields: dict[str, Field] = {}
    for piece in _BETWEEN.split(question[:4000]):
        said = _well_spelt(_plainly(_ASIDE.sub("", piece.strip())))
        telling = set(stems(said)) - SMALL_TALK - FORMS_OF_ANSWERS
        field = _field(" ".join(said.split())) if telling else None
        if field and (telling - GENERIC or _names_a_list(field)):
            fields.setdefault(field.name, field)
    return list(fields.values())[:_MOST_ASPECTS]


def is_polar(question: str) -> bool:
    """Whether a question asks for yes or no; without its names it asks what decides it."""
    return _POLAR.match(question) is not None


def without_names(question: str) -> str:
    """A question without the proper names in it: ``Is English an official language`` asks for languages."""
    first, *rest = question.split()
    return " ".join([first, *(word for word in rest if not word[:1].isupper())])


def _plainly(said: str) -> str:
    for pattern, meant in _MEANT:
        said = pattern.sub(meant, said)
    return said


def _well_spelt(said: str) -> str:
    """The text with a slip in a word that questions use put right: ``captial`` is the capital."""
    return " ".join(_spelt(word) if len(word) >= _SHORTEST_CORRECTED else word for word in said.split())


@lru_cache(maxsize=1024)
def _spelt(word: str) -> str:
    if not word.isalpha() or stem(fold(word)) in ASKABLE:
        return word
    meant = [
        known for known in sorted(ASKABLE) if known[0] == word[0].lower() and is_slip(word.lower(), known)
    ]
    return meant[0] if len(meant) == 1 else word


def _names_a_list(field: Field) -> bool:
    """Whether words as plain as ``largest city`` ask for something all the same."""
    concept = want_for(field).concept
    return concept is not None and concept.shape == "list"


def _field(said: str) -> Field:
    """The aspect under the name that its concept goes by, so that a list is asked for as a list."""
    spoken = [word for word in words(said) if word not in STOP_WORDS or word in ("when", "where")]
    name = "_".join(spoken)[:80]
    listed = Field(name, "array", nullable=True, item=Field(name, "string"))
    is_list = _names_a_list(listed) and not asks_for_one(name.replace("_", " "))
    return listed if is_list and not _COUNTS.intersection(spoken) else Field(name, "string", nullable=True)


def key_for(name: str) -> str:
    """A property name out of a label: ``Exports - commodities`` is ``exports_commodities``."""
    return "_".join(words(name))[:60] or "value"
