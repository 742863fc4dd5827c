"""What a web page says to crawlers: where it leads, what its main address is, what is not to be kept."""

from engine.crawl.bounds import Bounds
from engine.crawl.canonical import host_of, joined, site_of
from engine.crawl.jobs import Directions
from engine.formats.web.tags import attributes_of, events

LONGEST = 2_000_000
"""Characters of markup in which links are looked for."""
MOST_LINKS = 5_000
"""Links of one page that are looked at."""
_WEB_PAGES = frozenset({"text/html", "application/xhtml+xml", ""})
_TELLING = frozenset({"a", "area", "link", "meta", "base"})
_ROBOTS = frozenset({"robots", "groundwork"})


def directions(address: str, content_type: str, markup: str, asked: str, bounds: Bounds) -> Directions:
    """``asked`` is the header ``X-Robots-Tag``, which files other than web pages may bear too."""
    wishes = _wishes(asked)
    if content_type not in _WEB_PAGES:
        return Directions(is_kept_out="noindex" in wishes)
    links, main, base = list[str](), "", ""
    for event, name, said in events(markup[:LONGEST]):
        if event != "opened" or name not in _TELLING:
            continue
        tag = attributes_of(said)
        href, rel = tag.get("href", ""), tag.get("rel", "").lower().split()
        if name == "meta" and tag.get("name", "").lower() in _ROBOTS:
            wishes |= _wishes(tag.get("content", ""))
        elif name == "base":
            base = base or href
        elif name == "link":
            main = main or (href if "canonical" in rel else "")
        elif href and name != "meta" and "nofollow" not in rel and len(links) < MOST_LINKS:
            links.append(href)
    root = _root(base, address)
    led = (joined(root, link) for link in links) if "nofollow" not in wishes else ()
    return Directions(
        links=tuple(dict.fromkeys(link for link in led if link and bounds.admit(link))),
        claims=_main(joined(root, main) if main else "", address, bounds),
        is_kept_out="noindex" in wishes,
    )


def _root(base: str, address: str) -> str:
    """Where the page's relative links begin; a ``base`` on another host is not believed."""
    given = joined(address, base) if base else ""
    return given if given and host_of(given) == host_of(address) else address


def _main(claimed: str, address: str, bounds: Bounds) -> str:
    is_other = bool(claimed) and claimed != address and site_of(claimed) == site_of(address)
    return claimed if is_other and bounds.admit(claimed) else ""


def _wishes(content: str) -> set[str]:
    """``noindex`` and ``nofollow``, as far as they are meant for all robots or for this one."""
    wishes = set[str]()
    for part in content.lower().split(","):
        agent, colon, wish = part.rpartition(":")
        if not colon or agent.strip() == "groundwork":
            wishes.add(wish.strip())
    return wishes | ({"noindex", "nofollow"} if "none" in wishes else set())
