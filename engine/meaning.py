"""Answers out of facts whose label shares no word with what is asked, but means the same.

Only the reader level knows what words mean. A label has to come close by itself, and well ahead of the next
one that states something else; what is found so is never surer than medium.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from engine import neural
from engine.evidence import Answer, Evidence
from engine.offices import office_in
from engine.output import Confidence
from engine.readers import Line, Reading, read_value
from engine.reading import Fact, ReadPage
from engine.wants import Want
from engine.words import label_stems

if TYPE_CHECKING:
    import numpy as np

CLOSE, AHEAD = 0.5, 0.1
"""The least cosine between a field and a label that answers it, and its least lead over the next one."""
VERY_CLOSE, FAR_AHEAD = 0.6, 0.15
"""The same for an answer of medium confidence."""
_KEPT = 8_192
_LONGEST_VALUE = 600
_FIGURE = re.compile(
    r"(?:about |approximately |some |over |less than |more than |[~<>])?-?[$€£]?-?\d[\d.,]*"
    r"(?: (?:thousand|million|billion|trillion))?(?=$|[\s%;)(,/])",
    re.I,
)
_NOTHING = re.compile(r"(?:none|na|n/a|no)\b", re.I)
_COORDINATES = re.compile(r"\d+ \d\d [NS]\b")


@dataclass(frozen=True, slots=True)
class Near:
    """A fact that gives a value of the kind that is asked for, and how close its label comes."""

    page: ReadPage
    fact: Fact
    reading: Reading
    cosine: float


def answer_by_meaning(want: Want, pages: Sequence[ReadPage]) -> Answer | None:
    """The fact whose label is meant, if one clearly is; None without the reader level."""
    asked = asked_of(want)
    known = want.concept or want.narrative or office_in(label_stems(asked))
    if known or not asked or not want.phrases or not neural.available():
        return None  # of a concept it is known what pages call it, and one office is close to every other
    ranked = _ranked(want, pages, asked)
    best = next(ranked, None)
    if best is None or best.cosine < CLOSE:
        return None
    following = next((near for near in ranked if near.reading.value != best.reading.value), None)
    lead = best.cosine - (following.cosine if following else 0.0)
    return _answer(want, best, lead) if lead >= AHEAD else None


def asked_of(want: Want) -> str:
    """What is asked as a line of text, such as ``head city. Where the government sits``."""
    parts = (want.title, want.field.description[:200].strip())
    return ". ".join(dict.fromkeys(part for part in parts if part))


def _ranked(want: Want, pages: Sequence[ReadPage], asked: str) -> Iterator[Near]:
    """The facts that may answer, the closest first; of a label with several years the newest."""
    newest: dict[tuple[int, str, str], tuple[ReadPage, Fact]] = {}
    for page in pages:
        for fact in page.facts:
            key = (page.id, _heading(fact), fact.label)
            if _may_answer(want, fact) and (key not in newest or _year(fact) > _year(newest[key][1])):
                newest[key] = (page, fact)
    places = list(newest.values())
    cosines = closeness(asked, [fact for _, fact in places])
    for at in sorted(range(len(places)), key=lambda at: (-cosines[at], at)):
        page, fact = places[at]
        reading = read_value(want.field, Line(fact.value, fact.elements, fact.year), want.form)
        if isinstance(reading, Reading):
            yield Near(page, fact, reading, cosines[at])


def closeness(asked: str, facts: Sequence[Fact]) -> list[float]:
    """The cosine between what is asked and each fact's label, by itself or with its heading."""
    if not facts:
        return []
    labels = [(fact.label, f"{_heading(fact)}: {fact.label}") for fact in facts]
    vectors = embedded([asked, *(text for pair in labels for text in pair)])
    own = vectors[0]
    return [max(float(vectors[at] @ own), float(vectors[at + 1] @ own)) for at in range(1, len(vectors), 2)]


def embedded(texts: Sequence[str]) -> "list[np.ndarray]":
    """The vectors of short texts; labels recur from page to page, so they are kept."""
    fresh = [text for text in dict.fromkeys(texts) if text not in _known()]
    known = _known()
    for text, vector in zip(fresh, neural.embed(fresh) if fresh else (), strict=True):
        known[text] = vector
    found = [known[text] for text in texts]
    if len(known) > _KEPT:
        known.clear()
    return found


@lru_cache(maxsize=1)
def _known() -> "dict[str, np.ndarray]":
    return {}


def _heading(fact: Fact) -> str:
    return fact.heading.rpartition(" > ")[2]


def _year(fact: Fact) -> int:
    return fact.year or 0


def _may_answer(want: Want, fact: Fact) -> bool:
    """Whether the value is of the kind asked for, and the label is in words of its own.

    A label that shares a word was weighed by its words already, and found to say something else.
    """
    if fact.prose or len(fact.value) > _LONGEST_VALUE or "note" in fact.stems or _NOTHING.match(fact.value):
        return False
    if want.year is not None and fact.year not in (None, want.year):
        return False
    shared = label_stems(want.title) & (fact.stems | fact.aside | fact.above)
    return not shared and _is_of_the_kind(want, fact)


def _is_of_the_kind(want: Want, fact: Fact) -> bool:
    figure = bool(_FIGURE.match(fact.value)) and not _COORDINATES.match(fact.value)
    match want.field.kind:
        case "integer" | "number":
            return figure or bool(want.form.date)
        case "array":
            return not figure
        case "string" | "any":
            return not figure or bool(want.form.date or want.form.unit or want.form.example)
    return True


def _answer(want: Want, best: Near, lead: float) -> Answer:
    sure: Confidence = "medium" if best.cosine >= VERY_CLOSE and lead >= FAR_AHEAD else "low"
    fact, page = best.fact, best.page
    where = f"{fact.heading} > {fact.label}" if fact.heading else fact.label
    evidence = (Evidence(page, fact.start, fact.end),)
    said = (
        f"It stands in “{where}” on the page {page.title}, which comes closest to “{want.title}” in meaning."
    )
    return Answer(
        value=best.reading.value,
        reasoning=f"No label is in the words of “{want.title}”. {said}",
        confidence=sure if best.reading.exact else "low",
        evidence=evidence,
        parts=tuple(Answer(part.value, said, "low", evidence) for part in best.reading.parts),
    )
