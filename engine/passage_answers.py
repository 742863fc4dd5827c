"""Answers to open questions: the sentences of the passage that shares most with the question."""

import math
import re
from collections import Counter
from dataclasses import dataclass

from engine.evidence import Answer, lowered
from engine.finder import Finder
from engine.from_prose import Quote, quoted
from engine.output import Confidence
from engine.reading import ReadPage, Sentence
from engine.subject import Subject
from engine.words import stems, words

ANSWERED = 0.45
"""The least share of the question, weighed by rarity, that a sentence and what is around it have to hold.
Of the quotes that benchmarks/quality.py finds just above it, three of four hold the answer."""
_LEVELS: tuple[tuple[float, int, Confidence], ...] = (
    (0.97, 4, "high"),
    (0.6, 3, "medium"),
    (ANSWERED, 0, "low"),
)
"""The share and the number of the question's words for each level: two or three words are met by chance."""
_ASKS_FOR_NUMBERS = re.compile(
    r"\W*(?:(?:in|since|from|until|by|for)\s+)?(?:how (?:many|much)|when|(?:what|which) year)\b", re.I
)
"""How many and when are told by numbers."""
_NUMBERS = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?"
    r"|millions?|billions?|half|third|quarter|no|none|zero|once|twice|single|both|century|\w+teen|\w+ty)\b",
    re.I,
)
_FIGURES = re.compile(r"\b(?:\d+(?:\.\d+)+|1\d{3}|20\d\d)\b")
"""Versions and years, which a question never says by the way."""
_PROPER = re.compile(r"(?<=[^\s.?!:]\s)[A-Z][\w-]+")


@dataclass(frozen=True, slots=True)
class Passage:
    page: ReadPage
    sentences: tuple[Sentence, ...]
    stems: frozenset[str]


def answer_from_passages(finder: Finder, subject: Subject, question: str, *, most: int) -> Answer:
    """Quote what answers the question about the subject. Whatever it names has to occur, or nothing does."""
    numbers = _ASKS_FOR_NUMBERS.match(question) is not None
    question = f"{subject.name} {question}".strip()
    asked = frozenset(stems(question))
    needed = frozenset(stem for name in _PROPER.findall(question) for stem in stems(name)) | subject.stems
    needed |= frozenset(part for figure in _FIGURES.findall(question) for part in words(figure))
    passages = [passage for passage in _passages(finder, question) if needed <= passage.stems]
    weights = _weights(asked, passages)
    quotes = [
        Quote(passage.page, sentence, _share(asked, weights, passage, sentence))
        for passage in passages
        for sentence in passage.sentences
        if not numbers or _NUMBERS.search(sentence.text)
    ]
    best = max(quotes, key=lambda quote: quote.score, default=None)
    if best is None or best.score < ANSWERED:
        return Answer("", _nearest(passages))
    near = [quote for quote in quotes if quote.page is best.page and quote.score >= 0.9 * best.score]
    chosen = sorted(near, key=lambda quote: -quote.score)[:most]
    answer = quoted(sorted(chosen, key=lambda quote: quote.sentence.start), _level(best.score, len(asked)))
    return answer if _is_about(subject, best) else lowered(answer)


def _is_about(subject: Subject, quote: Quote) -> bool:
    """Whether a quote from another page than the subject's own names the subject itself."""
    own = not subject.pages or quote.page.id in {page.id for page in subject.pages}
    return own or subject.stems <= quote.sentence.stems


def _level(score: float, asked: int) -> Confidence:
    return next(level for least, fewest, level in _LEVELS if score >= least and asked >= fewest)


def _passages(finder: Finder, question: str) -> list[Passage]:
    found = []
    for page, start, end in finder.passages(words(question)):
        inside = tuple(sentence for sentence in page.sentences if start <= sentence.start < end)
        said = frozenset(stem for sentence in inside for stem in sentence.stems | sentence.above)
        found.append(Passage(page, inside, said | page.names))
    return found


def _weights(asked: frozenset[str], passages: list[Passage]) -> dict[str, float]:
    """Rare words weigh more, and those that no passage holds weigh most."""
    seen = Counter(stem for passage in passages for stem in passage.stems & asked)
    return {stem: math.log(1 + (len(passages) + 1) / (seen[stem] + 0.5)) for stem in sorted(asked)}


def _share(asked: frozenset[str], weights: dict[str, float], passage: Passage, sentence: Sentence) -> float:
    total = sum(weights.values())
    said = sum(weight for stem, weight in weights.items() if stem in sentence.stems)
    around = sum(
        weight for stem, weight in weights.items() if stem in passage.stems and stem not in sentence.stems
    )
    return (said + 0.5 * around) / total if total and asked & sentence.stems else 0.0


def _nearest(passages: list[Passage]) -> str:
    titles = ", ".join(dict.fromkeys(passage.page.title for passage in passages[:3]))
    return f"No evidence found. The nearest pages are {titles}." if titles else "No evidence found."
