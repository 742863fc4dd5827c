"""A question taken apart: what it asks of its subject, one aspect after another."""

import re

from engine.schema import Field
from engine.vocabulary import FORMS_OF_ANSWERS, GENERIC, SMALL_TALK
from engine.wants import asks_for_one, want_for
from engine.words import STOP_WORDS, stems, words

_BETWEEN = re.compile(r"[,;?!.\n]+|\band\b|\bas well as\b|\bplus\b", re.I)
_ASIDE = re.compile(
    r"^(?:please|tell me|give me|list|name|find|show(?: me)?|describe|explain|i (?:want|need)"
    r"|(?:and )?what(?:'s| is| are| was| were)?)\s+",
    re.I,
)
_WHO_FOUNDED = re.compile(r"\bwho (?:founded|created|established|started)\b", re.I)
_MOST_ASPECTS = 12


def aspects(question: str) -> list[Field]:
    """The things a question asks for, as fields; none for a text that only names its subject."""
    fields: dict[str, Field] = {}
    for piece in _BETWEEN.split(question[:4000]):
        said = _WHO_FOUNDED.sub("founders", _ASIDE.sub("", piece.strip()))
        telling = set(stems(said)) - SMALL_TALK - FORMS_OF_ANSWERS
        field = _field(" ".join(said.split())) if telling else None
        if field and (telling - GENERIC or _names_a_list(field)):
            fields.setdefault(field.name, field)
    return list(fields.values())[:_MOST_ASPECTS]


def _names_a_list(field: Field) -> bool:
    """Whether words as plain as ``largest city`` ask for something all the same."""
    concept = want_for(field).concept
    return concept is not None and concept.shape == "list"


def _field(said: str) -> Field:
    """The aspect under the name that its concept goes by, so that a list is asked for as a list."""
    spoken = [word for word in words(said) if word not in STOP_WORDS or word in ("when", "where")]
    name = "_".join(spoken)[:80]
    listed = Field(name, "array", nullable=True, item=Field(name, "string"))
    concept = want_for(listed).concept
    is_list = concept and concept.shape == "list" and not asks_for_one(name.replace("_", " "))
    return listed if is_list else Field(name, "string", nullable=True)


def key_for(name: str) -> str:
    """A property name out of a label: ``Exports - commodities`` is ``exports_commodities``."""
    return "_".join(words(name))[:60] or "value"
