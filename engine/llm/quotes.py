"""Where a quote stands in its passage, though spaces and quotation marks were written otherwise.

A quote that is found is from then on a slice of the stored page, and so verbatim whatever the model wrote.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from engine.llm.injection import instructions_in
from engine.llm.shelf import Given
from engine.reading import ReadPage
from engine.sentences import sentence_spans

LONGEST = 1_000
"""Characters of a quote; a longer one shows nothing any more."""
LONGEST_LINE = 400
"""A sentence up to this length is shown whole around what was quoted of it."""
MOST_PLACES = 8
_MARKS = {
    **dict.fromkeys("‘’‚‛′`´", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", ""),
}
_AROUND = " \"'"
_ELLIPSIS = re.compile(r"^(?:\.\.\.)\s*|\s*(?:\.\.\.)$")


@dataclass(frozen=True, slots=True)
class Quoted:
    """A slice of a page, and the sentence or line that it is part of."""

    page: ReadPage
    start: int
    end: int
    line_start: int
    line_end: int

    @property
    def line(self) -> str:
        return self.page.text[self.line_start : self.line_end]

    @property
    def text(self) -> str:
        return self.page.text[self.start : self.end]

    def touches(self, start: int, end: int) -> bool:
        """Whether this part of the line was quoted, if only some of it."""
        return start < self.end - self.line_start and end > self.start - self.line_start

    def holds(self, start: int, end: int) -> bool:
        """Whether all of this part of the line was quoted."""
        return self.start - self.line_start <= start and end <= self.end - self.line_start

    @property
    def shown(self) -> tuple[int, int]:
        """What is cited: the whole line, if it is not too long."""
        whole = self.line_end - self.line_start <= LONGEST_LINE
        return (self.line_start, self.line_end) if whole else (self.start, self.end)


def places_of(quote: str, given: Given) -> Iterator[Quoted]:
    """Each place of the passage where the quote stands; none of those that address a machine."""
    wanted = _trimmed(_plain(quote[: LONGEST + 1])[0])
    if len(quote) > LONGEST or not re.search(r"\w", wanted):
        return
    plain, at = _plain(given.text)
    barred = instructions_in(given.text)
    begin = -1
    for _ in range(MOST_PLACES):
        begin = plain.find(wanted, begin + 1)
        if begin < 0:
            return
        start, end = at[begin], at[begin + len(wanted) - 1] + 1
        if _is_whole(plain, begin, begin + len(wanted)) and not any(a < end and start < b for a, b in barred):
            yield _quoted(given, start, end)


def _quoted(given: Given, start: int, end: int) -> Quoted:
    lines = list(_lines(given.text))
    first = next((line for line in lines if line[0] <= start < line[1]), (start, end))
    last = next((line for line in lines if line[0] < end <= line[1]), (start, end))
    line = (min(first[0], start), max(last[1], end))
    return Quoted(
        given.page, given.start + start, given.start + end, given.start + line[0], given.start + line[1]
    )


def _lines(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for line in text.split("\n"):
        for first, last in sentence_spans(line):
            yield at + first, at + last
        at += len(line) + 1


def _is_whole(plain: str, start: int, end: int) -> bool:
    """Not a part of a word: ``art`` is no quote of ``party``."""
    before, after = plain[start - 1 : start], plain[end : end + 1]
    cut_before = before.isalnum() and plain[start].isalnum()
    return not cut_before and not (after.isalnum() and plain[end - 1].isalnum())


def _trimmed(plain: str) -> str:
    """Without the marks that a model puts around what it quotes."""
    return _ELLIPSIS.sub("", plain.strip(_AROUND)).strip(_AROUND)


@lru_cache(maxsize=512)
def _plain(text: str) -> tuple[str, list[int]]:
    """The text with its marks and spaces evened out, and where each character of it came from."""
    chars: list[str] = []
    at: list[int] = []
    for place, char in enumerate(text):
        for part in _MARKS.get(char, unicodedata.normalize("NFKC", char)) if not char.isascii() else char:
            part = " " if part.isspace() else _MARKS.get(part, part)
            if part == " " and chars and chars[-1] == " ":
                continue
            if part:
                chars.append(part)
                at.append(place)
    return "".join(chars), at
