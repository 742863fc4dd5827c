"""The [n] of a streamed answer: numbers of passages become numbers of sources, and those of none go."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from engine.evidence import excerpt
from engine.excerpts import within
from engine.llm.phrases import sentences_in
from engine.llm.shelf import Given
from engine.output import Citation, Excerpt
from engine.words import stems

LONGEST_EXCERPT = 400
_MARK = re.compile(r"(\s*)[\[【]\s*(\d{1,4}(?:\s*[,;]\s*\d{1,4})*)\s*[\]】]")
_HELD = re.compile(r"(?:\s+|\s*[\[【][\d\s,;]{0,40})$")
"""What may yet become a mark, or the space before one."""


@dataclass(slots=True)
class Marks:
    """Feed it the words as they come; what it gives back can be shown."""

    find: Callable[[int], Given | None]
    text: str = ""
    """All that was shown."""
    cited: dict[int, Given] = field(default_factory=dict)
    """The passages that are named, by their numbers, in the order in which they first are."""
    _held: str = ""
    _said: dict[int, set[str]] = field(default_factory=dict)
    """The stems of the sentences that name each passage."""

    def feed(self, words: str) -> str:
        told = self._held + words
        held = _HELD.search(told)
        self._held = told[held.start() :] if held else ""
        return self._shown(told[: held.start()] if held else told)

    def rest(self) -> str:
        """What was held back when the end came."""
        told, self._held = self._held, ""
        return self._shown("" if _HELD.fullmatch(told) else told)

    def _shown(self, told: str) -> str:
        parts, at = [], 0
        for match in _MARK.finditer(told):
            parts.append(told[at : match.start()])
            self.text += parts[-1]
            parts.append(self._mark(match[1], match[2]))
            self.text += parts[-1]
            at = match.end()
        parts.append(told[at:])
        self.text += parts[-1]
        return "".join(parts)

    def _mark(self, space: str, numbers: str) -> str:
        named = [given for number in re.findall(r"\d+", numbers) if (given := self.find(int(number)))]
        said = set(stems((sentences_in(self.text[-2_000:]) or [""])[-1]))
        for given in named:
            self.cited.setdefault(given.number, given)
            self._said.setdefault(given.number, set()).update(said)
        places = dict.fromkeys(self._sources().index(given.page.id) + 1 for given in named)
        return space + "".join(f"[{place}]" for place in places) if places else ""

    def _sources(self) -> list[int]:
        return list(dict.fromkeys(given.page.id for given in self.cited.values()))

    def citations(self) -> tuple[Citation, ...]:
        """One for each page that is named, in the order of their numbers, with what its passages say."""
        excerpts: dict[int, list[Excerpt]] = {}
        for one in self.cited.values():
            excerpts.setdefault(one.page.id, []).append(excerpt(one.page, *self._span(one)))
        pages = {given.page.id: given.page for given in self.cited.values()}
        return tuple(Citation(page.url, page.title, tuple(excerpts[pk])) for pk, page in pages.items())

    def _span(self, given: Given) -> tuple[int, int]:
        wanted = frozenset(self._said[given.number])
        return within(given.page.text, given.start, given.end, wanted=wanted, most=LONGEST_EXCERPT)
