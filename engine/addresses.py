"""Web addresses as one page may be known by them, and the indexed pages that bear them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit, urlunsplit

from engine.models import Page

LONGEST = 2_048


def find_held(urls: Iterable[str], scopes: Sequence[str], sites: Sequence[str] = ()) -> dict[str, Page]:
    """The indexed page of each address that has one: by the page's own address, else by its source's.

    ``sites`` are the roots under which this installation serves its pages. A source that several pages were
    made from stands for none of them.
    """
    forms = {url: _forms(url, sites) for url in urls}
    every = sorted({form for known in forms.values() for form in known})
    readable = Page.objects.current().within(list(scopes))
    by_path = dict(readable.filter(path__in=every).order_by("-pk").values_list("path", "pk"))
    made = readable.filter(source_url__in=every).values_list("source_url", "pk")
    times = Counter(source for source, _ in made)
    by_source = {source: pk for source, pk in made if times[source] == 1}
    found = {
        url: next((known[form] for known in (by_path, by_source) for form in asked if form in known), None)
        for url, asked in forms.items()
    }
    pages = Page.objects.in_bulk({pk for pk in found.values() if pk is not None})
    return {url: pages[pk] for url, pk in found.items() if pk is not None}


def _forms(url: str, sites: Sequence[str]) -> list[str]:
    """The spellings under which a page of this address may be kept, the likeliest first."""
    url = url.strip()
    if not url or len(url) > LONGEST:
        return []
    relative = next((url[len(root) :] for site in sites if _lies_below(url, root := site.rstrip("/"))), "")
    if url.startswith("/") or relative:
        return _slashed((relative or url).partition("#")[0].partition("?")[0])
    try:
        parts = urlsplit(url)
        host = (parts.netloc or "").lower()
    except ValueError:
        return []
    if parts.scheme not in ("http", "https") or not host:
        return []
    other = "http" if parts.scheme == "https" else "https"
    bare = host.removeprefix("www.")
    return [
        urlunsplit((scheme, named, path, parts.query, ""))
        for scheme in (parts.scheme, other)
        for named in dict.fromkeys([host, bare, f"www.{bare}"])
        for path in _slashed(parts.path)
    ]


def _lies_below(url: str, root: str) -> bool:
    return url.lower().startswith(f"{root.lower()}/")


def _slashed(path: str) -> list[str]:
    bare = path.rstrip("/")
    return [f"{bare}/", bare] if path.endswith("/") or not bare else [bare, f"{bare}/"]
