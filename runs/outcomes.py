"""Writing what came out of a run: its move, its result and its evidence in one transaction."""

import uuid
from collections.abc import Iterable
from typing import Any, Protocol

from django.db import transaction

from runs.labels import label_of_output
from runs.models import Citation, FieldBasis, Result, Run, RunEvent, RunText, is_element
from runs.status import Status
from runs.words import words_of


class Outcome(Protocol):
    """An output as providers and the engine give it; ``engine.output.Output`` is one."""

    type: str
    content: Any
    output_schema: dict[str, Any] | None
    basis: Iterable[Any]
    warnings: Iterable[Any]


@transaction.atomic
def complete_run(run: Run, outcome: Outcome, events: Iterable[RunEvent] = ()) -> bool:
    """Store the result and end the run; False, with nothing written, if another worker holds it now."""
    said = [{"type": warning.type, "message": warning.message} for warning in outcome.warnings]
    shown = {
        "warnings": [*run.warnings, *said],
        "answer": answer_of(outcome),
        **counts_of(outcome.basis),
    }
    if not end_run(run, Status.COMPLETED, events, **shown):
        return False
    Result.objects.create(
        run=run, type=outcome.type, content=outcome.content, output_schema=outcome.output_schema
    )
    write_basis(run, outcome.basis)
    RunText.objects.filter(run=run).update(text=words_of(run.input, run.metadata, outcome.content))
    return True


def fail_run(run: Run, message: str, events: Iterable[RunEvent] = ()) -> bool:
    """End the run as failed, with a sentence for the user and a reference for the log."""
    error = {"ref_id": str(uuid.uuid4()), "message": message, "detail": None}
    return end_run(run, Status.FAILED, events, note=message, error=error)


@transaction.atomic
def end_run(run: Run, status: Status, events: Iterable[RunEvent], **fields: Any) -> bool:
    """Log what led here and end the run, also if it was asked to stop meanwhile: the work is done by now."""
    epoch = run.epoch
    Run.objects.select_for_update().get(pk=run.pk)  # before the log's lock, as everywhere: no deadlock
    RunEvent.objects.log(*events)
    won = run.move_to(status, **fields)
    if not won and run.status == Status.CANCELLING and run.epoch == epoch:
        won = run.move_to(status, **fields)
    if not won:
        transaction.set_rollback(True)
    return won


def answer_of(outcome: Outcome) -> str:
    """What came out, in a line: with the names of its fields, if there is more than one to ask for."""
    has_names = isinstance(outcome.content, dict) and len(outcome.content) > 1
    return label_of_output(findings(outcome), names=has_names)


def findings(outcome: Outcome) -> Any:
    """The content without the fields that only hold a filler, because nothing was found for them."""
    missing = {entry.field for entry in outcome.basis if not entry.found}
    if isinstance(outcome.content, dict):
        return {name: value for name, value in outcome.content.items() if name not in missing}
    return None if missing else outcome.content


def counts_of(basis: Iterable[Any]) -> dict[str, int]:
    """How many fields have which confidence; an element of a list counts with its list."""
    counts = dict.fromkeys(("high", "medium", "low", "missing"), 0)
    for entry in basis:
        name = entry.confidence if entry.found else "missing"
        if name and not is_element(entry.field):
            counts[name] += 1
    return counts


def write_basis(run: Run, entries: Iterable[Any]) -> None:
    rows = FieldBasis.objects.bulk_create(
        FieldBasis(
            run=run,
            position=position,
            field=entry.field,
            reasoning=entry.reasoning,
            confidence=entry.confidence,
            found=entry.found,
        )
        for position, entry in enumerate(entries)
    )
    Citation.objects.bulk_create(
        Citation(
            basis=row,
            position=position,
            url=citation.url,
            title=citation.title,
            excerpts=[excerpt_json(excerpt) for excerpt in citation.excerpts],
        )
        for row, entry in zip(rows, entries, strict=True)
        for position, citation in enumerate(entry.citations)
    )


def excerpt_json(excerpt: Any) -> dict[str, Any]:
    return {
        "text": excerpt.text,
        "page_id": excerpt.page_id,
        "content_hash": excerpt.content_hash,
        "start": excerpt.start,
        "end": excerpt.end,
    }
