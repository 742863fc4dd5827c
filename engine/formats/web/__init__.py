"""Web pages: ``read_web`` gives what a page says, ``marks_of`` what it says of itself to those who crawl it.

``tags`` cuts the markup, ``outline`` puts blocks together (``roles`` tells what elements are for, ``cells``
reads tables), ``article`` leaves out what surrounds the page's own text, ``about`` reads its head.
"""

import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from engine.formats.contents import Contents
from engine.formats.web.about import About
from engine.formats.web.article import article_of
from engine.formats.web.outline import outline_of

__all__ = ["About", "Marks", "marks_of", "read_web"]

_LONGEST_LINK = 2_000
_PLAIN_PATH = re.compile(r"(?:/[\w~%-][\w~%.-]*)+/?(?:\?[\w~%.=&+-]*)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Marks:
    """What a page tells those who crawl it."""

    links: tuple[str, ...]
    """Absolute, without fragments, each once, in the order of the page."""
    canonical: str
    """The address that the page gives as its own, absolute; empty where it gives none."""
    noindex: bool
    nofollow: bool


def read_web(markup: str) -> tuple[Contents, About]:
    """A page's own text, and what it says of itself."""
    outline = outline_of(markup)
    about = outline.about
    contents = Contents(
        article_of(outline, markup),
        title=about.title,
        published=about.published or about.modified,
        language=about.language,
    )
    return contents, about


def marks_of(about: About, url: str) -> Marks:
    """``url`` is where the page was read."""
    base = (_absolute(url, about.base) if about.base else "") or url
    origin = "/".join(base.split("/", 3)[:3])
    found = (_followed(base, origin, link) for link in dict.fromkeys(about.links))
    links = dict.fromkeys(filter(None, found))
    return Marks(tuple(links), _absolute(base, about.canonical), about.noindex, about.nofollow)


def _followed(base: str, origin: str, link: str) -> str:
    """As ``_absolute``; most links of a page are plain paths, for which there is a quick way."""
    if _PLAIN_PATH.fullmatch(link):
        return origin + link
    return _absolute(base, link)


def _absolute(base: str, link: str) -> str:
    """The web address that a link leads to; empty where it leads to none."""
    link = "".join(link.split("\n")).strip().partition("#")[0]
    if not link or len(link) > _LONGEST_LINK:
        return ""
    try:
        url = urljoin(base, link)
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.hostname else ""
