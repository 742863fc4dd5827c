"""The events of streams, each a JSON object on one line whose type names it once more."""

from typing import Annotated, Literal, TypedDict

from msgspec import Meta

from provider.wire.common import Timestamp
from provider.wire.groups import TaskGroupStatus
from provider.wire.tasks import TaskRun, TaskRunInput, TaskRunJsonOutput, TaskRunTextOutput

Percent = Annotated[float, Meta(ge=0, le=100)]


class TaskRunEvent(TypedDict):
    """A run as it stands."""

    type: Literal["task_run.state"]
    event_id: Annotated[str | None, Meta(description="A cursor in the streams of groups, else null.")]
    input: TaskRunInput | None
    run: TaskRun
    output: TaskRunTextOutput | TaskRunJsonOutput | None


class TaskRunSourceStats(TypedDict):
    num_sources_considered: int | None
    num_sources_read: int | None
    sources_read_sample: list[str] | None


class TaskRunProgressStatsEvent(TypedDict):
    """How far a run has come."""

    type: Literal["task_run.progress_stats"]
    source_stats: TaskRunSourceStats
    progress_meter: Percent


class TaskRunProgressMessageEvent(TypedDict):
    """A step of a run. Those before are told again on every connection."""

    type: Literal[
        "task_run.progress_msg.plan",
        "task_run.progress_msg.search",
        "task_run.progress_msg.result",
        "task_run.progress_msg.tool_call",
        "task_run.progress_msg.exec_status",
        "task_run.progress_msg.extract",
    ]
    message: str
    timestamp: Timestamp | None


class TaskGroupStatusEvent(TypedDict):
    """Where a group stands."""

    type: Literal["task_group_status"]
    event_id: str
    status: TaskGroupStatus
