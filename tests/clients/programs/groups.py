"""A task group: runs added twice, followed, listed, and gone on with from a cursor."""

import asyncio

import pydantic
from parallel import AsyncParallel, Parallel
from parallel.types import JsonSchemaParam, TaskSpecParam
from telling import tell

client = Parallel(max_retries=0, _strict_response_validation=True)
groups = client.task_group


class Country(pydantic.BaseModel):
    country: str


class Facts(pydantic.BaseModel):
    capital: str = pydantic.Field(description="The capital city")


SPEC = TaskSpecParam(
    input_schema=JsonSchemaParam(json_schema=Country.model_json_schema()),
    output_schema=JsonSchemaParam(json_schema=Facts.model_json_schema()),
)
COUNTRIES = ["France", "Japan", "Kenya"]


async def late_addition(group_id):
    async with AsyncParallel(max_retries=0, _strict_response_validation=True) as late:
        added = await late.task_group.add_runs(
            group_id,
            inputs=[
                {"input": "Peru", "processor": "lite", "task_spec": {"output_schema": "The capital city"}}
            ],
            default_task_spec=SPEC,
            refresh_status=False,
        )
        events = await late.task_group.events(group_id, last_event_id=added.event_cursor)
        followed = [event async for event in events]
        listed = await late.task_group.get_runs(group_id, last_event_id=added.run_cursor, include_output=True)
        return {"added": added, "followed": followed, "listed": [event async for event in listed]}


created = groups.create(metadata={"batch": "spring"})
group_id = created.task_group_id
added = groups.add_runs(
    group_id,
    inputs=[{"input": {"country": name}, "processor": "lite"} for name in COUNTRIES],
    default_task_spec=SPEC,
)
member = groups.retrieve_run(added.run_ids[0], task_group_id=group_id)
followed = list(groups.events(group_id))
ended = groups.retrieve(group_id)
listed = list(groups.get_runs(group_id, include_input=True, include_output=True))
tell(
    created=created,
    added=added,
    member=member,
    followed=followed,
    resumed=list(groups.events(group_id, last_event_id=followed[-1].event_id)),
    ended=ended,
    listed=listed,
    bare=list(groups.get_runs(group_id)),
    rest=list(groups.get_runs(group_id, last_event_id=listed[0].event_id)),
    completed=list(groups.get_runs(group_id, status="completed")),
    failed=list(groups.get_runs(group_id, status="failed")),
    late=asyncio.run(late_addition(group_id)),
)
