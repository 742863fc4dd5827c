"""What a back end gives, and how its answers are read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode

from engine.net import Fetched, NotFetched, Session

SECONDS = 15.0
MOST_BYTES = 10_000_000


class NoAnswer(NotFetched):
    """The back end answered, but not with what was asked for; the sentence says what to change."""


@dataclass(frozen=True, slots=True)
class Found:
    """A page that may tell something."""

    url: str
    title: str
    snippet: str = ""
    """What the back end says of it, to be shown and never to be cited."""


class BackEnd(Protocol):
    name: str

    def search(self, query: str, limit: int) -> list[Found]:
        """The best first, at most so many; raises ``NotFetched``."""
        ...

    def problem(self) -> str:
        """Why it can't be used, as a sentence; empty where it can. Raises ``NotFetched``."""
        ...

    def page(self, found: Found) -> Fetched | None:
        """The page as the back end itself gives it; None where it is fetched from its own address."""
        ...


def ask(session: Session, address: str, parameters: Mapping[str, str | int]) -> Fetched:
    """GET with these parameters, whatever the status; raises ``NotFetched``."""
    url = f"{address}{'&' if '?' in address else '?'}{urlencode(parameters)}"
    return session.fetch(url, timeout=SECONDS, most_bytes=MOST_BYTES, headers={"accept": "application/json"})


def json_of(answer: Fetched) -> dict[str, Any] | None:
    """The answer's object; None where it is no JSON object."""
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None
