"""Plain text out of the Factbook's HTML, with notes and per-region parts taken apart."""

import html
import re
from dataclasses import dataclass

_COMMENT = re.compile(r"<!--.*?(?:-->|$)", re.S)
_LINE_BREAK = re.compile(r"(?:<br\s*/?>|</?p\b[^>]*>|\r|\n)+", re.I)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_BREAK_INSIDE_TAG = re.compile(r"<(strong|b|em)>((?:\s|\n)+)")
_TAG_SEAM = re.compile(r"</(strong|b|em)>\s*<\1>")
_PART = re.compile(r"(?:^|(?<=\n)|(?<=; ))\s*<(strong|b|em)>\s*([^<>\n]{1,80}?)\s*(?::\s*</\1>|</\1>\s*:)")
_INLINE_NOTE = re.compile(
    r"(?:(?:^|[;.,]|\n|(?<=\)))\s*notes?(?: \d+)?\s*(?::|-|–)|\snote:)\s*(?=\S)",
    re.I,
)
_NOTE_NAME = re.compile(r"notes?(?: \d+)?$", re.I)
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_VERB = re.compile(r"(?<![\w'’-])(?:is|are|was|were|has|have|had|can|may|will|does|do not)\b")
_MARK = "\x00"
LONGEST_PHRASE = 120


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of an entry: what it is about (``French Guiana``; empty for the whole entry), and its text."""

    about: str
    text: str
    is_note: bool = False


def plain(fragment: str) -> str:
    """One clean line: no tags, no entities, no doubled spaces; line breaks become semicolons."""
    text = html.unescape(_TAG.sub("", _COMMENT.sub("", fragment)))
    lines = (" ".join(line.split()).strip(" ;") for line in text.splitlines())
    joined = "; ".join(line for line in lines if line)
    return re.sub(r"\s+([,;)\]])|([(\[])\s+", r"\1\2", joined)


def has_a_verb(text: str) -> bool:
    """Whether one of the commonest verbs stands outside brackets."""
    return bool(_VERB.search(_BRACKETED.sub("", text)))


def reads_as_prose(text: str) -> bool:
    """More than a phrase, with a verb of its own: not one of the facts that may be taken over."""
    return len(_BRACKETED.sub("", text)) > LONGEST_PHRASE and has_a_verb(text)


def parts(fragment: str) -> list[Part]:
    """The entry's parts in order; a bold lead-in such as ``French Guiana:`` or ``note:`` opens a new one."""
    marked = _PART.sub(lambda found: f"\n{_MARK}{found[2]}{_MARK}", _with_line_breaks(fragment))
    pieces = re.split(f"\n{_MARK}([^{_MARK}]*){_MARK}", f"\n{marked}")
    found = [("", pieces[0]), *zip(pieces[1::2], pieces[2::2], strict=True)]
    return [part for about, body in found for part in _split_note(plain(about), body)]


def _with_line_breaks(fragment: str) -> str:
    text = _LINE_BREAK.sub("\n", _COMMENT.sub("", html.unescape(fragment)).replace("\xa0", " "))
    return _TAG_SEAM.sub("", _BREAK_INSIDE_TAG.sub(r"\n<\1>", text))


def _split_note(about: str, body: str) -> list[Part]:
    if _NOTE_NAME.match(about):
        return _kept(Part("", plain(body), is_note=True))
    value, *note = _INLINE_NOTE.split(_TAG.sub("", body), maxsplit=1)
    return _kept(Part(about, plain(value).rstrip(":")), Part(about, plain("".join(note)), is_note=True))


def _kept(*found: Part) -> list[Part]:
    return [part for part in found if part.text]
