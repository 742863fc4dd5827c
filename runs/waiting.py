"""Waiting for a run without holding a thread or a connection."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

from runs.live import in_a_thread
from runs.models import Run
from web.hub import Listener, Receive, hub

SIGN_OF_LIFE_SECONDS = 5.0
LOOK_AGAIN_SECONDS = 30.0
"""Also without news: should the hub have lost the database for a moment, the answer is only late."""


async def never() -> dict[str, Any]:
    """For a listener whose going is noticed by whoever waits for it."""
    return await asyncio.Future()


@contextmanager
def listening(run: Run, grant: str = "", receive: Receive = never) -> Iterator[Listener]:
    """Hears of the run's end; `over` says why no more can be heard."""
    listener = hub.join([f"result:{run.run_id}"], receive, grant)
    try:
        yield listener
    finally:
        hub.leave(listener)


async def until_over(listener: Listener, run: Run) -> AsyncIterator[None]:
    """Yields every SIGN_OF_LIFE_SECONDS until the run has ended or nobody listens any more."""
    looked = time.monotonic()
    active = await is_active(run)
    while active and not listener.over:
        yield
        heard = await listener.next(SIGN_OF_LIFE_SECONDS)
        if heard or time.monotonic() - looked > LOOK_AGAIN_SECONDS:
            looked = time.monotonic()
            active = await is_active(run)


@in_a_thread
def is_active(run: Run) -> bool:
    return Run.objects.only("status").get(pk=run.pk).is_active
