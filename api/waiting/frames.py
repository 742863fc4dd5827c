"""What the hub sends to waiting and listening clients of the API, made once for all of them.

Topics: ``result:trun_…`` (one run's end), ``trace:trun_…`` (one run's event stream), ``group:tgrp_…``.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from api.errors import envelope
from api.waiting.call import HERE, Answer, answer_json
from runs.links import absolute_at
from runs.live import in_a_thread
from runs.models import Run, RunEvent, TaskGroup
from runs.status import END, Status
from runs.wire import output, task_group_status, task_run, task_run_result, timestamp
from web.hub import Event, Frame, News

NO_RESULT = "Run failed or run id not found"
absolute = absolute_at(HERE)
Part = bytes
"""One or more server-sent events, each with its blank line. An empty one ends the stream."""
LAST: Part = b""


class Story(NamedTuple):
    """Event rows and the runs that they are about, read together."""

    rows: Mapping[int, RunEvent]
    runs: Mapping[UUID, Run]


@in_a_thread
def render(news: News) -> dict[str, list[Frame]]:
    """Frames for the topics of the API."""
    kinds = {"result": result_frames, "trace": trace_frames, "group": group_frames}
    ours = {topic: its for topic, its in news.items() if topic.partition(":")[0] in kinds}
    story = read(ours.values()) if ours else Story({}, {})
    return {topic: kinds[topic.partition(":")[0]](topic, its, story) for topic, its in ours.items()}


def read(events: Iterable[Sequence[Event]]) -> Story:
    """The rows of these events, and the runs of those that ended."""
    numbers = {event.number for its in events for event in its}
    rows = RunEvent.objects.in_bulk(numbers)
    ended = {row.run_id for row in rows.values() if row.after in END}
    return Story(rows, Run.objects.for_wire().in_bulk(ended))


def result_frames(topic: str, events: Sequence[Event], story: Story) -> list[Frame]:
    ended = [event for event in events if event.payload in story.runs]
    return [Frame(event.number, result_answer(story.runs[event.payload])) for event in ended[:1]]


def result_answer(run: Run) -> Answer | None:
    """What ``/result`` answers for a run; None while it is active."""
    if run.status == Status.COMPLETED:
        return answer_json(200, task_run_result(run, absolute))
    return None if run.is_active else answer_json(404, envelope(NO_RESULT))


def trace_frames(topic: str, events: Sequence[Event], story: Story) -> list[Frame]:
    frames = []
    for row in [story.rows[event.number] for event in events if event.number in story.rows]:
        frames += [Frame(row.pk, part) for part in trace_parts(row, story.runs.get(row.run_id))]
    return frames


def trace_parts(row: RunEvent, run: Run | None) -> list[Part]:
    """What a run's event stream says of an event: progress, and the end with the output."""
    if row.kind == RunEvent.Kind.MESSAGE:
        return [message_part(row)]
    if row.kind == RunEvent.Kind.STATS:
        return [stats_part(row)]
    return [state_part(run, with_output=True), LAST] if run and row.after in END else []


def message_part(row: RunEvent) -> Part:
    body = {"type": f"task_run.progress_msg.{row.topic}", "message": row.message}
    return event_part(body | {"timestamp": timestamp(row.at)})


def stats_part(row: RunEvent) -> Part:
    sources = {
        "num_sources_considered": row.stats["considered"],
        "num_sources_read": row.stats["read"],
        "sources_read_sample": [absolute(url) for url in row.stats.get("sample", [])],
    }
    meter = {"source_stats": sources, "progress_meter": float(row.stats["meter"])}
    return event_part({"type": "task_run.progress_stats"} | meter)


def state_part(
    run: Run, *, event_id: str | None = None, with_output: bool = False, sent: dict[str, Any] | None = None
) -> Part:
    """The run as it stands; its output if asked for and there, its input if given."""
    found = output_of(run) if with_output and run.status == Status.COMPLETED else None
    body = {"type": "task_run.state", "event_id": event_id, "input": sent, "run": task_run(run)}
    return event_part(body | {"output": found})


def output_of(run: Run) -> dict[str, Any]:
    return output(run.result, list(run.basis.all()), absolute)


def group_frames(topic: str, events: Sequence[Event], story: Story) -> list[Frame]:
    """Each run that ended, then where the group stands now."""
    rows = [story.rows[event.number] for event in events if event.number in story.rows]
    moved = [row for row in rows if row.kind == RunEvent.Kind.STATE]
    frames = [
        Frame(row.pk, state_part(story.runs[row.run_id], event_id=str(row.pk)))
        for row in moved
        if row.run_id in story.runs and row.after in END
    ]
    if moved:
        group = TaskGroup.objects.get(runs=moved[-1].run_id)
        frames += [Frame(moved[-1].pk, part) for part in group_parts(group, moved[-1].pk)]
    return frames


def group_parts(group: TaskGroup, number: int) -> list[Part]:
    """Where the group stands; and the end of the stream once none of its runs is active.

    `number` is the newest event that the stream has told of. Runs may have ended since: those are told first.
    """
    status = task_group_status(group)
    part = event_part({"type": "task_group_status", "event_id": str(number), "status": status})
    untold = RunEvent.objects.after(number).filter(run__group=group, kind=RunEvent.Kind.STATE, after__in=END)
    return [part] if status["is_active"] or untold.exists() else [part, LAST]


def event_part(body: Mapping[str, Any]) -> Part:
    """A server-sent event as the SDKs need it: a name, one line of data, never an id."""
    return b"event: %s\ndata: %s\n\n" % (body["type"].encode(), orjson.dumps(body))
