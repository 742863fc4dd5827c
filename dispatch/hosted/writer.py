"""Gathers what ended at all providers and stores it together: what comes while one batch is written makes
the next one, so few runs are stored at once and many in few transactions."""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Protocol

from dispatch.hosted.database import Database
from dispatch.hosted.groups import Held
from dispatch.hosted.storing import Arrival, Stored, store

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 400
SEVERAL, FEW = 4, 20
PAUSE_SECONDS = 0.002
NOT_STORED = "The provider completed the run, but what it gave back could not be stored. The log says why."


class Source(Protocol):
    """Whoever follows a group: it says how far its stream is told, and hears what was stored."""

    group: Held

    def told_up_to(self, arrivals: list[Arrival]) -> str: ...

    def stored(self, arrivals: list[Arrival], ended: int) -> None: ...

    def lost(self) -> None: ...


class Writer:
    def __init__(self, database: Database, write: Callable[..., Stored] = store) -> None:
        self.database, self.write = database, write
        self.waiting: list[tuple[Source, Arrival]] = []
        self.news = asyncio.Event()
        self.wrote_at = 0.0

    def put(self, source: Source, arrival: Arrival) -> None:
        self.waiting.append((source, arrival))
        self.news.set()

    async def run(self) -> None:
        while True:
            await self.news.wait()
            self.news.clear()
            while self.waiting:
                stored = len(self.waiting)
                await self.store_some()
                if SEVERAL <= stored < FEW:  # under load the next ones come at once, and cost less together
                    await asyncio.sleep(PAUSE_SECONDS)

    async def store_some(self) -> None:
        batch, self.waiting = self.waiting[:MOST_AT_ONCE], self.waiting[MOST_AT_ONCE:]
        self.wrote_at = time.monotonic()
        try:
            await self.store_batch(batch)
        except Exception:
            logger.exception("A batch could not be stored; its runs are stored one by one.")
            for item in batch:
                await self.store_alone(item)

    async def store_alone(self, item: tuple[Source, Arrival]) -> None:
        try:
            await self.store_batch([item])
        except Exception:
            logger.exception("What came of %s could not be stored.", item[1].run.run_id)
            await self.store_as_failed(*item)

    async def store_as_failed(self, source: Source, arrival: Arrival) -> None:
        """The run has ended, and nobody is helped by waiting for what can't be kept."""
        try:
            await self.store_batch([(source, Arrival(arrival.group, arrival.run, failure=NOT_STORED))])
        except Exception:
            logger.exception("Not even its failure could be stored.")
            source.stored([arrival], 0)

    async def store_batch(self, batch: list[tuple[Source, Arrival]]) -> None:
        by_source: dict[Source, list[Arrival]] = {}
        for source, arrival in batch:
            by_source.setdefault(source, []).append(arrival)
        cursors = {
            source.group.pk: cursor
            for source, arrivals in by_source.items()
            if (cursor := source.told_up_to(arrivals))
        }
        arrivals = [arrival for _, arrival in batch]
        groups = [source.group for source in by_source]
        done = await self.database.surely(self.write, arrivals, groups, cursors)
        for source, its in by_source.items():
            if source.group.pk in done.lost:
                source.lost()
            else:
                source.stored(its, done.ended[source.group.pk])
