"""Writing the ends of many runs at once: their moves, results, evidence and events in one transaction."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from runs.models import Citation, FieldBasis, Result, Run, RunEnd
from runs.outcomes import Outcome, answer_of, counts_of
from runs.status import Status
from web import bulk


@dataclass(slots=True)
class Came:
    """How a run ended at its provider: with an outcome, or without one."""

    run_id: uuid.UUID
    status: Status
    outcome: Outcome | None = None
    error: str = ""
    """Of a failed run: a sentence for the user."""
    warnings: list[dict[str, Any]] = field(default_factory=list)


@transaction.atomic(savepoint=False)
def end_runs(ends: Sequence[Came]) -> set[uuid.UUID]:
    """Store how these runs ended; the ids of those that had not ended before. Each run stands here once."""
    moved = set(Run.objects.end_each([row_of(end) for end in ends]))
    completed = [end for end in ends if end.run_id in moved and end.outcome]
    now = timezone.now()
    results = ("run", "type", "content", "output_schema", "more", "created_at")
    bulk.insert(Result, results, [result_of(end, now) for end in completed])
    write_evidence(completed)
    return moved


def row_of(end: Came) -> RunEnd:
    if end.outcome:
        answer, counts = answer_of(end.outcome), counts_of(end.outcome.basis)
        return RunEnd(end.run_id, end.status, answer=answer, warnings=end.warnings, **counts)
    failed = end.status == Status.FAILED
    error = {"ref_id": str(uuid.uuid4()), "message": end.error, "detail": None} if failed else None
    return RunEnd(end.run_id, end.status, error=error, note=end.error, warnings=end.warnings)


def result_of(end: Came, now: Any) -> tuple[Any, ...]:
    outcome = end.outcome
    more = getattr(outcome, "more", None) or None
    return end.run_id, outcome.type, outcome.content, outcome.output_schema, more, now


def write_evidence(ends: Sequence[Came]) -> None:
    """A provider quotes words alone: it is not known where in the page they stand."""
    entries = [
        (end.run_id, position, entry) for end in ends for position, entry in enumerate(end.outcome.basis)
    ]
    ids = bulk.reserve_ids(FieldBasis, len(entries)) if entries else []
    bulk.insert(
        FieldBasis,
        ("id", "run", "position", "field", "reasoning", "confidence", "found"),
        [
            (pk, run_id, position, entry.field, entry.reasoning, entry.confidence, entry.found)
            for pk, (run_id, position, entry) in zip(ids, entries, strict=True)
        ],
    )
    bulk.insert(
        Citation,
        ("basis", "position", "url", "title", "excerpts"),
        [
            (pk, position, citation.url, citation.title, [{"text": item.text} for item in citation.excerpts])
            for pk, (_, _, entry) in zip(ids, entries, strict=True)
            for position, citation in enumerate(entry.citations)
        ],
    )
