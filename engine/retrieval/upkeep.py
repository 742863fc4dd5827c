"""Keeps the fast index: made when there are enough passages, brought up to date, and made anew if in doubt.

``fast-index/current`` in the data folder names the folder of the index in use. Whoever makes one anew
writes it beside the old one and then moves the name, so that a search never meets half an index.
"""

import fcntl
import logging
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connections

from engine.models import Change, Passage
from engine.retrieval.changes import is_of_this_database, latest
from engine.retrieval.fast import Fast, Row, Writer
from engine.retrieval.fts5 import Fts5
from engine.retrieval.lexical import LexicalIndex

MANY = 50_000
"""Passages from which on ``ENGINE_INDEX=auto`` means the fast index."""
FORMAT = 1
"""Raise it when the fast index is written in another way, so that every installation makes it anew."""
BATCH = 2_000
"""Passages that are read at once."""
PAGES = 500
"""Changed pages that are looked at together."""
Told = Callable[[int, int], None]
"""Is told how many passages are written, and of how many."""
_COLUMNS = ("pk", "page_id", "page__source_id", "page__title", "heading", "text")
_log = logging.getLogger(__name__)


class Upkeep:
    """The fast index as this process sees it."""

    def __init__(self) -> None:
        self._open: tuple[str, Fast] | None = None
        self._lock = threading.Lock()
        self._works = self._again = False

    def index(self) -> LexicalIndex:
        """The fast index if it is wanted and holds every change; else FTS5, which always does."""
        if settings.ENGINE_INDEX == "fts5":
            return Fts5()
        fast = self.fast()
        try:
            return fast if fast and fast.is_up_to_date() else Fts5()
        except (ValueError, OSError) as error:
            self._distrust(error)
            return Fts5()

    def fast(self) -> Fast | None:
        """The fast index in use, whether or not it is up to date."""
        name = _current()
        if not name.startswith(f"v{FORMAT}-"):
            return None
        if not self._open or self._open[0] != name:
            try:
                self._open = name, Fast(_home() / name)
            except (ValueError, OSError) as error:
                self._distrust(error)
                return None
        return self._open[1]

    def is_wanted(self) -> bool:
        """Once it is there, it is kept, also when there are fewer passages again."""
        if settings.ENGINE_INDEX != "auto":
            return settings.ENGINE_INDEX == "tantivy"
        newest = Passage.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        return bool(_current()) or (newest >= MANY and Passage.objects.count() >= MANY)

    def begin(self) -> None:
        """Bring it up to date in the background, if it is wanted; nobody has to wait for it."""
        if not self.is_wanted():
            return
        with self._lock:
            self._again = True  # what is being written may have begun before the last change
            if self._works:
                return
            self._works = True
        threading.Thread(target=self._work, name="fast-index", daemon=True).start()

    def catch_up(self, told: Told = lambda done, of: None, *, waits: bool = False) -> bool:
        """Bring it up to date now, or make it; False if another process or thread is at it."""
        with _turn(waits=waits) as won:
            if won:
                fast = self.fast()
                if fast is None or not is_of_this_database(fast.mark):
                    _build(told)
                while (fast := self.fast()) and not fast.is_up_to_date():
                    _follow(_home() / _current(), fast.mark.number)
        return won

    def rebuild(self, told: Told = lambda done, of: None) -> bool:
        """Make it anew from the passages; False if another process or thread is at it."""
        with _turn() as won:
            if won:
                _build(told)
        return won and self.catch_up()

    def _work(self) -> None:
        while self._goes_on():
            try:
                self.catch_up(waits=True)
            except Exception:
                _log.exception("The fast index could not be brought up to date; until it is, FTS5 is used.")
        connections.close_all()

    def _goes_on(self) -> bool:
        with self._lock:
            self._works, self._again = self._again, False
            return self._works

    def _distrust(self, error: Exception) -> None:
        _log.warning("The fast index can't be read and will be made anew: %s", error)
        self._open = None
        (_home() / "current").unlink(missing_ok=True)


def _build(told: Told) -> None:
    """Write all passages into a new folder, then name it the current one and delete the others."""
    mark, of, done = latest(), Passage.objects.count(), 0
    name = f"v{FORMAT}-{time.time_ns()}"
    writer = Writer(_home() / name, anew=True)
    told(0, of)
    last = 0
    while rows := _rows(pk__gt=last):
        writer.add(rows)
        last, done = rows[-1].passage_id, done + len(rows)
        told(done, max(of, done))
    writer.commit(mark)
    draft = _home() / "current.new"
    draft.write_text(name)
    os.replace(draft, _home() / "current")
    for other in _home().glob("v*"):
        if other.name != name:
            shutil.rmtree(other, ignore_errors=True)  # a search that has it open reads on


def _follow(folder: Path, after: int) -> None:
    """Write the pages of all later changes anew. What changes after the mark is read comes again."""
    mark = latest()
    writer = Writer(folder)
    changes = Change.objects.filter(pk__gt=after, pk__lte=mark.number).order_by("pk")
    pages = sorted({page for change in changes.values_list("pages", flat=True) for page in change})
    for at in range(0, len(pages), PAGES):
        some = pages[at : at + PAGES]
        writer.drop_pages(some)
        last = 0
        while rows := _rows(page__in=some, pk__gt=last):
            writer.add(rows)
            last = rows[-1].passage_id
    writer.commit(mark)


def _rows(**which: object) -> list[Row]:
    passages = Passage.objects.filter(**which).order_by("pk").values_list(*_COLUMNS)
    return [Row(*passage) for passage in passages[:BATCH]]


@contextmanager
def _turn(*, waits: bool = False) -> Iterator[bool]:
    """Whether it is our turn to write. The kernel ends the turn of a process that dies."""
    _home().mkdir(parents=True, exist_ok=True)
    with (_home() / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True


def _home() -> Path:
    return Path(settings.DATA_DIR) / "fast-index"


def _current() -> str:
    try:
        return (_home() / "current").read_text()
    except FileNotFoundError:
        return ""


upkeep = Upkeep()
