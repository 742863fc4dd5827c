"""MediaWiki: its own search, and its pages as its API gives them, without the skin around them."""

import html
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from engine.backends.finding import Found, NoAnswer, ask, json_of
from engine.net import Fetched, Session

MOST_AT_ONCE = 50
_NOT_IT = (
    "{at} does not answer as a MediaWiki API does ({status}). Give the address of its api.php, such as "
    "https://wiki.example.org/w/api.php."
)
_REFUSED = "The wiki at {at} refused: {why}"
_ALWAYS = {"format": "json", "formatversion": 2}
_WITH_ADDRESS = {"action": "query", "prop": "info", "inprop": "url"} | _ALWAYS
_BARE = {"disableeditsection": 1, "disabletoc": 1, "disablelimitreport": 1}
_PAGE = (
    "<!doctype html><html><head><title>{title}</title></head><body><main><h1>{title}</h1>"
    "{text}</main></body></html>"
)


class MediaWiki:
    name = "MediaWiki"

    def __init__(self, address: str, session: Session) -> None:
        self.address = api_of(address)
        self.session = session

    def search(self, query: str, limit: int) -> list[Found]:
        wanted = {"generator": "search", "gsrsearch": query[:300], "gsrlimit": min(limit, MOST_AT_ONCE)}
        pages = _pages(self._answered(_WITH_ADDRESS | wanted | {"gsrnamespace": 0}))
        ranked = sorted(pages, key=lambda page: page.get("index", 0))
        return [_found(page) for page in ranked if page.get("fullurl")][:limit]

    def all_pages(self, limit: int) -> Iterator[Found]:
        """The wiki's pages in the order of their titles, without redirects."""
        more: dict[str, Any] = {"generator": "allpages", "gapfilterredir": "nonredirects"}
        more["gaplimit"] = min(limit, MOST_AT_ONCE)
        while limit > 0 and more:
            said = self._answered(_WITH_ADDRESS | more)
            for page in _pages(said)[:limit]:
                if page.get("fullurl"):
                    limit -= 1
                    yield _found(page)
            on = said.get("continue")
            more = more | {str(key): str(value) for key, value in on.items()} if isinstance(on, dict) else {}

    def page(self, found: Found) -> Fetched | None:
        """Its text as a web page, at the address where readers find it."""
        wanted = {"action": "parse", "page": found.title, "prop": "text", "redirects": 1}
        said = self._answered(
            _ALWAYS | wanted | {"disableeditsection": 1, "disabletoc": 1, "disablelimitreport": 1}
        )
        parsed = said.get("parse")
        text = parsed.get("text") if isinstance(parsed, dict) else None
        if not isinstance(text, str):
            raise NoAnswer(f"The wiki gave no text of its page {found.title[:100]}.")
        title = html.escape(str(parsed.get("title") or found.title))
        markup = _PAGE.format(title=title, text=text)
        return Fetched(found.url, 200, "text/html", markup.encode("utf-8", "replace"), "utf-8")

    def problem(self) -> str:
        """Why it can't be used, as a sentence; empty where it can."""
        try:
            said = self._answered({"action": "query", "meta": "siteinfo"} | _ALWAYS)
        except NoAnswer as error:
            return str(error)
        return "" if "query" in said else _NOT_IT.format(at=self.address, status=200)

    def _answered(self, parameters: dict[str, str | int]) -> dict[str, Any]:
        answer = ask(self.session, self.address, parameters)
        said = json_of(answer)
        if said is None or answer.status >= 400:
            raise NoAnswer(_NOT_IT.format(at=self.address, status=answer.status))
        if isinstance(said.get("error"), dict):
            why = str(said["error"].get("info") or said["error"].get("code") or "it gave no reason")
            raise NoAnswer(_REFUSED.format(at=self.address, why=why[:300]))
        return said


def api_of(address: str) -> str:
    """The address of the API; of a wiki's start page or one of its articles, where the API usually is."""
    parts = urlsplit(address)
    if parts.path.endswith(".php"):
        return address.partition("?")[0]
    return f"{parts.scheme}://{parts.netloc}/w/api.php"


def _pages(said: dict[str, Any]) -> list[dict[str, Any]]:
    query = said.get("query")
    pages = query.get("pages") if isinstance(query, dict) else None
    return [page for page in pages if isinstance(page, dict)] if isinstance(pages, list) else []


def _found(page: dict[str, Any]) -> Found:
    return Found(str(page["fullurl"]), str(page.get("title") or "")[:300])
