"""What the robots.txt of a host permits (RFC 9309)."""

from functools import cached_property
from itertools import islice

from protego import Protego

from engine.crawl.canonical import joined
from engine.net import NotFetched, Session

AGENT = "Groundwork"
"""The name by which a robots.txt addresses this crawler."""
MOST_BYTES = 512_000
"""Of a robots.txt; what comes after them is not read."""
LONGEST_DELAY = 86_400.0
MOST_SITEMAPS = 20
_REFUSAL = "The robots.txt of {host} could not be read ({why}), so nothing is fetched from it."


class Rules:
    """The rules of one host; with a ``problem``, a sentence, nothing is permitted."""

    def __init__(self, text: str = "", problem: str = "") -> None:
        self.text, self.problem = text, problem

    @cached_property
    def _parsed(self) -> Protego:
        return Protego.parse(self.text)

    def permit(self, address: str) -> bool:
        return not self.problem and self._parsed.can_fetch(address, AGENT)

    @property
    def delay(self) -> float:
        """Seconds that it wants between two requests; 0 if it says nothing."""
        asked = self._parsed.crawl_delay(AGENT) or 0.0
        rate = self._parsed.request_rate(AGENT)
        paced = rate.seconds / rate.requests if rate and rate.requests else 0.0
        return min(max(asked, paced, 0.0), LONGEST_DELAY)

    def sitemaps(self, host: str) -> list[str]:
        """The addresses of the sitemaps that it names."""
        named = (joined(f"{host}/", address) for address in self._parsed.sitemaps)
        return list(islice(dict.fromkeys(filter(None, named)), MOST_SITEMAPS))


def fetch_rules(session: Session, host: str, timeout: float) -> Rules:
    """The rules of a host; whatever goes wrong is their ``problem``."""
    try:
        with session.stream(
            f"{host}/robots.txt", timeout=timeout, most_bytes=MOST_BYTES * 10, may_follow=lambda url: None
        ) as (status, _, pieces):
            if status == 429 or status >= 500:
                return Rules(problem=_REFUSAL.format(host=host, why=f"it answered {status}"))
            return Rules(_text(pieces) if status < 300 else "")
    except NotFetched as error:
        return Rules(problem=_REFUSAL.format(host=host, why=str(error).rstrip(".")))


def _text(pieces: object) -> str:
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) >= MOST_BYTES:
            break
    return bytes(body[:MOST_BYTES]).decode("utf-8", "replace").removeprefix("\ufeff")
