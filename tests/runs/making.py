"""Outcomes and runs in every state, made through the same verbs as the product's."""

from typing import Any

from engine.output import Citation, Excerpt, FieldBasis, Output, Warning
from runs.models import Run
from runs.outcomes import complete_run, fail_run
from runs.services import cancel_run
from runs.status import Status

PAGE = "/library/france/"
FOUND = Excerpt(text="Capital: Paris", page_id=1, content_hash="c0ffee", start=21, end=35)


def basis(
    field: str, confidence: str = "high", *, found: bool = True, excerpt: Excerpt = FOUND, url: str = PAGE
) -> FieldBasis:
    citations = (Citation(url=url, title="France", excerpts=(excerpt,)),) if found else ()
    return FieldBasis(field, f"Why {field}.", confidence if found else "low", citations, found)


def json_output(content: dict[str, Any], *entries: FieldBasis, warnings: tuple[Warning, ...] = ()) -> Output:
    """An answer with one basis entry per top-level field, unless entries are given."""
    return Output("json", content, entries or tuple(basis(name) for name in content), warnings=warnings)


def text_output(text: str = "Paris is the capital.") -> Output:
    return Output("text", text, (basis("output"),))


def running(run: Run) -> Run:
    assert run.move_to(Status.QUEUED)
    assert run.move_to(Status.RUNNING)
    return run


def completed(run: Run, output: Output | None = None) -> Run:
    assert complete_run(running(run), output or json_output({"capital": "Paris"}))
    return run


def failed(run: Run, message: str = "The engine failed on this task.") -> Run:
    assert fail_run(running(run), message)
    return run


def cancelled(run: Run) -> Run:
    assert cancel_run(run=run)
    return run


def cancelling(run: Run) -> Run:
    assert cancel_run(run=running(run))
    return run


def queued(run: Run) -> Run:
    assert run.move_to(Status.QUEUED)
    return run


def pending(run: Run) -> Run:
    return run


IN_EVERY_STATE = {
    Status.PENDING: pending,
    Status.QUEUED: queued,
    Status.RUNNING: running,
    Status.CANCELLING: cancelling,
    Status.CANCELLED: cancelled,
    Status.COMPLETED: completed,
    Status.FAILED: failed,
}
