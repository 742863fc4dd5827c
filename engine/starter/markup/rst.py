"""reStructuredText, and the plain text that Sphinx makes of it, as blocks."""

import re
from collections.abc import Callable, Iterator
from functools import partial

from engine.document import Block
from engine.starter.markup.cursor import Cursor, around, code, heading, paragraph, read

Words = Callable[[str], str]
"""Takes the markup out of a line."""

_LINE = re.compile(r"([!-/:-@\[-`{-~])\1{2,}$")
_ITEM = re.compile(r" *(?:[-*+•]|\d{1,3}[.)]|#\.)\s+(.*)")
_FIELD = re.compile(r":([A-Za-z][\w .\[\],-]*):(?:\s+(.*)|$)")
_DIRECTIVE = re.compile(r" *\.\. (?:\|[^|]+\| )?([\w-]+)::\s*(.*)")
_EXPLICIT = re.compile(r" *\.\.(?: |$)|__ ")
_TABLE = re.compile(r" *(?:\+[-=]{2,}.*\+|={2,}(?:\s+={2,})+)$")
_SESSION = re.compile(r"(?:>>>|\$|#!) ?")
_SENTENCE = re.compile(r"(?:[A-Z][a-z]+|A|I)(?:,|:)? [\w\"*]")
_CODE = frozenset({"code", "code-block", "sourcecode", "highlight", "parsed-literal", "doctest"})
_PROSE = frozenset(
    {"note", "tip", "warning", "important", "caution", "hint", "attention", "danger", "seealso"}
)

_QUOTED = re.compile(r'"[^"]+"')
_LITERAL = re.compile(r"``(.+?)``")
_ROLE = re.compile(r":[\w:+-]+:`~?([^`<>]+?)(?:\s*<[^<>`]*>)?`")
_LINK = re.compile(r"`([^`<>]+?)\s*<[^<>`]+>`_{0,2}")
_BARE_LINK = re.compile(r"<(https?://[^<>\s`]+)>`__?|`<(https?://[^<>\s]+)>`__?")
_NAMED_LINK = re.compile(r"`([^`]+)`_{0,2}")
_WORD_LINK = re.compile(r"\b([A-Za-z][\w.-]*[A-Za-z0-9])__?(?![\w`])")
_SUBSTITUTION = re.compile(r"\|[\w .+-]+\|_{0,2}")
_FOOTNOTE = re.compile(r"\s*\[(?:#?\w*|\*)\]_")
_EMPHASIS = re.compile(r"(?<!\w)(\*{1,2})(?=\S)(.+?)(?<=\S)\1(?!\w)")


def blocks(text: str, *, rendered: bool = False) -> Iterator[Block]:
    """``rendered``: the text is Sphinx's plain output, where emphasis is the only markup."""
    styles: list[str] = []
    words = _without_emphasis if rendered else inline
    readers = (
        _table,
        partial(_heading, styles=styles),
        *(() if rendered else (_directive, _field)),
        partial(_item, words=words),
        partial(_indented, rendered=rendered),
        partial(_paragraph, words=words),
    )
    return read(text, readers)


def inline(text: str) -> str:
    return around(_LITERAL, text, _plain)


def _without_emphasis(text: str) -> str:
    return around(_QUOTED, text, lambda rest: _EMPHASIS.sub(r"\2", rest))


def _plain(text: str) -> str:
    bare = text
    for pattern, kept in (
        (_ROLE, r"\1"),
        (_LINK, r"\1"),
        (_BARE_LINK, r"\1\2"),
        (_NAMED_LINK, r"\1"),
        (_FOOTNOTE, ""),
        (_SUBSTITUTION, ""),
        (_WORD_LINK, r"\1"),
        (_EMPHASIS, r"\2"),
    ):
        bare = pattern.sub(kept, bare)
    return bare.replace("\\ ", "").replace("``", "")


def _heading(cursor: Cursor, styles: list[str]) -> list[Block] | None:
    """The first style of underline met is the highest level, as in reStructuredText."""
    over = bool(_LINE.match(cursor.peek())) and cursor.peek(2)[:1] == cursor.peek()[:1]
    under = cursor.peek(2 if over else 1)
    if not _LINE.match(under) or not cursor.peek(int(over)).strip() or _LINE.match(cursor.peek(int(over))):
        return _lone_line(cursor)
    style = under[0] + ("over" if over else "")
    if style not in styles:
        styles.append(style)
    lines = [cursor.take() for _ in range(2 + over)]
    return heading(inline(lines[int(over)]), styles.index(style) + 1)


def _lone_line(cursor: Cursor) -> list[Block] | None:
    """A transition: a line of punctuation by itself."""
    if not _LINE.match(cursor.peek()):
        return None
    cursor.take()
    return []


def _directive(cursor: Cursor) -> list[Block] | None:
    found = _DIRECTIVE.match(cursor.peek())
    if not found and not _EXPLICIT.match(cursor.peek()):
        return None
    cursor.take()
    body = cursor.take_indented()
    if found and found[1] in _CODE:
        return code(_without_options(body))
    if found and found[1] in _PROSE:
        return paragraph(inline(" ".join([found[2], *_without_options(body)])))
    return []


def _without_options(body: list[str]) -> list[str]:
    """A directive's ``:option: value`` lines come first."""
    options = next((at for at, line in enumerate(body) if not _FIELD.match(line)), len(body))
    return body[options:]


def _field(cursor: Cursor) -> list[Block] | None:
    """``:Web: https://...`` is a fact of the page."""
    found = _FIELD.match(cursor.peek())
    if not found:
        return None
    cursor.take()
    more = cursor.take_while(lambda line: line.startswith(" "))
    value = " ".join(inline(" ".join([found[2] or "", *more])).split())
    return [Block("fact", f"{found[1]}: {value}", label=found[1])] if value else []


def _table(cursor: Cursor) -> list[Block] | None:
    if not _TABLE.match(cursor.peek()):
        return None
    simple = cursor.peek().lstrip().startswith("=")
    return code(cursor.take_while(lambda line: bool(line.strip()) and (simple or line.strip()[0] in "+|")))


def _item(cursor: Cursor, words: Words) -> list[Block] | None:
    item = _ITEM.match(cursor.peek())
    if not item:
        return None
    cursor.take()
    return paragraph(words(" ".join([item[1], *cursor.take_while(_continues)])), "item")


def _indented(cursor: Cursor, rendered: bool) -> list[Block] | None:
    """In rendered text code, unless it reads as a sentence; else a quotation, unless it is a session."""
    if not cursor.peek().startswith(" "):
        return None
    body = cursor.take_indented()
    if not body or _SESSION.match(body[0]) or (rendered and not _SENTENCE.match(body[0])):
        return code(body)
    return list(blocks("\n".join(body), rendered=rendered))


def _paragraph(cursor: Cursor, words: Words) -> list[Block]:
    """A paragraph that ends in ``::`` announces a literal block."""
    text = " ".join([cursor.take(), *cursor.take_while(_continues)])
    found = paragraph(words(re.sub(r"\s*::$", ":", text)))
    return [*found, *code(cursor.take_indented())] if text.endswith("::") else found


def _continues(line: str) -> bool:
    return bool(line.strip()) and not any(pattern.match(line) for pattern in (_ITEM, _TABLE, _EXPLICIT))
