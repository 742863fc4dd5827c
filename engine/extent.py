"""How much of its sentence answers: the words that the reader marks, or also what the question does not say.

In an encyclopaedia a name or a figure answers most questions. In other texts the answer is often the rest of
the sentence, and which of them it is shows in the question, in the text, and in how sure the reader is.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from engine.calibration import extents
from engine.candidates import Asked
from engine.judging import Judged
from engine.question import is_polar
from engine.words import STOP_WORDS, fold, stems, words

Extent = Literal["words", "rest", "end"]
LEAST_GAIN = 0.04
"""By how much more is expected to match, in F1, where more than the reader's words is given."""
_AROUND = 2000
"""Characters before and behind, by which the kind of text is told."""
_WORD = re.compile(r"\w+(?:[-'’]\w+)*")
_REFERENCE = re.compile(r"\s*\[[1-9]\d*(?:\s*[,;–-]\s*[1-9]\d*)*\]")
_ARTICLES = frozenset({"a", "an", "the"})
_PREPOSITIONS = frozenset({"at", "by", "for", "from", "in", "on", "to", "with"})
"""These may begin an answer, unless the question has them."""
_LINKS = STOP_WORDS | {"also", "may", "which"}
FEATURES = (
    "span",
    "probability",
    "account",
    "thing",
    "number",
    "date",
    "polar",
    "several",
    "words_long",
    "rest_long",
    "sentence_long",
    "commas",
    "at_end",
    "overlap",
    "word_length",
    "references",
    "brackets",
    "capitals",
)


@dataclass(frozen=True)
class Choices:
    """What may be given as the answer, as places in the page's text."""

    asked: Asked
    best: Judged

    @cached_property
    def sentence(self) -> tuple[int, int]:
        quoted = self.best.candidate.quoted
        return quoted[0][0], quoted[-1][1]

    @cached_property
    def rest(self) -> tuple[int, int]:
        """The words that the reader marks, with all around them up to the nearest words of the question."""
        begin, end = self._bounds
        return self._trimmed(begin, end)

    @cached_property
    def end(self) -> tuple[int, int]:
        """From there to the end of the sentence."""
        return self._trimmed(self._bounds[0], self.sentence[1])

    @cached_property
    def _words(self) -> list[re.Match[str]]:
        """The sentence's words, without the numbers of references."""
        text, (begin, end) = self.best.candidate.found.page.text, self.sentence
        references = [mark.span() for mark in _REFERENCE.finditer(text, begin, end)]
        return [
            word
            for word in _WORD.finditer(text, begin, end)
            if not any(first <= word.start() < last for first, last in references)
        ]

    @cached_property
    def _bounds(self) -> tuple[int, int]:
        candidate, (first, last) = self.best.candidate, self.sentence
        told = frozenset(self.asked.stems)
        for word in self._words:
            if told.isdisjoint(stems(word[0])):
                continue
            if word.start() >= candidate.end:
                last = word.start()
                break
            if word.end() <= candidate.start:
                first = word.end()
        return first, last

    def _trimmed(self, begin: int, end: int) -> tuple[int, int]:
        """Without link words at its edges, but with all that the reader marks."""
        candidate = self.best.candidate
        text = candidate.found.page.text
        opening = _ARTICLES | _PREPOSITIONS.difference(words(self.asked.text))
        found = [word for word in self._words if begin <= word.start() and word.end() <= end]
        while found and found[0].start() < candidate.start and _is_link(found[0][0], opening):
            found.pop(0)
        while found and found[-1].end() > candidate.end and _is_link(found[-1][0]):
            found.pop()
        first = min([candidate.start, *(word.start() for word in found[:1])])
        last = max([candidate.end, *(word.end() for word in found[-1:])])
        return first, last + len(_closing(text[first:last], text[last:end]))

    def places(self) -> dict[Extent, tuple[int, int]]:
        candidate = self.best.candidate
        return {"words": (candidate.start, candidate.end), "rest": self.rest, "end": self.end}

    def features(self) -> dict[str, float]:
        """What the choice is made by; lengths in words."""
        candidate, wanted = self.best.candidate, self.asked.wanted
        text = candidate.found.page.text
        around = text[max(0, candidate.start - _AROUND) : candidate.end + _AROUND]
        around_it = _WORD.findall(around) or [""]
        sentence, rest = text[slice(*self.sentence)], text[slice(*self.rest)]
        told = frozenset(self.asked.stems)
        return {
            "span": candidate.span,
            "probability": self.best.probability,
            "account": float(wanted == "account"),
            "thing": float(wanted == "thing"),
            "number": float(wanted == "number"),
            "date": float(wanted == "date"),
            "polar": float(is_polar(self.asked.text)),
            "several": float(re.search(r"\b(?:are|were)\b", self.asked.text.lower()) is not None),
            "words_long": len(candidate.text.split()),
            "rest_long": len(rest.split()),
            "sentence_long": len(sentence.split()),
            "commas": rest.count(","),
            "at_end": float(not _WORD.search(text, candidate.end, self.sentence[1])),
            "overlap": len(told.intersection(candidate.said)) / max(1, len(told)),
            "word_length": sum(map(len, around_it)) / len(around_it),
            "references": 100 * len(_REFERENCE.findall(around)) / len(around_it),
            "brackets": 100 * around.count("(") / len(around_it),
            "capitals": sum(word.isupper() and len(word) > 1 for word in around_it) / len(around_it),
        }


def text_of(best: Judged, place: tuple[int, int]) -> str:
    """What stands there, without the numbers of references around what the reader marks."""
    candidate, (start, end) = best.candidate, place
    text = candidate.found.page.text
    before, behind = text[start : candidate.start], text[candidate.end : end]
    return f"{_REFERENCE.sub('', before)}{candidate.text}{_REFERENCE.sub('', behind)}".strip()


def answer_text(asked: Asked, best: Judged) -> str:
    """The answer in the page's words: those that the reader marks, or more of the sentence."""
    choices = Choices(asked, best)
    features = choices.features()
    gains = {name: trees.score(features) for name, trees in extents().items()}
    likeliest = max(gains, key=lambda name: gains[name], default=None)
    if likeliest is None or gains[likeliest] <= LEAST_GAIN:
        return best.candidate.text
    return text_of(best, choices.places()[likeliest]) or best.candidate.text


def _closing(inside: str, behind: str) -> str:
    """The signs that belong to the last word, and the bracket that was opened before it."""
    is_open = inside.count("(") > inside.count(")")
    found = re.match(r"[%°”\"]*\)?" if is_open else r"[%°”\"]*", behind)
    return found[0] if found else ""


def _is_link(word: str, but: frozenset[str] = frozenset()) -> bool:
    folded = fold(word)
    return folded in _LINKS and folded not in but
