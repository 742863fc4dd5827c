"""How close a passage comes to a query: what BM25, which takes a passage for a bag of words, does not see.

Every sign is a share from 0 to 1. A word weighs the more, the fewer of the candidates hold it.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import NamedTuple

from engine.retrieval.query import MOST_WORDS
from engine.sentences import sentence_spans
from engine.words import STOP_WORDS, stem, words

KEPT = 2_000
"""Passages that a process keeps in their read form, about twenty kilobytes each."""
UNASKED = 0.5
"""The sign of a number where none is asked for."""
_ASKS_FOR_NUMBER = re.compile(
    r"\b(?:how (?:many|much|long|far|old|large|big|high)|when"
    r"|(?:what|which) (?:year|date|percent\w*|number|century|day|month|decade)"
    r"|(?:in|on|during) (?:what|which))\b"
)
_NUMBER = re.compile(
    r"\d.*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?"
    r"|millions?|billions?|half|third|quarter|\w+teen|\w+ty"
)


class Signs(NamedTuple):
    sentence: float
    """Share of the query's words in the one sentence that holds most of them."""
    titled: float
    """The same where words of the title and the headings count as said in every sentence."""
    pairs: float
    """Share of the query's neighbouring words, stop words among them, that are neighbours here too."""
    number: float
    """Whether that sentence holds a number that the query does not, if the query asks for one."""
    forms: float
    """Share of the query's words that stand here letter for letter and not only by their stem."""


class Asked:
    """A query, taken apart once for all candidates."""

    def __init__(self, said: Sequence[str]) -> None:
        said = said[: 2 * MOST_WORDS]
        self._stems = [stem(word) for word in said]
        content = [word for word in dict.fromkeys(said) if word not in STOP_WORDS][:MOST_WORDS]
        self.content = {word: stem(word) for word in content}
        self.keys = tuple(dict.fromkeys(self.content.values()))
        self._said = frozenset(said)
        self._asks_for_number = _ASKS_FOR_NUMBER.search(" ".join(said)) is not None

    @cached_property
    def _pairs(self) -> frozenset[tuple[str, str]]:
        return frozenset(pairwise(self._stems))

    def weights(self, candidates: Sequence["Told"]) -> dict[str, float]:
        """By stem, ``log(1 + (n + 1) / (held + 0.5))`` of n candidates, as shares: they add up to 1."""
        held = Counter(key for one in candidates for key in self.keys if key in one.stems or key in one.above)
        weights = {key: math.log(1 + (len(candidates) + 1) / (held[key] + 0.5)) for key in self.keys}
        total = sum(weights.values()) or 1.0
        return {key: weight / total for key, weight in weights.items()}

    def signs(self, told: "Told", weights: dict[str, float]) -> Signs:
        above = [key for key in weights if key in told.above]
        sentence, titled, numbers = 0.0, 0.0, frozenset[str]()
        for keys, figures in told.sentences:
            share = sum([weight for key, weight in weights.items() if key in keys])
            if share > sentence:
                sentence, numbers = share, figures
            titled = max(titled, share + sum([weights[key] for key in above if key not in keys]))
        forms = [weights[key] for key in self.content.values()]
        same = [weights[key] for word, key in self.content.items() if word in told.forms]
        return Signs(
            sentence,
            titled,
            len(self._pairs & told.pairs) / len(self._pairs) if self._pairs else 0.0,
            float(bool(numbers - self._said)) if self._asks_for_number else UNASKED,
            sum(same) / (sum(forms) or 1.0),
        )


@dataclass(frozen=True, slots=True)
class Told:
    """A passage as it is compared."""

    above: frozenset[str]
    """Stems of the page's title and the headings."""
    stems: frozenset[str]
    sentences: tuple[tuple[frozenset[str], frozenset[str]], ...]
    """Of each its stems and its numbers."""
    pairs: frozenset[tuple[str, str]]
    """Stems of neighbouring words."""
    forms: frozenset[str]


@lru_cache(maxsize=KEPT)
def told(title: str, heading: str, text: str) -> Told:
    sentences, run = [], []
    forms = set[str]()
    for line in text.split("\n"):
        for start, end in sentence_spans(line):
            said = words(line[start:end])
            keys = [stem(word) for word in said]
            sentences.append((frozenset(keys), frozenset(filter(_is_number, said))))
            forms.update(said)
            run += keys
    return Told(
        above=frozenset(stem(word) for word in words(f"{title}\n{heading}")),
        stems=frozenset(run),
        sentences=tuple(sentences),
        pairs=frozenset(pairwise(run)),
        forms=frozenset(forms),
    )


@lru_cache(maxsize=20_000)
def _is_number(word: str) -> bool:
    return _NUMBER.fullmatch(word) is not None
