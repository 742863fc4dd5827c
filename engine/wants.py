"""What to look for when a field is to be filled: the ways in which a label may put it, best first."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from engine.concepts import CONCEPTS, Concept
from engine.form import PARTS_OF_PLACES, SUPERLATIVES, Form, form_of, year_asked
from engine.offices import Office, office_in
from engine.reading import ALL_OF_IT, Fact, Wording
from engine.schema import Field
from engine.vocabulary import (
    GENERIC,
    KINDS_OF_THINGS,
    PROPERTIES_OF_ANYTHING,
    PURPOSES_OF_PAGES,
    UNITS,
    total,
)
from engine.words import label_stems, ordered_label_stems, split_identifier, stems

_FIRST_SYNONYM, _STEP, _CLOSE, _BY_DESCRIPTION = 0.99, 0.01, 0.86, 0.88
_TOTAL = 0.97
"""What ``total`` below the very thing is worth."""
_OF_A_PART, _OF_A_PART_BY_NAME, _PROPERTY_OF_A_PART = 0.94, 0.995, 0.82
"""What a label is worth in a part of the page that is not asked for: as a synonym, in the very words, and
where any part may have it."""
_BESIDE = 0.08
"""What each telling word of a heading costs that is not asked for, where the heading is needed."""
_ANOTHER = 0.9
"""Asked for is the total, say, and the label says that it is the urban part."""
_SHORTENED = 0.97
"""A name without its unit, or without what kind of thing it is about."""
_NOT_THE_NAME = 0.07
_SHORT_DESCRIPTION = 4
_TELLING_BEGINNING = 8
"""Words of a description in which it says what the thing is."""
_YEAR = re.compile(r"(?:19[5-9]|20\d)\d")
_WHO = re.compile(r"\W*(?:who|whom|whose|(?:the |name of the )*(?:persons?|people|individuals?)\b)", re.I)
_BESIDES = GENERIC - frozenset(stems("city place"))
"""What a field's name may say besides the concept's; a head city is no head."""
_SEXES = frozenset(stems("male female"))
"""Never left out for being in the subject's name: the male population of the Isle of Man."""
_ADDRESSES = frozenset(stems("website site url page homepage link portal"))
_PLACES = frozenset({"Headquarters", "Location"})
ACCEPTED = 0.8
"""The least score of a label that may answer for a field."""


@dataclass(frozen=True, slots=True)
class Phrase:
    stems: frozenset[str]
    weight: float


@dataclass(frozen=True, slots=True)
class Want:
    """A field, the form its value should have, and the phrases by which pages may name it."""

    field: Field
    form: Form
    phrases: tuple[Phrase, ...]
    hints: frozenset[str]
    """Stems of the description: they tell labels apart, but do not have to occur."""
    year: int | None
    own_year: bool
    """Whether the field itself names the year; a value without a year is no answer then."""
    concept: Concept | None
    title: str
    """The field's name in plain words."""
    who: bool = False
    """Whether people are asked for, whom no date answers: ``who founded it``."""
    office: Office | None = None
    """The office whose holder is asked for, so that a king does not stand for a president."""

    @property
    def narrative(self) -> bool:
        """Whether sentences are asked for, rather than a value."""
        return self.form.sentences is not None and self.field.kind == "string" and not self.form.date


def want_for(
    field: Field,
    parents: Iterable[str] = (),
    subject_stems: frozenset[str] = frozenset(),
    year: int | None = None,
) -> Want:
    """``parents`` are the objects around the field; ``subject_stems`` name what it is about."""
    title = split_identifier(field.name).strip()
    said = label_stems(title) - (subject_stems - _SEXES)
    said = frozenset(stem for stem in said if not _YEAR.fullmatch(stem)) or said
    own = said - KINDS_OF_THINGS - UNITS or said
    hints = frozenset(
        stem for text in (field.description[:4000], *map(split_identifier, parents)) for stem in stems(text)
    )
    named = _named_concepts(own, field.kind)
    described = None if named and own - GENERIC else _described_concept(own, field)
    who = _WHO.match(field.description) is not None
    concepts = [described] if described else named
    concepts = [concept for concept in concepts if not (who and concept.shape == "date")]
    elsewhere = _is_another_page(own, field)
    concept = concepts[0] if concepts else None
    form = _form(field, concept, title)
    own_year = _year_in(title)
    return Want(
        field=field,
        form=form,
        phrases=_of_another_page(own)
        if elsewhere
        else (
            *([Phrase(said, 1.0)] if said != own else []),
            *_phrases(
                own,
                concepts,
                _BY_DESCRIPTION if described and title else _FIRST_SYNONYM,
                1.0 if said == own else _SHORTENED,
            ),
            *_as_described(field.description),
        ),
        hints=hints,
        year=own_year or year_asked(field.description) or year,
        own_year=own_year is not None,
        concept=concept,
        title=title or field.description[:80],
        who=who,
        office=office_in(own) or (office_in(_beginning(field.description)) if described else None),
    )


def without_close(want: Want) -> Want:
    """The want without what pages only call something close to it."""
    close = want.concept.close if want.concept else frozenset[frozenset[str]]()
    return replace(want, phrases=tuple(phrase for phrase in want.phrases if phrase.stems not in close))


def by_own_name(want: Want) -> Want:
    """The want without what else pages may call it."""
    return replace(want, phrases=tuple(phrase for phrase in want.phrases if phrase.weight == 1.0))


def score(want: Want, fact: Fact) -> float:
    """How well the fact's label answers for the want, 0 to 1."""
    if "note" in fact.stems and not any("note" in phrase.stems for phrase in want.phrases):
        return 0.0
    scores = (
        _phrase_score(phrase, wording, want.hints, _beginning(fact.value) if whole else frozenset())
        for phrase in want.phrases
        for wording, whole in zip(fact.readings, (True, False), strict=False)
    )
    return max(scores, default=0.0)


def _phrase_score(phrase: Phrase, label: Wording, hints: frozenset[str], beginning: frozenset[str]) -> float:
    """0 unless label, heading and value hold every telling word; else damped by what else is said.

    ``beginning`` are the words that a value such as ``16.8% of GDP`` begins with.
    """
    if label.stems <= ALL_OF_IT and phrase.stems == label.near:
        return phrase.weight * _TOTAL
    if label.stems & phrase.stems and phrase.stems == label.stems | label.near:
        return phrase.weight
    shared = phrase.stems & (label.stems | label.aside)
    if not shared or (shared <= GENERIC and not _is_named_above(phrase, shared, label)):
        return 0.0
    above = (phrase.stems & label.above) - shared
    left = phrase.stems - shared - above
    if left - GENERIC and not (left - GENERIC <= beginning and label.stems <= phrase.stems | GENERIC | hints):
        return 0.0
    coverage = (total(shared) + 0.9 * total(above) + 0.8 * total(left)) / total(phrase.stems)
    aside = label.aside - label.stems
    said = total(label.stems) + 0.25 * total(aside)
    meant = total(label.stems & phrase.stems) + 0.25 * total(aside & phrase.stems)
    hinted = total((label.stems - phrase.stems) & hints) + 0.25 * total((aside - phrase.stems) & hints)
    meant += 0.8 * hinted
    purity = min(0.55 + 0.45 * min(1.0, meant / said), 1 - 0.13 * max(0.0, said - meant))
    beside = len(label.near - phrase.stems - GENERIC) if above & label.near else 0
    another = left and label.stems - phrase.stems - GENERIC - hints
    fit = phrase.weight * coverage * purity * (1 - _BESIDE * min(beside, 4)) * (_ANOTHER if another else 1.0)
    return fit * _share_of_a_part(phrase, label, hints)


def _share_of_a_part(phrase: Phrase, label: Wording, hints: frozenset[str]) -> float:
    """1, unless the label belongs to a part of the page that is not asked for, as an anthem's title does."""
    if not label.deep or not label.near - GENERIC or not label.near.isdisjoint(phrase.stems | hints):
        return 1.0
    if label.stems <= PROPERTIES_OF_ANYTHING | GENERIC:
        return _PROPERTY_OF_A_PART
    return _OF_A_PART_BY_NAME if phrase.weight == 1.0 else _OF_A_PART


def _is_named_above(phrase: Phrase, shared: frozenset[str], label: Wording) -> bool:
    """Whether the nearest heading says what is asked, or it and those above it: ``Area`` above ``total``."""
    telling = phrase.stems - shared - GENERIC
    return telling <= label.near or (label.near <= phrase.stems and telling <= label.above)


@lru_cache(maxsize=4096)
def _beginning(value: str) -> frozenset[str]:
    """The words that a value such as ``16.8% of GDP`` begins with: they belong to what it says it is."""
    return frozenset(stems(value[:60]))


def _form(field: Field, concept: Concept | None, title: str) -> Form:
    """The form that the description asks for, and what goes without saying for such a thing."""
    form = form_of(field)
    if concept and concept.shape == "date" and not form.date and field.kind in ("string", "integer", "any"):
        form = replace(form, date="any")
    last = title.lower().split()[-1:]
    if concept and concept.shape == "list" and field.kind == "string" and asks_for_one(title):
        form = replace(form, first=True)
    if concept and concept.shape == "list" and "official" in title.lower().split():
        form = replace(form, only="official")
    if concept and concept.name in _PLACES and last and last[0] in PARTS_OF_PLACES:
        form = replace(form, place=last[0])
    return form


def asks_for_one(title: str) -> bool:
    """Whether a list is asked for its first element alone: ``largest city``."""
    said = title.lower().split()
    return bool(SUPERLATIVES.intersection(said)) and not said[-1].endswith("s")


def _phrases(own: frozenset[str], concepts: list[Concept], first: float, whole: float) -> tuple[Phrase, ...]:
    """The field's own words, then what pages call it."""
    synonyms = [
        Phrase(label, min(first, _CLOSE) if label in concept.close else first - _STEP * rank)
        for concept in concepts
        for rank, label in enumerate(concept.labels)
    ]
    return (*([Phrase(own, whole)] if own - GENERIC else []), *synonyms)


def _as_described(description: str) -> list[Phrase]:
    """A description of a few words is another name of the thing."""
    said = label_stems(description) if len(description.split()) <= _SHORT_DESCRIPTION else frozenset()
    return [Phrase(said, _FIRST_SYNONYM - _NOT_THE_NAME)] if said - GENERIC else []


def _is_another_page(own: frozenset[str], field: Field) -> bool:
    """Whether an address is asked for that is not the home page's: ``URL of the careers page``."""
    said = own.union(ordered_label_stems(field.description[:4000])[:_TELLING_BEGINNING])
    return not said.isdisjoint(_ADDRESSES) and not said.isdisjoint(PURPOSES_OF_PAGES)


def _of_another_page(own: frozenset[str]) -> tuple[Phrase, ...]:
    """Only a label that names its purpose answers, as ``Careers page`` does."""
    return () if own.isdisjoint(PURPOSES_OF_PAGES) else (Phrase(own, 1.0),)


def _named_concepts(own: frozenset[str], kind: str) -> list[Concept]:
    """The concepts whose name the field bears; what else the field's name says must be generic.

    Several bear one name, such as the dependencies of a package and those of a country.
    """
    sizes: dict[int, float] = {}
    for at, concept in enumerate(CONCEPTS):
        shaped = 0.05 * ((concept.shape == "list") == (kind == "array"))
        names = [asked for asked in concept.asked if asked <= own and own - asked <= _BESIDES]
        if names and _suits(concept, kind):
            sizes[at] = shaped + max(map(total, names))
    most = max(sizes.values(), default=0.0)
    return [CONCEPTS[at] for at, size in sizes.items() if size == most]


def _described_concept(own: frozenset[str], field: Field) -> Concept | None:
    """The concept that a description names; not of one that explains the name, which brings in others."""
    described = ordered_label_stems(field.description[:4000])
    explains = not (own - GENERIC).isdisjoint(described)
    return None if explains or not described else _concept_in(described[:_TELLING_BEGINNING], field.kind)


def _concept_in(described: tuple[str, ...], kind: str) -> Concept | None:
    """The concept that a description names first, in words that stand together."""
    best, best_key = None, (0.0, 0)
    for concept in CONCEPTS:
        if not _suits(concept, kind):
            continue
        for asked in concept.asked:
            at = _place(asked, described)
            if at is not None and asked - GENERIC and (total(asked), -at) > best_key:
                best, best_key = concept, (total(asked), -at)
    return best


def _place(asked: frozenset[str], described: tuple[str, ...]) -> int | None:
    """Where the words stand together, behind none but generic words: not as in ``vice president``."""
    width = len(asked)
    places = (at for at in range(len(described) - width + 1) if asked == set(described[at : at + width]))
    return next((at for at in places if GENERIC.issuperset(described[:at])), None)


def _suits(concept: Concept, kind: str) -> bool:
    """A list is no number, and an amount is no list."""
    if concept.shape == "list":
        return kind not in ("integer", "number", "boolean", "enum")
    return not (concept.shape in ("amount", "date") and kind == "array")


def _year_in(title: str) -> int | None:
    """A year that the field's own name asks for, as in ``gdp_2022``."""
    return next((int(word) for word in title.split() if _YEAR.fullmatch(word)), None)
