"""Follows single runs step by step, as a person who watches one wants to see it. Batches do without."""

import asyncio
import logging
from uuid import UUID

from dispatch.hosted.backoff import Backoff
from dispatch.hosted.database import Database
from dispatch.hosted.groups import Held
from dispatch.hosted.storing import store_progress, store_running
from provider.answers import Progress
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
        writing = asyncio.create_task(self.write_regularly(group, run_id, steps))
        begun = False
        try:
            async for event in self.client.run_events(upstream_id):
                if isinstance(event, Progress):
                    steps.append(event)
                elif event.is_over:
                    return True
                elif event.status == "running" and not begun:
                    begun = True
                    await self.database.surely(store_running, group, [upstream_id])
                if writing.done() or len(steps) > MOST_STEPS:
                    return writing.done()
            return False
        finally:
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)
            await self.write(group, run_id, steps)

    async def write_regularly(self, group: Held, run_id: UUID, steps: list[Progress]) -> None:
        """Until the run is over here."""
        while await self.write(group, run_id, steps):
            await asyncio.sleep(WRITE_EVERY_SECONDS)

    async def write(self, group: Held, run_id: UUID, steps: list[Progress]) -> bool:
        """Write what is there to write; False if the run is over, or not ours any more."""
        new = steps[:]
        steps.clear()
        return not new or await self.database.surely(store_progress, group, run_id, new)
