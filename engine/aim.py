"""Another subject than the input's that a question names: ``capital of France``, asked of Germany."""

import re
from dataclasses import dataclass

from engine.form import before_examples
from engine.library import Library
from engine.mentions import CERTAIN, KINDS, Mention, mentions
from engine.subject import Subject
from engine.words import words

_THINGS = "|".join(word for names in KINDS.values() for word in names)
_OF = re.compile(r"\b(?:of|in|for|does|did|do)\s+(?:the\s+)?$", re.I)
_ENDS = re.compile(
    r"['’]s\b|\s*(?:$|[?.,;:!()]"
    r"|(?:and|or|in|as|at|for|since|by|have|has|had|do|does|did|is|was|are|export|import)\b)",
    re.I,
)
"""What may stand behind a name that is meant itself: ``GDP in US dollars`` asks of no other country."""
_OWN = re.compile(rf"\b(?:its?|this|that|their|the (?:\w+ )?(?:{_THINGS}))\b", re.I)
"""Words for the input's own subject."""
_ASKS = re.compile(r"^\W*(?:who|where|when|why|how|what)\b(?:\s+\w+){0,3}\s+(?:the\s+)?$", re.I)
"""``Who founded Apple``, ``where Microsoft is based``."""
_TOWARDS = re.compile(r"\b(?:to|from|with|between|against|and)\s+(?:the\s+)?$", re.I)
_SENTENCE = re.compile(r"[.;\n]")
_WHOLES = frozenset({"European Union", "World"})
"""What a country is a part of: its rank in the world is its own."""


@dataclass(frozen=True, slots=True)
class Aim:
    """Another name in a description, and whether it is asked about: not so in ``exports to France``."""

    mention: Mention
    instead: bool


def aim_of(asked: str, subject: Subject, library: Library) -> Aim | None:
    """What else than the input's subject the first sentence of a description names."""
    told = _SENTENCE.split(before_examples(asked))[0]
    found = mentions(told, library, []) if told.strip() else []
    own = {page.id for page in subject.pages}
    others = [mention for mention in found if _is_another(mention, told, subject)]
    names_own = _OWN.search(told) or any(named.page_id in own for one in found for named in one.found)
    if others and not names_own and (about := next((one for one in others if _is_about(one, told)), None)):
        return Aim(about, instead=True)
    towards = (one for one in others if _TOWARDS.search(told[: one.span.start]))
    return next((Aim(one, instead=False) for one in towards), None)


def _is_another(mention: Mention, told: str, subject: Subject) -> bool:
    """Whether it surely names another page of the input's kind; of any kind where the input holds no word."""
    if mention.weight < CERTAIN or mention.span.form.islower():
        return False
    own, kinds = {page.id for page in subject.pages}, {page.kind for page in subject.pages}
    alike = not words(f"{subject.name} {subject.question}") or kinds & {
        one.page_kind for one in mention.found
    }
    whole = any(named.title in _WHOLES or named.page_id in own for named in mention.found)
    ends = _possesses(mention) or _ENDS.match(told[mention.span.end :])
    return bool(alike) and not whole and bool(ends)


def _is_about(mention: Mention, told: str) -> bool:
    before = told[: mention.span.start]
    if not before.strip() or _possesses(mention) or _OF.search(before):
        return True
    return bool(_ASKS.search(before)) and not _TOWARDS.search(before)


def _possesses(mention: Mention) -> bool:
    return mention.span.form.endswith(("'s", "’s"))
