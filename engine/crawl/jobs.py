"""What a reading process is given, and what it gives back."""

from dataclasses import dataclass
from pathlib import Path

from engine.crawl.bounds import Bounds
from engine.document import Document
from engine.net import Fetched


@dataclass(frozen=True, slots=True)
class Directions:
    links: tuple[str, ...] = ()
    """Canonical addresses in the source's bounds."""
    claims: str = ""
    """The main address that it names, if that is another one of the same site and in bounds."""
    is_kept_out: bool = False
    """Whether it asks not to be indexed."""


NONE = Directions()


@dataclass(frozen=True, slots=True)
class WebPage:
    """A page to be read; its address is canonical, where the redirects led."""

    fetched: Fetched
    bounds: Bounds


@dataclass(frozen=True, slots=True)
class Answer:
    """What came from an address, to be read as one document, whatever it says to those who crawl it."""

    fetched: Fetched


@dataclass(frozen=True, slots=True)
class File:
    """A stored file to be read."""

    stored: Path
    name: str
    path: str
    """At which its pages are kept."""


@dataclass(frozen=True, slots=True)
class Parsed:
    documents: tuple[Document, ...] = ()
    """The page; of a table an overview, then its rows."""
    fingerprint: int = 0
    directions: Directions = NONE
    problem: str = ""
    """Why there is no document, as a sentence."""
    error_type: str = "unreadable"
    """A word for the problem; ``unreadable`` where a reader met a fault or its limits."""

    @property
    def is_nothing(self) -> bool:
        """Whether the problem is only that there is nothing in it to read."""
        return bool(self.problem) and self.error_type in ("no_content", "unsupported_content")
