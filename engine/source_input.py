"""What a person may say of a source: each part checked, and a sentence for what is wrong with it."""

import re
from dataclasses import dataclass
from datetime import timedelta

from engine import uploads
from engine.crawl.bounds import Options
from engine.crawl.canonical import LONGEST, canonical
from engine.guard import NotFetched, check_url

MOST_PAGES = 100_000
SHORTEST_SCHEDULE = timedelta(hours=1)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?!\d)", re.I)
"""What an address begins with, but not a host and its port."""


class NotAdded(ValueError):
    """Why a source was not added or changed, as a sentence for the user."""


@dataclass(frozen=True, slots=True)
class Named:
    """What a person may say of any source."""

    name: str
    collection: str
    every: timedelta | None


def web_address(url: str) -> str:
    """The canonical spelling of an address as a person typed it, ``https://`` left out or not."""
    url = url.strip()
    if not url:
        raise NotAdded("Give an address, such as https://example.com/.")
    if not _SCHEME.match(url):
        url = f"https://{url}"
    try:
        check_url(url)
    except NotFetched as error:
        raise NotAdded(str(error)) from error
    address = canonical(url)
    if not address:
        raise NotAdded(
            f"This is no web address of at most {LONGEST:,} characters. Give one such as https://example.com/."
        )
    return address


def checked(options: Options) -> Options:
    """The same options; ``NotAdded`` if they make no sense."""
    if not 1 <= options.most_pages <= MOST_PAGES:
        raise NotAdded(f"Give a number of pages from 1 to {MOST_PAGES:,}.")
    if not 0 <= options.most_depth <= 100:
        raise NotAdded("Give a depth from 0, for the first page alone, to 100.")
    if not 1_000 <= options.most_bytes <= 100_000_000:
        raise NotAdded("Give a page's largest size from 1,000 to 100,000,000 bytes.")
    if options.delay is not None and not 0 <= options.delay <= 3_600:
        raise NotAdded("Give a pause between two pages from 0 to 3,600 seconds.")
    if options.within not in ("host", "path"):
        raise NotAdded("Pages are read within the same host or within the same path.")
    patterns = [*options.include, *options.exclude]
    if len(patterns) > 100 or any(len(pattern) > 300 for pattern in patterns):
        raise NotAdded("Give at most 100 patterns of at most 300 characters.")
    return options


def check_file(name: str, size: int) -> None:
    """Raise ``NotAdded`` for a file that can't be added, before its content is read."""
    shown = uploads.safe_name(name)
    if not size:
        raise NotAdded(f"{shown} is empty. Choose a file with text in it.")
    if size > uploads.MOST_BYTES:
        raise NotAdded(f"{shown} is larger than {uploads.MOST_BYTES // 1_000_000} MB. Split it first.")


def named_as(name: str, collection: str, every: timedelta | None) -> Named:
    collection = " ".join(collection.split())
    if len(collection) > 80:
        raise NotAdded("Give the collection a name of at most 80 characters.")
    return Named(" ".join(name.split())[:200], collection, checked_schedule(every))


def checked_schedule(every: timedelta | None) -> timedelta | None:
    if every is not None and every < SHORTEST_SCHEDULE:
        raise NotAdded("A source is crawled again after one hour at the earliest.")
    return every
