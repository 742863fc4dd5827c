"""Where an open question may be answered: the passages that were found for it, and the places in them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from engine import neural
from engine.asking import Wanted, suits, wanted_by
from engine.library import Hit
from engine.reading import ReadPage, Sentence
from engine.vocabulary import GENERIC
from engine.words import stems, words

_FIGURES = re.compile(r"\b(?:\d+(?:\.\d+)+|1\d{3}|20\d\d)\b")
"""Versions and years, which a question never says by the way."""
ORDINARY = 0.28
"""The mean nearness of what searches bring, measured on questions with and without their article."""
_SPANS = 3
"""Places that the reader names in one passage."""
_PROPER = re.compile(r"(?<=[^\s.?!:]\s)[A-Z][\w-]+")


class Asked:
    """A question as it is compared with what pages say."""

    def __init__(self, text: str, subject: frozenset[str] = frozenset()) -> None:
        self.text = text
        self.subject = subject
        """The stems of what it is about, which say nothing about what is asked of it."""
        self.wanted: Wanted = wanted_by(text)
        self.stems = tuple(stems(text))
        telling = frozenset(self.stems) - subject
        self.telling = (telling - GENERIC) or telling
        """One of these has to occur where the answer is."""
        self.pairs = frozenset(zip(self.stems, self.stems[1:], strict=False))
        self.names = frozenset(stem for name in _PROPER.findall(text) for stem in stems(name)) | subject
        self.figures = frozenset(part for figure in _FIGURES.findall(text) for part in words(figure))


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that the search brought."""

    page: ReadPage
    start: int
    end: int
    rank: int
    score: float
    """The search's, from 0 to 1."""
    cosine: float
    """How near it is to the question in meaning; where that is not known, as near as passages mostly are."""
    sentences: tuple[Sentence, ...]
    stems: frozenset[str]
    """Of its sentences, the headings above them and the page's names."""

    @property
    def text(self) -> str:
        return self.page.text[self.start : self.end]


@dataclass(frozen=True)
class Candidate:
    """A place that may answer: positions in the page's text, and the sentences that hold it."""

    found: Found
    start: int
    end: int
    quoted: tuple[tuple[int, int], ...]
    """Start and end of each sentence or line that the place lies in."""
    span: float = 0.0
    """The reader's score of the place, in log odds."""
    null: float = 0.0
    """The reader's score of there being none in the passage."""

    @cached_property
    def text(self) -> str:
        return self.found.page.text[self.start : self.end]

    @cached_property
    def quote(self) -> str:
        return " ".join(self.found.page.text[start:end] for start, end in self.quoted)

    @cached_property
    def said(self) -> tuple[str, ...]:
        """The stems of what is quoted, in order."""
        return tuple(stems(self.quote))

    @cached_property
    def answer(self) -> str:
        """The text as answers are compared: folded words without articles."""
        return " ".join(word for word in words(self.text) if word not in ("a", "an", "the"))


def passages_of(hits: Sequence[tuple[ReadPage, Hit]]) -> list[Found]:
    """The passages in the order of the search."""
    return [_found(page, hit, rank) for rank, (page, hit) in enumerate(hits)]


def _found(page: ReadPage, hit: Hit, rank: int) -> Found:
    inside = tuple(sentence for sentence in page.sentences if hit.start <= sentence.start < hit.end)
    said = frozenset(stem for sentence in inside for stem in sentence.stems | sentence.above)
    near = ORDINARY if hit.cosine is None else hit.cosine
    return Found(page, hit.start, hit.end, rank, hit.score, near, inside, said | page.names)


def by_sentences(asked: Asked, passages: Sequence[Found]) -> Iterator[Candidate]:
    """Every sentence that shares a telling word with the question and holds the sort of thing it asks for."""
    numbers = asked.wanted in ("number", "date")
    for found in passages:
        for sentence in found.sentences:
            if asked.telling.isdisjoint(sentence.stems | sentence.above) or (
                numbers and not suits(asked.wanted, sentence.text)
            ):
                continue
            yield Candidate(found, sentence.start, sentence.end, ((sentence.start, sentence.end),))


def around(found: Found, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """The sentences that a place lies in; of a fact, the whole line."""
    held = [(one.start, one.end) for one in found.sentences if one.start < end and start < one.end]
    if held and held[0][0] <= start and end <= held[-1][1]:
        return tuple(held)
    text = found.page.text
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    return ((first, last if last >= 0 else len(text)),)


def by_reader(asked: Asked, passages: Sequence[Found]) -> Iterator[Candidate]:
    """The places where the reader sees an answer, a few in each passage."""
    read = neural.read(asked.text, [found.text for found in passages], most=_SPANS)
    for found, spans in zip(passages, read, strict=True):
        for span in spans:
            start, end = found.start + span.start, found.start + span.end
            yield Candidate(found, start, end, around(found, start, end), span.score, span.null_score)
