"""A place in a list of lines, which the readers of a markup move forward."""

import re
from collections.abc import Callable, Iterator
from textwrap import dedent

from engine.document import Block

_KEPT = re.compile("\0(\\d+)\0")


class Cursor:
    """True while lines are left."""

    def __init__(self, text: str) -> None:
        self._lines = [line.rstrip() for line in text.expandtabs(4).splitlines()]
        self._at = 0

    def __bool__(self) -> bool:
        return self._at < len(self._lines)

    def peek(self, ahead: int = 0) -> str:
        """The line that many lines ahead; empty past the end."""
        place = self._at + ahead
        return self._lines[place] if place < len(self._lines) else ""

    def take(self) -> str:
        line = self.peek()
        self._at += 1
        return line

    def take_while(self, wanted: Callable[[str], bool]) -> list[str]:
        taken = []
        while self and wanted(self.peek()):
            taken.append(self.take())
        return taken

    def take_indented(self) -> list[str]:
        """The indented lines ahead, blank lines among them included, with their common indent removed."""
        lines = self.take_while(lambda line: not line or line.startswith(" "))
        return dedent("\n".join(lines)).strip("\n").splitlines()


Reader = Callable[[Cursor], list[Block] | None]
"""Reads one construct and answers its blocks; None, and nothing read, when another construct stands there."""


def read(text: str, readers: tuple[Reader, ...]) -> Iterator[Block]:
    """Ask the readers in turn at each place; the last one must take whatever comes."""
    cursor = Cursor(text)
    while cursor:
        if not cursor.peek().strip():
            cursor.take()
            continue
        yield from next(found for reader in readers if (found := reader(cursor)) is not None)


def paragraph(text: str, kind: str = "paragraph") -> list[Block]:
    line = " ".join(text.split())
    return [Block(kind, line)] if any(char.isalnum() for char in line) else []


def code(lines: list[str]) -> list[Block]:
    text = dedent("\n".join(lines)).strip("\n")
    return [Block("code", text)] if text.strip() else []


def heading(text: str, level: int) -> list[Block]:
    line = " ".join(text.split())
    return [Block("heading", line, level=min(max(level, 2), 4))] if line else []


def around(literal: re.Pattern[str], text: str, words: Callable[[str], str]) -> str:
    """Apply ``words`` to the text around its literals; each literal comes back as its last group."""
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(found[found.lastindex or 0].strip())
        return f"\0{len(kept) - 1}\0"

    return _KEPT.sub(lambda found: kept[int(found[1])], words(literal.sub(keep, text.replace("\0", ""))))
