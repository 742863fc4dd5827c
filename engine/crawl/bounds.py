"""What belongs to a source: how much of it is read, and which addresses."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from fnmatch import translate
from functools import lru_cache
from typing import Any, Literal
from urllib.parse import urlsplit

from engine.crawl.canonical import site_of

Within = Literal["host", "path"]
LEAST_DELAY = 1.0
"""Seconds between two requests to a host that is not the operator's own."""
_ENDINGS = """
7z aac apk avi avif bin bmp bz2 css deb dmg eot epub exe flac flv gif heic ico iso jar jpeg jpg js m4a m4v mjs
mkv mov mp3 mp4 mpeg mpg msi ogg ogv otf png pkg rar rpm svg swf tar tgz tif tiff torrent ttf wasm wav webm
webmanifest webp woff woff2 xz zip zst
"""
_NO_TEXT = frozenset(_ENDINGS.split())
"""Endings of files in which there is nothing to read; links to them are not followed."""


@dataclass(frozen=True, slots=True)
class Options:
    """Budgets and bounds of a source, kept as JSON in ``Source.options``."""

    most_pages: int = 500
    """Addresses that are fetched, those that fail too."""
    most_depth: int = 10
    """Links from where it begins; 0 is that page alone."""
    most_bytes: int = 10_000_000
    """Of one page, as received and as unpacked."""
    within: Within = "host"
    """What links may lead to: any page of the same host, or only those below the first page's folder."""
    include: tuple[str, ...] = ()
    """Patterns such as ``*/docs/*``; an address must match one of them, if there are any."""
    exclude: tuple[str, ...] = ()
    """Patterns of addresses that are left out."""
    delay: float | None = None
    """Seconds between two requests to one host; less than 1 only for hosts an operator allowed by name."""
    also: tuple[str, ...] = ()
    """Other hosts that belong to it, because its first page leads there."""

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Options":
        known = {field.name for field in fields(cls)}
        return cls(
            **{
                name: tuple(value) if isinstance(value, list) else value
                for name, value in stored.items()
                if name in known
            }
        )

    def stored(self) -> dict[str, Any]:
        return {
            name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()
        }


@dataclass(frozen=True)
class Bounds:
    """Which addresses belong to a source that begins at ``start``."""

    start: str
    options: Options

    def admit(self, address: str) -> bool:
        """True for a canonical address that may be fetched for this source."""
        return self.holds(address) and not has_no_text(address)

    def holds(self, address: str) -> bool:
        """The same for an address whatever its ending: where a redirect may lead."""
        options, site = self.options, site_of(address)
        if site != site_of(self.start) and site not in options.also:
            return False
        if options.within == "path" and not _path(address).startswith(self.folder):
            return False
        if options.include and not any(_matches(pattern, address) for pattern in options.include):
            return address == self.start
        return not any(_matches(pattern, address) for pattern in options.exclude)

    @property
    def folder(self) -> str:
        return _path(self.start).rpartition("/")[0] + "/"


def has_no_text(address: str) -> bool:
    name = _path(address).rpartition("/")[2]
    return "." in name and name.rpartition(".")[2].lower() in _NO_TEXT


def _path(address: str) -> str:
    return urlsplit(address).path


def _matches(pattern: str, address: str) -> bool:
    return bool(_compiled(pattern).match(address))


@lru_cache(256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(translate(pattern))
