"""Runs and groups in the words of the Task API: what SDKs receive, and what the page shows as raw JSON."""

import uuid
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from runs.models import GROUP_PREFIX, Citation, FieldBasis, Result, Run, TaskGroup
from runs.status import Status

WIRE_STATUS = {Status.PENDING: Status.QUEUED, Status.SUBMITTING: Status.QUEUED}
WIRE_ACTIVE = (Status.QUEUED, Status.RUNNING, Status.CANCELLING)

Absolute = Callable[[str], str]
"""Makes the address of a page that this installation serves absolute."""


def timestamp(moment: datetime) -> str:
    """RFC 3339 in UTC with microseconds, as the API writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def wire_status(status: str) -> Status:
    """The status as SDKs know it: what is pending with us is queued to them."""
    return WIRE_STATUS.get(Status(status), Status(status))


def statuses_on_the_wire(word: str) -> list[Status]:
    """Our statuses that read as this word to SDKs; none if there is no such word."""
    return [status for status in Status if wire_status(status) == word]


def task_run(run: Run) -> dict[str, Any]:
    """The API's TaskRun object."""
    status = wire_status(run.status)
    return {
        "run_id": run.run_id,
        "interaction_id": run.run_id,
        "status": status.value,
        "is_active": status in WIRE_ACTIVE,
        "processor": run.processor,
        "metadata": run.metadata,
        "warnings": run.warnings or None,
        "error": run.error,
        "taskgroup_id": group_name(run.group_id) if run.group_id else None,
        "created_at": timestamp(run.created_at),
        "modified_at": timestamp(run.modified_at),
    }


def output(result: Result, basis: list[FieldBasis], absolute: Absolute) -> dict[str, Any]:
    """The API's output object: text or json with the basis of its fields.

    Whatever else a hosted provider gave with it is passed on as it came.
    """
    wire = {
        "type": result.type,
        "content": result.content,
        "basis": [field_basis(entry, absolute) for entry in basis],
        "mcp_tool_calls": None,
        "beta_fields": None,
        **(result.more or {}),
    }
    return wire | ({"output_schema": result.output_schema} if result.type == "json" else {})


def field_basis(entry: FieldBasis, absolute: Absolute) -> dict[str, Any]:
    return {
        "field": entry.field,
        "reasoning": entry.reasoning,
        "confidence": entry.confidence or None,
        "citations": [citation(item, absolute) for item in entry.citations.all()],
    }


def citation(item: Citation, absolute: Absolute) -> dict[str, Any]:
    return {
        "url": absolute(item.url),
        "title": item.title or None,
        "excerpts": [excerpt["text"] for excerpt in item.excerpts],
    }


def task_run_result(run: Run, absolute: Absolute) -> dict[str, Any]:
    """What ``/result`` answers for a completed run."""
    return {"run": task_run(run), "output": output(run.result, list(run.basis.all()), absolute)}


def group_name(pk: uuid.UUID) -> str:
    return f"{GROUP_PREFIX}{pk.hex}"


def task_group(group: TaskGroup) -> dict[str, Any]:
    """The API's TaskGroup object."""
    return {
        "taskgroup_id": group.group_id,
        "metadata": group.metadata,
        "status": task_group_status(group),
        "created_at": timestamp(group.created_at),
    }


def task_group_status(group: TaskGroup) -> dict[str, Any]:
    """How many of the group's runs are where."""
    counts: Counter[Status] = Counter()
    newest = group.created_at
    for status, number, changed in group.runs.standing():
        counts[wire_status(status)] += number
        newest = max(newest, changed)
    total, active = counts.total(), sum(counts[status] for status in WIRE_ACTIVE)
    return {
        "num_task_runs": total,
        "task_run_status_counts": {status.value: count for status, count in counts.items()},
        "is_active": bool(active),
        "status_message": f"{total - active} of {total} done" if total else None,
        "modified_at": timestamp(newest),
    }
