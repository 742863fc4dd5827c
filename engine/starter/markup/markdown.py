"""Markdown (CommonMark and the common parts of GitHub's) as blocks."""

import html
import re
from collections.abc import Iterator

from engine.document import Block
from engine.starter.markup.cursor import Cursor, around, code, heading, paragraph, read

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_ATX = re.compile(r" {0,3}(#{1,6})(?:\s+|$)(.*?)\s*#*$")
_SETEXT = re.compile(r" {0,3}(=+|-{2,})\s*$")
_ITEM = re.compile(r" *(?:[-*+]|\d{1,3}[.)])\s+(.*)")
_RULE = re.compile(r" {0,3}(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,})$")
_REFERENCE = re.compile(r" {0,3}\[[^\]]+\]:\s")
_TABLE = re.compile(r"\s*\|.*\|")

_COMMENT = re.compile(r"<!--.*?-->", re.S)
_IMAGE = re.compile(r"!\[[^\]]*\](?:\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^\]]*\])")
_LINK = re.compile(r"\[([^\[\]]*)\](?:\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^\]]*\])")
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]+)>")
_BREAK = re.compile(r"<br ?/?>", re.I)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_CODE_SPAN = re.compile(r"(`+)(.+?)\1")
_EMPHASIS = re.compile(r"(\*{1,3}|~~|(?<!\w)_{1,3})(?=\S)(.+?)(?<=\S)\1(?!\w)")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_REPLACED = (
    *[(_LINK, r"\1")] * 2,
    (_AUTOLINK, r"\1"),
    (_TAG, ""),
    *[(_EMPHASIS, r"\2")] * 2,
)
"""In order; what can hold itself (a link around an image's link, strong in emphasis) stands twice."""


def blocks(text: str) -> Iterator[Block]:
    return read(
        _COMMENT.sub("", text), (_fence, _rule, _heading, _reference, _table, _item, _indented, _paragraph)
    )


def inline(text: str) -> str:
    """The words alone: code spans keep their content untouched, links keep their text, images go."""
    return around(_CODE_SPAN, text, _plain)


def _plain(text: str) -> str:
    bare = _IMAGE.sub("", _BREAK.sub(" ", text))
    for pattern, kept in _REPLACED:
        bare = pattern.sub(kept, bare)
    return html.unescape(_ESCAPE.sub(r"\1", bare))


def _fence(cursor: Cursor) -> list[Block] | None:
    opened = _FENCE.match(cursor.peek())
    if not opened:
        return None
    cursor.take()
    lines = cursor.take_while(lambda line: not line.lstrip().startswith(opened[1]))
    cursor.take()
    return code(lines)


def _rule(cursor: Cursor) -> list[Block] | None:
    if not _RULE.match(cursor.peek()):
        return None
    cursor.take()
    return []


def _heading(cursor: Cursor) -> list[Block] | None:
    if atx := _ATX.match(cursor.peek()):
        cursor.take()
        return heading(inline(atx[2]), len(atx[1]))
    if (setext := _SETEXT.match(cursor.peek(1))) and not _ITEM.match(cursor.peek()):
        text = cursor.take()
        cursor.take()
        return heading(inline(text), 1 if setext[1].startswith("=") else 2)
    return None


def _reference(cursor: Cursor) -> list[Block] | None:
    return [] if cursor.take_while(lambda line: bool(_REFERENCE.match(line))) else None


def _table(cursor: Cursor) -> list[Block] | None:
    rows = cursor.take_while(lambda line: bool(_TABLE.match(line)))
    return code([inline(row) for row in rows if row.strip("| :-")]) if rows else None


def _item(cursor: Cursor) -> list[Block] | None:
    """A list item with its continuation lines; nested items come out one by one."""
    item = _ITEM.match(cursor.peek())
    if not item:
        return None
    cursor.take()
    return paragraph(inline(" ".join([item[1], *cursor.take_while(_continues)])), "item")


def _indented(cursor: Cursor) -> list[Block] | None:
    return code(cursor.take_indented()) if cursor.peek().startswith("    ") else None


def _paragraph(cursor: Cursor) -> list[Block]:
    first = cursor.take()
    lines = [first, *cursor.take_while(_continues)]
    return paragraph(inline(" ".join(line.lstrip("> ") for line in lines)))


def _continues(line: str) -> bool:
    others = (_FENCE, _ATX, _SETEXT, _ITEM, _TABLE, _RULE)
    return bool(line.strip()) and not any(pattern.match(line) for pattern in others)
