"""A run in the words of the Task API: what SDKs receive, and what the page shows as raw JSON."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from runs.models import Citation, FieldBasis, Result, Run
from runs.status import Status

WIRE_STATUS = {Status.PENDING: Status.QUEUED, Status.SUBMITTING: Status.QUEUED}
WIRE_ACTIVE = {Status.QUEUED, Status.RUNNING, Status.CANCELLING}

Absolute = Callable[[str], str]
"""Makes the address of a page that this installation serves absolute."""


def timestamp(moment: datetime) -> str:
    """RFC 3339 in UTC with microseconds, as the API writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def task_run(run: Run) -> dict[str, Any]:
    """The API's TaskRun object."""
    status = WIRE_STATUS.get(Status(run.status), Status(run.status))
    return {
        "run_id": run.run_id,
        "interaction_id": run.run_id,
        "status": status.value,
        "is_active": status in WIRE_ACTIVE,
        "processor": run.processor,
        "metadata": run.metadata,
        "warnings": run.warnings or None,
        "error": run.error,
        "taskgroup_id": None,
        "created_at": timestamp(run.created_at),
        "modified_at": timestamp(run.modified_at),
    }


def output(result: Result, basis: list[FieldBasis], absolute: Absolute) -> dict[str, Any]:
    """The API's output object: text or json with the basis of its fields."""
    wire = {
        "type": result.type,
        "content": result.content,
        "basis": [field_basis(entry, absolute) for entry in basis],
        "mcp_tool_calls": None,
        "beta_fields": None,
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
