"""Follows single runs step by step, as a person who watches one wants to see it. Batches do without."""

import asyncio
import logging
import time
from collections.abc import Sequence
from uuid import UUID

from dispatch.hosted.backoff import Backoff
from dispatch.hosted.database import Database
from dispatch.hosted.groups import Held
from dispatch.hosted.storing import store_progress, store_running
from provider.answers import Progress, TaskRun
from provider.client import Client
from provider.errors import Failed, Refused

logger = logging.getLogger(__name__)

MOST_WATCHED = 32
"""At a time, for each provider; further runs show their end without the steps before it."""
WRITE_EVERY_SECONDS = 0.25
MOST_STEPS = 500


class Watchers:
    def __init__(self, client: Client, database: Database) -> None:
        self.client, self.database = client, database
        self.tasks: dict[UUID, asyncio.Task[None]] = {}

    def watch(self, group: Held, run_id: UUID, upstream_id: str) -> None:
        if len(self.tasks) < MOST_WATCHED and run_id not in self.tasks:
            task = asyncio.create_task(self.follow(group, run_id, upstream_id))
            self.tasks[run_id] = task
            task.add_done_callback(lambda done: self.finished(run_id, done))

    def finished(self, run_id: UUID, task: asyncio.Task[None]) -> None:
        self.tasks.pop(run_id, None)
        if not task.cancelled() and (error := task.exception()):
            logger.error("Watching a run stopped.", exc_info=error)

    async def stop(self) -> None:
        tasks = list(self.tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def follow(self, group: Held, run_id: UUID, upstream_id: str) -> None:
        """Until the run is over, here or there. The group's stream brings the end; this brings the way."""
        backoff = Backoff()
        while True:
            try:
                if await self.hear(group, run_id, upstream_id):
                    return
            except Refused:
                return
            except Failed as error:
                logger.info("The stream of %s broke: %s", upstream_id, error)
            await asyncio.sleep(backoff.next())
            if not await self.database.surely(store_progress, group, run_id, []):
                return

    async def hear(self, group: Held, run_id: UUID, upstream_id: str) -> bool:
        """Write down the steps, a few at a time; True once there is nothing more to hear."""
        steps: list[Progress] = []
        written, begun = 0.0, False
        async for event in self.client.run_events(upstream_id):
            if isinstance(event, TaskRun):
                if event.is_over:
                    await self.write(group, run_id, steps)
                    return True
                if event.status == "running" and not begun:
                    begun = True
                    await self.database.surely(store_running, group, [upstream_id])
                continue
            steps.append(event)
            if time.monotonic() - written >= WRITE_EVERY_SECONDS or len(steps) >= MOST_STEPS:
                if not await self.write(group, run_id, steps):
                    return True
                steps, written = [], time.monotonic()
        await self.write(group, run_id, steps)
        return False

    async def write(self, group: Held, run_id: UUID, steps: Sequence[Progress]) -> bool:
        return not steps or await self.database.surely(store_progress, group, run_id, steps)
