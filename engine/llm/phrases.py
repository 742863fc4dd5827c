"""Words read again from where they were quoted: names, members of a choice, and sentences that sum up."""

import re
from collections.abc import Sequence
from functools import lru_cache

from engine.llm.quotes import Quoted
from engine.sentences import sentence_spans
from engine.words import fold, stem, stems, words

LONGEST_VALUE = 4_000
FEW_WORDS = 14
"""A value of more words is told in sentences of the model's own."""
SAID_AT_LEAST = 0.6
"""The share of a summing-up sentence's content words that its quotes have to hold."""
_ADDRESS = re.compile(r"^(?:https?://)?(?:www\.)?", re.I)
_SIGN = re.compile(r"[^\w\s.,;:!?'\"“”‘’()\[\]/&–—-]")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_TURNS = re.compile(r"\b(?:not|no|never|none|without|except|nor)\b|n['’]t\b", re.I)
_PROPER = re.compile(r"(?<=[^\s.?!:]\s)[\"“(]?([A-Z][\w’'-]+)")


def text_in(quote: Quoted, value: str) -> str | None:
    """A short value as the quote has it; else in the model's order, if each of its words stands there.

    Neither if it has a sign such as € that the quote has not.
    """
    value = " ".join(value.split())
    said = _ADDRESS.sub("", value).rstrip("/") or value
    if not set(_SIGN.findall(said)) <= set(quote.text):
        return None
    if found := place_of(quote, said):
        as_written = quote.line[slice(*found)]
        return as_written if fold(as_written) == fold(value) else value
    told, meant = words(quote.text), words(said)
    if not meant or len(meant) > FEW_WORDS or not set(meant) <= set(told):
        return None
    numbers = set(_NUMBER.findall(said)) <= set(_NUMBER.findall(quote.text))
    return value if numbers and bool(_TURNS.search(value)) == bool(_TURNS.search(quote.text)) else None


def place_of(quote: Quoted, said: str) -> tuple[int, int] | None:
    """Where the words stand side by side in what was quoted, as part of its line."""
    pattern = _pattern(said)
    found = (match.span() for match in pattern.finditer(quote.line)) if pattern else ()
    return next((span for span in found if quote.holds(*span)), None)


@lru_cache(maxsize=512)
def _pattern(said: str) -> re.Pattern[str] | None:
    parts = re.findall(r"[^\W_]+", said[:LONGEST_VALUE])
    joined = r"[\W_]{1,4}".join(re.escape(part) for part in parts)
    return re.compile(rf"(?<![^\W_]){joined}(?![^\W_])", re.I) if parts else None


def choice_in(quote: Quoted, value: object, choices: Sequence[object], description: str) -> object | None:
    """The member that the model chose, if the quote names it or what the description says stands for it."""
    chosen = next((choice for choice in choices if fold(str(choice)) == fold(str(value).strip())), None)
    if chosen is None:
        return None
    names = (str(chosen), *synonyms(str(chosen), description))
    return chosen if any(place_of(quote, name) or _stems_in(quote, name) for name in names) else None


def synonyms(member: str, description: str) -> list[str]:
    """What a description gives beside a member: ``public (listed, quoted); private = held by its owners``."""
    match = re.search(
        rf"(?<![^\W_]){re.escape(member)}[\"'”’]?\s*(?:\(|=|:|\bmeans\b|\bif\b)\s*([^);\n.]{{2,120}})",
        description,
        re.I,
    )
    parts = re.split(r",|/|\bor\b", match[1]) if match else []
    return [part.strip(" \"'“”") for part in parts if re.search(r"\w", part)]


def _stems_in(quote: Quoted, name: str) -> bool:
    """Whether every word of the name stands in the quote, in whatever form: ``listed`` for ``listing``."""
    wanted = {stem(word) for word in words(name)}
    return (
        bool(wanted)
        and wanted <= {stem(word) for word in words(quote.text)}
        and not _TURNS.search(quote.text)
    )


def sentences_in(text: str) -> list[str]:
    return [
        text[start:end] for line in text[:LONGEST_VALUE].split("\n") for start, end in sentence_spans(line)
    ]


def carries(quotes: Sequence[Quoted], sentence: str, known: frozenset[str]) -> bool:
    """Whether quotes carry a sentence in other words: its numbers, its names, and most of what it says.

    ``known`` are stems that need no quote: those of the subject's name.
    """
    told = " \n".join(quote.text for quote in quotes)
    stated = frozenset(stems(told))
    said = frozenset(stems(sentence)) - known
    if not set(_NUMBER.findall(sentence)) <= set(_NUMBER.findall(told)):
        return False
    names = {part for name in _PROPER.findall(sentence) for part in stems(name)}
    if not names <= stated | known or bool(_TURNS.search(sentence)) != bool(_TURNS.search(told)):
        return False
    return not said or len(said & stated) >= SAID_AT_LEAST * len(said)
