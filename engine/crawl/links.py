"""What a web page says to crawlers: where it leads, what its main address is, what is not to be kept."""

from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from engine.crawl.bounds import Bounds
from engine.crawl.canonical import host_of, joined, site_of
from engine.crawl.jobs import Directions

MOST_LINKS = 5_000
"""Links of one page that are looked at."""
_WEB_PAGES = frozenset({"text/html", "application/xhtml+xml", ""})
_ROBOTS = 'meta[name="robots" i], meta[name="groundwork" i]'


def directions(address: str, content_type: str, markup: str, asked: str, bounds: Bounds) -> Directions:
    """``asked`` is the header ``X-Robots-Tag``, which files other than web pages may bear too."""
    wishes = _wishes(asked)
    if content_type not in _WEB_PAGES:
        return Directions(is_kept_out="noindex" in wishes)
    page = LexborHTMLParser(markup)
    for meta in page.css(_ROBOTS):
        wishes |= _wishes(meta.attributes.get("content") or "")
    base = _base(page, address)
    claimed = _first(page, 'link[rel~="canonical" i]', base)
    claims = claimed if claimed != address and _same_site(claimed, address) and bounds.admit(claimed) else ""
    links = () if "nofollow" in wishes else tuple(dict.fromkeys(_links(page, base, bounds)))
    return Directions(links, claims, is_kept_out="noindex" in wishes)


def _links(page: LexborHTMLParser, base: str, bounds: Bounds) -> Iterator[str]:
    for node in page.css("a[href], area[href]")[:MOST_LINKS]:
        if "nofollow" not in (node.attributes.get("rel") or "").lower():
            address = joined(base, node.attributes.get("href") or "")
            if address and bounds.admit(address):
                yield address


def _base(page: LexborHTMLParser, address: str) -> str:
    """Where the page's relative links begin; a ``base`` on another host is not believed."""
    base = _first(page, "base[href]", address)
    return base if base and host_of(base) == host_of(address) else address


def _first(page: LexborHTMLParser, selector: str, base: str) -> str:
    node: LexborNode | None = page.css_first(selector)
    return joined(base, node.attributes.get("href") or "") if node else ""


def _same_site(one: str, other: str) -> bool:
    return bool(one) and site_of(one) == site_of(other)


def _wishes(content: str) -> set[str]:
    """``noindex`` and ``nofollow``, as far as they are meant for all robots or for this one."""
    wishes = set[str]()
    for part in content.lower().split(","):
        agent, colon, wish = part.rpartition(":")
        if not colon or agent.strip() == "groundwork":
            wishes.add(wish.strip())
    return wishes | ({"noindex", "nofollow"} if "none" in wishes else set())
