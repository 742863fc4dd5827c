"""Text cut into MiniLM's tokens, and a question with a passage cut into windows that the reader can take."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from tokenizers import Tokenizer

from engine.neural import weights

CLS, SEP = 101, 102
QUESTION = 48
"""Tokens of a question that are read; what is beyond is cut off."""


@dataclass(frozen=True, slots=True)
class Tokens:
    ids: list[int]
    offsets: list[tuple[int, int]]
    """Where each token stands in the text, in characters."""


@dataclass(frozen=True, slots=True)
class Window:
    """``[CLS] question [SEP] part of the passage [SEP]``, as token ids."""

    ids: list[int]
    before: int
    """How many tokens stand before the passage's."""
    first: int
    """Which of the passage's tokens comes first in it."""

    @property
    def types(self) -> list[int]:
        """0 for the question's tokens, 1 for the passage's."""
        return [0] * self.before + [1] * (len(self.ids) - self.before)


@cache
def tokenizer() -> Tokenizer:
    made = Tokenizer.from_str(weights.tokenizer())
    made.no_truncation()
    made.no_padding()
    made.encode_special_tokens = True  # a page that says [SEP] means the five letters
    return made


def tokens(text: str) -> Tokens:
    """Without the marks of beginning and end. Takes half-read text too: lone surrogates become ``?``."""
    clean = text.encode("utf-8", "replace").decode()
    encoding = tokenizer().encode(clean, add_special_tokens=False)
    return Tokens(encoding.ids, encoding.offsets)


def window(question: Tokens, passage: Tokens, first: int, end: int) -> Window:
    asked = question.ids[:QUESTION]
    return Window([CLS, *asked, SEP, *passage.ids[first:end], SEP], len(asked) + 2, first)


def windows(question: Tokens, passage: Tokens, size: int, overlap: int) -> Iterator[Window]:
    """The whole passage, at most ``size`` tokens of it in each window, ``overlap`` of them seen twice."""
    first = 0
    while True:
        end = min(first + size, len(passage.ids))
        yield window(question, passage, first, end)
        if end == len(passage.ids):
            return
        first = end - overlap
