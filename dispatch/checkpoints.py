"""Carries SQLite's write-ahead log into the database beside the work.

SQLite lets the commit that fills a thousand pages of the log do that, and wait for the disk: one commit in a
hundred then takes twenty milliseconds instead of a fraction of one. Here a connection of its own does it.
"""

import logging
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

logger = logging.getLogger(__name__)

EVERY_SECONDS = 0.25
LONG = 16_000
"""Pages of 4 KB. A log that is written to without a pause never ends by itself; this long, it is made to."""
PATIENCE_SECONDS = 1.0
"""For readers that still look at a log which is to begin anew."""


class Checkpoints(threading.Thread):
    """A thread for the SQLite database at ``path``, which must exist."""

    def __init__(self, path: Path) -> None:
        super().__init__(name="checkpoints", daemon=True)
        self.path = path
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.is_set():
            try:
                with closing(sqlite3.connect(self.path, timeout=PATIENCE_SECONDS)) as database:
                    self.carry(database)
            except sqlite3.Error as error:  # a full disk, or a file that is being replaced
                logger.warning("The database's log could not be carried over (%s); it is tried again.", error)
                self.over.wait(PATIENCE_SECONDS)

    def carry(self, database: sqlite3.Connection) -> None:
        seen = None
        while not self.over.wait(EVERY_SECONDS):
            (version,) = database.execute("PRAGMA data_version").fetchone()
            if version != seen:
                seen = version
                checkpoint(database)

    def stop(self) -> None:
        self.over.set()
        if self.is_alive():
            self.join(timeout=PATIENCE_SECONDS)


def checkpoint(database: sqlite3.Connection) -> int:
    """Carry over what can be without anybody waiting; how many pages the log holds.

    A long log is begun anew, which keeps writers waiting for as long as its last pages take.
    """
    for mode in ("PASSIVE", "PASSIVE", "RESTART"):
        _, pages, _ = database.execute(f"PRAGMA wal_checkpoint({mode})").fetchone()
        if pages < LONG:
            break
    return pages
