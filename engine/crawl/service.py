"""The crawler of a data folder, as the settings describe it; one works at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from engine.crawl.hosts import Manners
from engine.crawl.loop import Crawler
from engine.crawl.readers import Readers

LOCK = "crawler.lock"
READERS = 2
"""Processes that parse pages."""


@contextmanager
def new_crawler() -> Iterator[Crawler]:
    """A crawler whose pages are read by processes of their own, which end with the block."""
    manners = Manners(
        user_agent=settings.USER_AGENT,
        allow_private=settings.ALLOW_PRIVATE_FETCH,
        delay=settings.CRAWL_DELAY,
    )
    readers = Readers(READERS)
    try:
        yield Crawler(manners, readers.submit)
    finally:
        readers.close()


@contextmanager
def turn() -> Iterator[bool]:
    """Whether it is this process's turn to crawl the data folder; it is for as long as the block lasts."""
    path: Path = settings.DATA_DIR / LOCK
    held = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        yield _is_locked(held)
    finally:
        os.close(held)


def is_crawled() -> bool:
    """Whether some process crawls this data folder."""
    with turn() as is_ours:
        return not is_ours


def _is_locked(held: int) -> bool:
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
