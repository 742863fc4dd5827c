"""SearXNG: a search engine that the operator runs, asked for JSON.

Its address is the operator's own (``SEARXNG_URL``) and may be on a private network. The pages that it finds
are strangers': they are fetched under the guard like all others.
"""

from urllib.parse import urlsplit

from engine.backends.finding import Found, NoAnswer, ask, json_of
from engine.net import Fetched, Session

_LONGEST_QUERY = 400
_NO_JSON = (
    "SearXNG at {at} does not give JSON. In its settings.yml, under search, set formats: [html, json], "
    "and restart it."
)
_LIMITED = (
    "SearXNG at {at} turns requests away as too many. In its settings.yml, under server, set limiter: false, "
    "or let this machine's address pass in its limiter.toml, and restart it."
)
_NOT_IT = (
    "{at} does not answer as SearXNG does ({status}). Check SEARXNG_URL: it is the address of its start page."
)
_NO_ENGINES = "SearXNG at {at} answers, but none of its own engines do: {engines}. Look at its preferences."


class SearXng:
    name = "SearXNG"

    def __init__(self, address: str, session: Session) -> None:
        self.address = address.rstrip("/").removesuffix("/search")
        self.session = session

    def search(self, query: str, limit: int) -> list[Found]:
        said = self._answered(query)
        results = said.get("results")
        found = [_found(result) for result in results if isinstance(result, dict)] if results else []
        return [one for one in found if one.url][:limit]

    def page(self, found: Found) -> Fetched | None:
        return None

    def problem(self) -> str:
        """Why it can't be used, as a sentence that names the setting to change; empty where it can."""
        try:
            said = self._answered("test")
        except NoAnswer as error:
            return str(error)
        silent = said.get("unresponsive_engines") or []
        if said.get("results") or not silent:
            return ""
        names = ", ".join(str(one[0] if isinstance(one, list) and one else one)[:40] for one in silent[:5])
        return _NO_ENGINES.format(at=self.address, engines=names)

    def _answered(self, query: str) -> dict:
        parameters = {"q": query[:_LONGEST_QUERY], "format": "json", "safesearch": 0}
        answer = ask(self.session, f"{self.address}/search", parameters)
        if answer.status == 429:
            raise NoAnswer(_LIMITED.format(at=self.address))
        if answer.status == 403:
            raise NoAnswer(_NO_JSON.format(at=self.address))
        said = json_of(answer)
        if answer.status == 200 and said is None and b"searxng" in answer.body[:20_000].lower():
            raise NoAnswer(_NO_JSON.format(at=self.address))
        if answer.status != 200 or said is None or not isinstance(said.get("results"), list):
            raise NoAnswer(_NOT_IT.format(at=self.address, status=answer.status))
        return said


def host_of_its_own(address: str) -> str:
    """``host:port`` of the operator's SearXNG, all that its requests may reach on a private network."""
    parts = urlsplit(address)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return f"{parts.hostname or ''}:{port}"


def _found(result: dict) -> Found:
    url, title, snippet = (str(result.get(key) or "") for key in ("url", "title", "content"))
    return Found(url if url.startswith(("http://", "https://")) else "", title[:300], snippet[:1_000])
