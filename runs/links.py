"""Where a citation leads: the page, opened at the words that carry the value."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

LONGEST_WHOLE_FRAGMENT = 200
WORDS_AT_EACH_END = 6


def absolute_for(request: HttpRequest | None = None) -> Callable[[str], str]:
    """Turns an address of our own into a full one, by PUBLIC_URL or else by how this request came in."""
    return absolute_at(
        (settings.PUBLIC_URL or (request.build_absolute_uri("/") if request else "")).rstrip("/")
    )


def absolute_at(base: str) -> Callable[[str], str]:
    """Turns an address of our own into a full one that begins with `base`."""
    return lambda url: f"{base}{url}" if url.startswith("/") and not url.startswith("//") else url


def link_to(url: str, excerpt: dict[str, Any]) -> str:
    """The address of a cited page with this excerpt marked; empty for an address that is not of the web."""
    if not is_web_address(url):
        return ""
    if not excerpt["text"]:
        return url
    page, _, _ = url.partition("#")
    if url.startswith("/") and "start" in excerpt:
        mark = {"v": excerpt["content_hash"], "mark": f"{excerpt['start']}-{excerpt['end']}"}
        page = f"{page}?{urlencode(mark)}"
    return f"{page}#{text_fragment(excerpt['text'])}"


def stored_link(url: str, excerpt: dict[str, Any]) -> str:
    """Where the stored text of a page opens with this excerpt marked; empty where none of ours is cited.

    A page of the library is stored text itself, and opens at its own address.
    """
    if "page_id" not in excerpt or url.startswith("/library/"):
        return ""
    mark = {"v": excerpt["content_hash"], "mark": f"{excerpt['start']}-{excerpt['end']}"}
    page = f"{reverse('home:stored_page', args=[excerpt['page_id']])}?{urlencode(mark)}"
    return f"{page}#{text_fragment(excerpt['text'])}" if excerpt["text"] else page


def is_web_address(url: str) -> bool:
    """True for a page of our own or of the web: never ``javascript:``, ``data:`` or ``//elsewhere``."""
    bare = re.sub(r"[\t\r\n]", "", url)  # browsers leave these out before they read an address
    if bare.startswith("/"):
        return not bare.startswith(("//", "/\\"))
    return bool(host_of(bare)) and urlsplit(bare).scheme in ("http", "https")


def text_fragment(text: str) -> str:
    """A URL fragment at which browsers scroll to `text` and mark it (https://wicg.github.io/scroll-to-text-fragment/)."""
    words = text.split()
    if len(text) <= LONGEST_WHOLE_FRAGMENT or len(words) < 2 * WORDS_AT_EACH_END:
        return f":~:text={quoted(text)}"
    first, last = " ".join(words[:WORDS_AT_EACH_END]), " ".join(words[-WORDS_AT_EACH_END:])
    return f":~:text={quoted(first)},{quoted(last)}"


def quoted(text: str) -> str:
    return quote(text, safe="").replace("-", "%2D")


def domain_of(url: str) -> str:
    """The host that a reader knows a page by; empty for a page of this installation."""
    return host_of(url).removeprefix("www.")


def host_of(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # brackets around what is no IPv6 address
        return ""
