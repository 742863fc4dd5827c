"""Answers out of sentences: a typed value beside the words that ask for it, or the sentences themselves."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from engine.evidence import Answer, Evidence
from engine.output import Confidence
from engine.readers import Line, Refusal, read_value
from engine.readers.amounts import amounts_in
from engine.reading import ReadPage, Sentence
from engine.sentences import sentence_spans
from engine.vocabulary import GENERIC, total
from engine.wants import Want
from engine.words import WORD, fold, stem

_ABOUT_AMOUNTS = re.compile(r"\b(?:values?|amounts?|estimated|figures?|how much|numbers?)\b", re.I)
_YEAR = re.compile(r"(?:1[89]|20)\d\d")
"""A bare number of this size in a sentence tells when, not how many."""
_SUMMARIES = frozenset({"Summary", "Purpose"})
_RELEVANT = 0.6
"""The least share of the asked words that a quoted sentence and its headings have to hold."""
_RELEVANT_ELSEWHERE = 0.9
"""The same on a page about something else."""


@dataclass(frozen=True, slots=True)
class Quote:
    page: ReadPage
    sentence: Sentence
    score: float


def typed_answer(want: Want, quotes: Iterable[tuple[ReadPage, Sentence]], *, sure: bool) -> Answer | None:
    """A date, number or enum member in the sentence that comes closest to the asked words."""
    if not _is_typed(want):
        return None
    ranked = sorted(
        (Quote(page, sentence, _fit(want, sentence)) for page, sentence in quotes),
        key=lambda quote: (-quote.score, quote.page.url, quote.sentence.start),
    )
    for quote in ranked:
        if quote.score < 0.8:
            return None
        if found := _read(want, quote, sure=sure):
            return found
    return None


def narrative(
    want: Want, quotes: Sequence[tuple[ReadPage, Sentence]], *, most: int, sure: bool
) -> Answer | None:
    """The sentences that say most about what is asked, quoted in the order of their pages."""
    scored = [Quote(page, sentence, _relevance(want, sentence)) for page, sentence in quotes]
    relevant = sorted(
        (quote for quote in scored if quote.score >= (_RELEVANT if sure else _RELEVANT_ELSEWHERE)),
        key=lambda quote: -quote.score,
    )[:most]
    if not relevant:
        return None
    order = {page.id: at for at, (page, _) in enumerate(reversed(quotes))}
    relevant.sort(key=lambda quote: (-order[quote.page.id], quote.sentence.start))
    return quoted(relevant, "high" if sure and relevant[0].score >= 0.9 else "medium" if sure else "low")


def lead(pages: Sequence[ReadPage], *, most: int) -> Answer | None:
    """The first sentences of the first page that has any."""
    for page in pages:
        if page.sentences:
            first = page.sentences[0].heading
            opening = [
                Quote(page, sentence, 1.0) for sentence in page.sentences[:most] if sentence.heading == first
            ]
            return quoted(opening, "high")
    return None


def beginning(answer: Answer, most: int) -> Answer:
    """The answer cut to its first sentences, ``most`` of them."""
    spans = list(sentence_spans(answer.value))[:most]
    return replace(answer, value=answer.value[: spans[-1][1]]) if spans else answer


def is_summary(want: Want) -> bool:
    """Whether the field asks what the subject is or does: how its page begins says that."""
    return want.concept is not None and want.concept.name in _SUMMARIES


def quoted(quotes: Sequence[Quote], confidence: Confidence) -> Answer:
    titles = " and ".join(dict.fromkeys(quote.page.title for quote in quotes))
    sentences = "a sentence" if len(quotes) == 1 else f"{len(quotes)} sentences"
    return Answer(
        value=" ".join(quote.sentence.text for quote in quotes),
        reasoning=f"Quotes {sentences} from the page {titles}.",
        confidence=confidence,
        evidence=tuple(Evidence(quote.page, quote.sentence.start, quote.sentence.end) for quote in quotes),
    )


def _is_typed(want: Want) -> bool:
    if want.field.kind in ("integer", "number", "enum"):
        return True
    return want.field.kind == "string" and bool(
        want.form.date or (want.form.example and amounts_in(want.form.example))
    )


def _fit(want: Want, sentence: Sentence) -> float:
    """The best phrase whose every telling word stands in the sentence."""
    return max(
        (weight for phrase, weight in _wordings(want) if phrase - GENERIC <= sentence.stems), default=0.0
    )


def _wordings(want: Want) -> list[tuple[frozenset[str], float]]:
    asked = want.concept.asked if want.concept else ()
    phrases = [(phrase.stems, phrase.weight) for phrase in want.phrases] + [(phrase, 0.9) for phrase in asked]
    return [(phrase, weight) for phrase, weight in phrases if phrase - GENERIC]


def _read(want: Want, quote: Quote, *, sure: bool) -> Answer | None:
    text = quote.sentence.text
    reading = read_value(want.field, Line(text[_place(want, text) :] if want.form.date else text), want.form)
    if isinstance(reading, Refusal) or (not reading.exact and not want.form.date):
        return None
    if want.year and str(want.year) not in text:
        return None
    if want.field.kind != "string" and not want.form.date and _YEAR.fullmatch(str(reading.value)):
        return None
    confident: Confidence = "medium" if sure and reading.exact and quote.score >= 0.85 else "low"
    return Answer(
        value=reading.value,
        reasoning=f"The page {quote.page.title} says: “{text}”",
        confidence=confident,
        evidence=(Evidence(quote.page, quote.sentence.start, quote.sentence.end),),
    )


def _place(want: Want, text: str) -> int:
    """Where the asked words begin, if a figure follows them; else the start of the sentence."""
    telling = {word for phrase, _ in _wordings(want) for word in phrase - GENERIC}
    at = next((match.start() for match in WORD.finditer(text) if stem(fold(match[0])) in telling), 0)
    return at if re.search(r"\d", text[at:]) else 0


def _relevance(want: Want, sentence: Sentence) -> float:
    """The share of the asked words in sentence and headings; more with amounts, where they are asked for."""
    best = 0.0
    for phrase, weight in _wordings(want):
        shared, above = phrase & sentence.stems, (phrase & sentence.above) - sentence.stems
        best = max(best, weight * (total(shared) + 0.9 * total(above)) / total(phrase))
    if best and _ABOUT_AMOUNTS.search(want.field.description) and amounts_in(sentence.text):
        best += 0.1
    return best + 0.02 * len(want.hints & sentence.stems) if best else 0.0
