"""Task groups: many runs that are added, watched and counted together."""

from typing import Annotated, Any, NotRequired, TypedDict

from msgspec import Meta

from provider.wire.common import Timestamp
from provider.wire.tasks import Metadata, TaskRunInput, TaskSpec

GroupId = Annotated[str, Meta(description="tgrp_ and 32 hexadecimal digits.")]
Cursor = Annotated[
    str | None,
    Meta(description="As last_event_id of the stream it skips what was there before; null if nothing was."),
]


class CreateTaskGroupRequest(TypedDict, total=False):
    """A group that has no runs yet."""

    metadata: Metadata | None


class TaskGroupStatus(TypedDict):
    num_task_runs: int
    task_run_status_counts: Annotated[dict[str, int], Meta(description="How many runs have each status.")]
    is_active: Annotated[bool, Meta(description="True while any run is queued, running or being cancelled.")]
    status_message: str | None
    modified_at: Timestamp | None


class TaskGroup(TypedDict):
    taskgroup_id: GroupId
    metadata: dict[str, Any] | None
    status: TaskGroupStatus
    created_at: Timestamp


class TaskGroupRunRequest(TypedDict):
    """The runs to add: all of them, or none if one is refused."""

    inputs: Annotated[list[TaskRunInput], Meta(max_length=1_000)]
    default_task_spec: NotRequired[
        Annotated[TaskSpec | None, Meta(description="For the runs that have no task spec of their own.")]
    ]


class TaskGroupRunResponse(TypedDict):
    status: TaskGroupStatus
    run_ids: Annotated[list[str], Meta(description="In the order of the inputs.")]
    run_cursor: Cursor
    event_cursor: Cursor
