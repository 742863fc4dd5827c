"""A fetched body as a document: web pages by their structure, text as its paragraphs."""

import re
from urllib.parse import unquote, urlsplit

from engine.document import Block, Document
from engine.html import read_html
from engine.net import Fetched

LONGEST = 1_000_000
"""Characters of plain text that are read."""
_WEB_PAGES = frozenset({"text/html", "application/xhtml+xml"})
_TEXTS = re.compile(
    r"text/|application/(?:[\w.-]+\+)?(?:json|xml|yaml)$|application/(?:x-)?(?:ndjson|yaml|toml)$"
)
_CHARSETS = re.compile(
    r"utf[-_]?(?:8|16|32)|ascii|iso8859|cp\d|koi8|gb|big5|shift_jis|euc_|mac-|iso2022|windows|tis|latin|hz$|johab"
)
"""Codecs of pages; Python has others, such as punycode, that take minutes over a long text."""
_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}[\"']?([\w-]{1,40})", re.I)
_DECLARED_WITHIN = 4_096
_PARAGRAPHS = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_TITLE_FROM_TEXT = 120


class Unreadable(Exception):
    """Why nothing can be read from what was fetched, as a sentence; ``error_type`` is one word for it."""

    def __init__(self, error_type: str, message: str) -> None:
        super().__init__(message)
        self.error_type = error_type


def document_of(fetched: Fetched) -> Document:
    """The page's text as blocks; raises ``Unreadable``."""
    kind = fetched.content_type or ("text/html" if fetched.body.lstrip()[:1] == b"<" else "text/plain")
    if kind not in _WEB_PAGES and not _TEXTS.match(kind):
        raise Unreadable("unsupported_content", f"Pages of the type {kind[:80]} cannot be read here.")
    text = text_of(fetched)
    if kind in _WEB_PAGES:
        article = read_html(text)
        title, published, blocks = article.title, article.published, article.blocks
    else:
        title, published, blocks = "", None, _paragraphs(text[:LONGEST])
    if not blocks:
        raise Unreadable("no_content", "The page holds no text.")
    return Document(
        path=fetched.url,
        title=title or _named(fetched.url),
        kind="page",
        blocks=blocks,
        source=fetched.url,
        source_url=fetched.url,
        as_of=published,
    )


def text_of(fetched: Fetched) -> str:
    """The body as text; what its codec cannot read is replaced."""
    charset = fetched.charset
    if not charset and (declared := _DECLARED.search(fetched.body[:_DECLARED_WITHIN])):
        charset = declared[1].decode("ascii").lower()
    try:
        text = fetched.body.decode(charset if _CHARSETS.match(charset) else "utf-8", "replace")
    except LookupError:
        text = fetched.body.decode("utf-8", "replace")
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\0", "\ufffd")


def _paragraphs(text: str) -> tuple[Block, ...]:
    pieces = (piece.strip("\n").rstrip() for piece in _PARAGRAPHS.split(text))
    return tuple(Block("paragraph", piece) for piece in pieces if piece.strip())


def _named(url: str) -> str:
    """The last part of the address, for a page without a title."""
    parts = urlsplit(url)
    return unquote(parts.path.rstrip("/").rpartition("/")[2])[:_TITLE_FROM_TEXT] or parts.hostname or url
