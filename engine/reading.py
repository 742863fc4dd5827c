"""A page as it is read for answers: its facts with the headings above them, and its sentences."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from engine.document import Block
from engine.labelled import Stated, is_labelled, lines_in, sections_in
from engine.models import Page
from engine.passages import below, is_back_matter
from engine.sentences import sentence_spans
from engine.words import label_stems, stems

_YEAR_IN_LABEL = re.compile(r"\s*\(?\b((?:19[5-9]|20\d)\d)\)?$")
_YEAR_OF_VALUE = re.compile(
    r"\((?:FY\s?|as of [^()]*?|[A-Z][a-z]+ )?((?:19[5-9]|20\d)\d)(?:[-/]\d{2,4})?(?: est\.?| figures?)?\)"
)
KEPT = 96
"""Pages that a process keeps in their read form, about a quarter of a megabyte each."""
LONGEST_SAMPLE = 300
"""Of a code sample that is quoted together with the sentence before it."""
_TEXT = ("paragraph", "item")
_NOTHING = (Block("paragraph", ""), 0, "")
_BETWEEN_PARTS = re.compile(r"\s+[-–—>|]\s+|:\s+")
ALL_OF_IT = frozenset(stems("total overall all sum whole"))
"""What a label may say that means all of what stands above it."""
_IN_BRACKETS = re.compile(r"\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Fact:
    """A ``label: value`` line, or one dated value of it. Positions are those of the page's text."""

    label: str
    """Without a year at its end."""
    heading: str
    start: int
    end: int
    value_start: int
    value: str
    elements: tuple[str, ...]
    year: int | None
    """The year for which the value holds, if the page says it."""
    stems: frozenset[str]
    aside: frozenset[str]
    """Stems of what the label has in brackets."""
    above: frozenset[str]
    readings: tuple["Wording", ...] = ()
    """The ways in which the label may be compared: as it is, and what ``Exports - partners`` ends with."""
    prose: bool = False
    """Whether the value is sentences about the thing rather than the thing."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A label in stems, in the light of what stands above it."""

    stems: frozenset[str]
    aside: frozenset[str]
    above: frozenset[str]
    near: frozenset[str]
    """Of those above: the nearest heading, or the first part of the label."""
    deep: bool = False
    """Whether that is a part of the page below its sections."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of prose, or a list item. Positions are those of the page's text."""

    text: str
    start: int
    end: int
    heading: str
    stems: frozenset[str]
    above: frozenset[str]


class ReadPage:
    """One version of a page, parsed once."""

    def __init__(self, page: Page) -> None:
        self.id: int = page.pk
        self.url = page.path
        self.title = page.title
        self.kind = page.kind
        self.text = page.text
        self.content_hash = page.content_hash
        self.full_names = (page.title, *page.aliases)
        self.names = frozenset(stem for name in self.full_names for stem in stems(name))
        self._document = page.document

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        """What lists and tables state, then lines of text that read so, then short sections."""
        blocks = self._blocks()
        listed = [fact for place in blocks if place[0].kind == "fact" for fact in _facts(*place)]
        lines = [one for place in blocks if place[0].kind in _TEXT for one in lines_in(place)]
        return (*listed, *map(_stated, [*lines, *sections_in(blocks)]))

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        blocks = self._blocks()
        return tuple(
            self._sentence(start + first, start + self._end(block, last, after), heading)
            for (block, start, heading), (after, _, _) in zip(blocks, [*blocks[1:], _NOTHING], strict=True)
            if block.kind in _TEXT and not is_labelled((block, start, heading))
            for first, last in sentence_spans(block.text)
        )

    def _sentence(self, start: int, end: int, heading: str) -> Sentence:
        text = self.text[start:end]
        return Sentence(text, start, end, heading, frozenset(stems(text)), _above(heading))

    @staticmethod
    def _end(block: Block, last: int, after: Block) -> int:
        """Where a sentence ends; one that leads to a short code sample ends with it."""
        leads = last == len(block.text) and block.text.endswith(":") and after.kind == "code"
        return last + 1 + len(after.text) if leads and len(after.text) <= LONGEST_SAMPLE else last

    @cached_property
    def headings(self) -> frozenset[str]:
        return frozenset(stem for _, _, heading in self._blocks() for stem in _above(heading))

    @cached_property
    def _facts_by_stem(self) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for at, fact in enumerate(self.facts):
            near = fact.readings[-1].near if fact.readings[-1].stems <= ALL_OF_IT else frozenset[str]()
            for stem in fact.stems | fact.aside | near:
                places.setdefault(stem, []).append(at)
        return places

    def facts_with(self, wanted: Iterable[str]) -> list[Fact]:
        """The facts whose label holds at least one of these stems, in the page's order."""
        places = {at for stem in wanted for at in self._facts_by_stem.get(stem, ())}
        return [self.facts[at] for at in sorted(places)]

    def _blocks(self) -> list[tuple[Block, int, str]]:
        """Each block that says something about the subject, where it starts, and the headings above it."""
        path: list[tuple[int, str]] = []
        heading, found = "", []
        for block, start, _ in self._document.spans():
            if block.kind == "heading":
                heading = below(path, block)
            if not is_back_matter(heading):
                found.append((block, start, heading))
        return found


@lru_cache(maxsize=KEPT)
def read_page(page_id: int, digest: str) -> ReadPage:
    """The page with that id; the digest says which state of it, so that a kept one is never stale."""
    return ReadPage(Page.objects.get(pk=page_id))


def _facts(block: Block, start: int, heading: str) -> list[Fact]:
    """One fact, or one for each value where the values are dated differently."""
    value_at = block.text.find(":", len(block.label)) + 1
    value_at += len(block.text[value_at:]) - len(block.text[value_at:].lstrip())
    years = [year_of(value) for value in block.values]
    if len(set(years)) < 2 or None in years:
        return [
            _fact(
                block.label,
                heading,
                start,
                start + len(block.text),
                start + value_at,
                block.text[value_at:],
                block.values,
            )
        ]
    facts, at = [], value_at
    for value in block.values:
        at = block.text.index(value, at)
        facts.append(_fact(block.label, heading, start, start + len(block.text), start + at, value, ()))
        at += len(value)
    return facts


def _stated(one: Stated) -> Fact:
    fact = _fact(one.label, one.heading, one.start, one.end, one.value_start, one.value, one.elements)
    return replace(fact, prose=True) if one.prose else fact


def _fact(
    label: str, heading: str, start: int, end: int, value_start: int, value: str, elements: tuple[str, ...]
) -> Fact:
    read = _read_label(label)
    return Fact(
        label=read.bare,
        heading=heading,
        start=start,
        end=end,
        value_start=value_start,
        value=value,
        elements=elements,
        year=year_of(value) or read.year,
        stems=read.stems,
        aside=read.aside,
        above=_above(heading),
        readings=tuple(_readings(read, heading)),
    )


def _readings(read: "Label", heading: str) -> Iterator[Wording]:
    above, near = _above(heading), _above(heading.rpartition(" > ")[2])
    yield Wording(read.stems, read.aside, above, near, " > " in heading)
    if read.end is not None:
        yield Wording(read.end.stems, read.end.aside, above | read.first, read.first, deep=True)


@dataclass(frozen=True, slots=True)
class Label:
    bare: str
    """Without the year at its end."""
    year: int | None
    stems: frozenset[str]
    aside: frozenset[str]
    """Stems of what stands in brackets."""
    first: frozenset[str] = frozenset()
    """Of a label in parts, such as ``Exports - partners``: the stems of all but the last."""
    end: "Label | None" = None
    """Its last part."""


@lru_cache(maxsize=8192)
def _read_label(label: str) -> Label:
    """Pages of one kind share their labels, so most of them are read already."""
    dated = _YEAR_IN_LABEL.search(label)
    bare = label[: dated.start()] if dated and dated.start() else label
    aside = frozenset(stem for inside in _IN_BRACKETS.findall(bare) for stem in stems(inside))
    parts = _BETWEEN_PARTS.split(bare)
    return Label(
        bare=bare,
        year=int(dated[1]) if dated else None,
        stems=label_stems(_IN_BRACKETS.sub(" ", bare)),
        aside=aside,
        first=label_stems(" ".join(parts[:-1])),
        end=_read_label(parts[-1]) if len(parts) > 1 and parts[-1].strip() else None,
    )


def year_of(value: str) -> int | None:
    """The year that a value carries in brackets at its end, such as ``(2024 est.)``."""
    years = _YEAR_OF_VALUE.findall(value)
    return int(years[-1]) if years else None


@lru_cache(maxsize=4096)
def _above(heading: str) -> frozenset[str]:
    return label_stems(heading)
