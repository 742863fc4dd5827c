"""The other pages of a subject's own site: what it is, and where, often stands on one called “About” it."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from engine.library import Library
from engine.reading import ReadPage
from engine.words import STOP_WORDS, words

ABOUT = frozenset(
    words(
        "about company contact contacts corporate details facts figures history home homepage info key our"
        " information leadership management official overview people profile site story team us website"
        " welcome who"
    )
)
"""Words around a name in the title of a page that tells what its bearer is; others make another name."""
_START = re.compile(r"/(?:(?:index|home|default)\.\w+)?$")


def with_kin(pages: Sequence[ReadPage], library: Library, most: int) -> tuple[ReadPage, ...]:
    """The pages about a subject, and then those of the first one's site that are about it, too.

    Where the first one is the start of its site, these are all whose title holds its own: the site is the
    subject's. Elsewhere the title may hold nothing else but what such pages are called. Only fetched pages
    have a site.
    """
    first = urlsplit(pages[0].url) if pages else urlsplit("")
    if not first.netloc or len(pages) >= most:
        return tuple(pages)
    name = words(pages[0].title)
    is_start = _START.fullmatch(first.path or "/") is not None
    telling = ABOUT.union(STOP_WORDS, name)
    titled = library.titled(f"{first.scheme}://{first.netloc}/", " ".join(name))
    kin = [found for found in titled if is_start or telling.issuperset(words(found.title))]
    opened = {page.id: page for page in pages}
    for found in kin[:most]:
        opened.setdefault(found.page_id, library.open(found))
    return tuple(opened.values())[:most]
