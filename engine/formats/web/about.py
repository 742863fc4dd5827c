"""What a page says of itself: title, day, language, its own address, and what a crawler may do with it."""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

MOST_LINKS = 5_000
_LONGEST_TITLE = 500
_NAMES_OF_PUBLISHED = """
article:published_time datepublished date dc.date dc.date.issued dcterms.date dcterms.issued dcterms.created
pubdate publish_date publish-date published_time citation_publication_date citation_date sailthru.date
og:published_time parsely-pub-date
"""
_NAMES_OF_MODIFIED = """
article:modified_time datemodified og:updated_time last-modified dcterms.modified dc.date.modified
"""
_PUBLISHED = frozenset(_NAMES_OF_PUBLISHED.split())
_MODIFIED = frozenset(_NAMES_OF_MODIFIED.split())
_DAY = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?!\d)")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?=$|[-_])", re.I)
_SUFFIX = re.compile(r"\s+[|–—·»:-]+\s+[^|–—·»]{1,60}$")
_LONGEST_DATA = 200_000
_ROBOTS = frozenset({"robots", "groundwork"})


@dataclass(slots=True)
class About:
    named: str = ""
    """By its ``title`` element."""
    shared_as: str = ""
    """By its ``og:title``."""
    site: str = ""
    heading: str = ""
    """Its first ``h1``."""
    published: date | None = None
    modified: date | None = None
    language: str = ""
    canonical: str = ""
    base: str = ""
    links: list[str] = field(default_factory=list)
    """As written, without those that ask not to be followed."""
    noindex: bool = False
    nofollow: bool = False

    def tag(self, name: str, attributes: dict[str, str]) -> None:
        match name:
            case "a" | "area":
                href = attributes.get("href", "")
                if href and "nofollow" not in attributes.get("rel", "") and len(self.links) < MOST_LINKS:
                    self.links.append(href)
            case "meta":
                self._meta(attributes)
            case "link" if "canonical" in attributes.get("rel", "").lower().split():
                self.canonical = self.canonical or attributes.get("href", "")
            case "base":
                self.base = self.base or attributes.get("href", "")
            case "html":
                found = _LANGUAGE.match(attributes.get("lang") or attributes.get("xml:lang", ""))
                self.language = found[0].lower() if found else self.language
            case "time" if "itemprop" in attributes or "pubdate" in attributes:
                self._date(attributes.get("itemprop", "").lower(), attributes.get("datetime", ""))

    def text(self, within: str, said: str) -> None:
        if within == "title":
            self.named = self.named or " ".join(html.unescape(said).split())[:_LONGEST_TITLE]
        elif within == "ld+json" and not self.published and len(said) <= _LONGEST_DATA:
            self._data(said)

    @property
    def title(self) -> str:
        """The heading where the title holds it, else the title without the name of the site."""
        named = self.named or self.shared_as
        if self.heading and self.heading.casefold() in named.casefold() and len(self.heading) > 2:
            return self.heading
        named = self.shared_as if self.shared_as and self.shared_as in named else named
        suffix = _SUFFIX.search(named)
        if suffix and self.site and self.site.casefold() in suffix[0].casefold():
            named = named[: suffix.start()]
        return named or self.heading[:_LONGEST_TITLE]

    def _meta(self, attributes: dict[str, str]) -> None:
        name = (
            attributes.get("property") or attributes.get("name") or attributes.get("itemprop") or ""
        ).lower()
        content = attributes.get("content", "")
        if name in _ROBOTS:
            asked = content.lower()
            self.noindex |= "noindex" in asked or "none" in asked.split(",")
            self.nofollow |= "nofollow" in asked or "none" in asked.split(",")
        elif name == "og:title":
            self.shared_as = " ".join(content.split())[:_LONGEST_TITLE]
        elif name == "og:site_name":
            self.site = content
        elif attributes.get("http-equiv", "").lower() == "content-language" and not self.language:
            found = _LANGUAGE.match(content)
            self.language = found[0].lower() if found else ""
        else:
            self._date(name, content)

    def _date(self, name: str, said: str) -> None:
        if name in _PUBLISHED:
            self.published = self.published or day_of(said)
        elif name in _MODIFIED:
            self.modified = self.modified or day_of(said)

    def _data(self, said: str) -> None:
        try:
            data = json.loads(said)
        except (ValueError, RecursionError):
            return
        for thing in _things(data):
            for key in ("datePublished", "dateModified"):
                if isinstance(thing.get(key), str):
                    self._date(key.lower(), thing[key])


def _things(data: Any) -> Iterator[dict[str, Any]]:
    """The things that the data describes first: itself, a list, or a graph."""
    listed = data if isinstance(data, list) else [data]
    for thing in listed[:20]:
        if isinstance(thing, dict):
            yield thing
            graph = thing.get("@graph")
            yield from (
                one for one in (graph if isinstance(graph, list) else [])[:50] if isinstance(one, dict)
            )


def day_of(said: str) -> date | None:
    """The day that a text begins with, written from the year down; None where there is none."""
    found = _DAY.match(said.strip())
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None
