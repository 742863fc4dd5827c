"""Waiting for a run without holding a thread or a connection."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from runs.live import in_a_thread
from runs.models import Run
from web.hub import hub

SIGN_OF_LIFE_SECONDS = 10.0


async def until_over(run: Run) -> AsyncIterator[None]:
    """Yields now and then while the run is active, whenever something happened or to show that it is."""
    listener = hub.join([f"run:{run.run_id}"], never)
    try:
        while not listener.over and await is_active(run):
            yield
            await listener.next(SIGN_OF_LIFE_SECONDS)
    finally:
        hub.leave(listener)


async def never() -> dict[str, Any]:
    """For a listener whose going is noticed by whoever waits for it."""
    return await asyncio.Future()


@in_a_thread
def is_active(run: Run) -> bool:
    return Run.objects.get(pk=run.pk).is_active
