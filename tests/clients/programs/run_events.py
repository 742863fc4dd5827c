"""The events of one run: as they happen, and again once it has ended."""

import asyncio

from parallel import AsyncParallel, Parallel
from telling import tell

client = Parallel(max_retries=0, _strict_response_validation=True)
run = client.task_run.create(
    input="France", processor="core", enable_events=True, task_spec={"output_schema": "The capital city"}
)
live = list(client.task_run.events(run.run_id))


async def again():
    async with AsyncParallel(max_retries=0, _strict_response_validation=True) as late:
        return [event async for event in await late.task_run.events(run.run_id)]


tell(run_id=run.run_id, live=live, again=asyncio.run(again()))
