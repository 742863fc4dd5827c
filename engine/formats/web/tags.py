"""Markup cut into tags and text, in one pass whose time grows with the length alone.

Parsers of the whole language are quadratic where a page leaves its tags open or gives a tag 100,000
attributes, and pages come from strangers.
"""

import html
import re
from collections.abc import Iterator

_TAG = re.compile(
    r"(/?)([A-Za-z][A-Za-z0-9-]{0,40})((?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+)>"
    r"|(/?)([A-Za-z][A-Za-z0-9-]{0,40})[^>]*+>"
)
"""A tag with its quotes in pairs, or up to the next ``>``; possessive, so that no text is read twice."""
_ATTRIBUTE = re.compile(r"(?<![\w:-])([\w:-]{1,40})\s{0,9}=\s{0,9}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_MOST_ATTRIBUTES = 4_000
"""Characters of a tag in which its attributes are looked for."""
_RAW = frozenset({"script", "style", "textarea", "title", "noscript", "template", "iframe", "xmp"})
"""Elements whose content is no markup, or not to be read."""
_SAID = frozenset({"title", "ld+json"})
"""What of these is read after all."""

Event = tuple[str, str, str]


def events(markup: str) -> Iterator[Event]:
    """``opened``, ``closed`` and ``text``, each with a name and what the tag or the text says.

    The name of a text is empty, or says what it stands in: ``title``, or ``ld+json`` for data about the page.
    """
    first, *pieces = markup.split("<")
    yield "text", "", first
    raw, holds, comment = "", "", False
    for piece in pieces:
        if comment:
            _, closed, text = piece.partition("-->")
            comment = not closed
        elif piece.startswith("!--"):
            _, closed, text = piece[3:].partition("-->")
            comment = not closed
        elif raw and not piece[:42].lower().startswith(f"/{raw}"):
            text = f"<{piece}" if holds in _SAID else ""
        elif tag := _TAG.match(piece):
            name = (tag[2] or tag[5]).lower()
            closing = bool(tag[1] or tag[4])
            raw = "" if closing or name not in _RAW else name
            holds = "ld+json" if raw == "script" and "ld+json" in (tag[3] or "") else raw
            yield ("closed" if closing else "opened"), name, tag[3] or ""
            text = piece[tag.end() :] if not raw or holds in _SAID else ""
        else:
            text = piece.partition(">")[2] if piece[:1] in ("!", "?", "/") else f"<{piece}"
        if text:
            yield "text", holds, text


def attributes_of(said: str) -> dict[str, str]:
    """A tag's attributes by their names in lower case; of two with one name the first counts."""
    found: dict[str, str] = {}
    for one in _ATTRIBUTE.finditer(said[:_MOST_ATTRIBUTES]):
        found.setdefault(one[1].lower(), html.unescape(one[2] or one[3] or one[4] or "").strip())
    return found
