"""What a person or a script asks of a run: start it, cancel it, ask it again."""

import hashlib
import logging
import time
from collections.abc import Sequence
from typing import Any, Protocol

import orjson
from celery import current_app
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from provider.types import RunWarning, TaskRunInput, warnings_for
from runs.converters import run_uuid
from runs.labels import label_of_input
from runs.models import Run, RunEvent, RunText
from runs.status import Status
from runs.words import words_of
from teams.models import Member, Provider, Token, Workspace

logger = logging.getLogger(__name__)

WAKE = "dispatch.tasks.wake"
BROKER_RESTS_SECONDS = 2.0
"""A broker that did not answer is left alone for so long: each request would wait for it in vain."""


class Rest:
    """Until when this process leaves the broker alone, on the monotonic clock."""

    until = 0.0


NOT_DONE = {
    "mcp_servers": "The built-in engine calls no MCP servers; it answers from its own sources alone.",
    "advanced_settings": "The built-in engine knows no location and no data sources, so these were not used.",
    "memory_scope_key": "The built-in engine keeps no memory between runs.",
}


def start_run(
    *,
    workspace: Workspace,
    request: TaskRunInput,
    made_by: Member | None = None,
    token: Token | None = None,
    provider: Provider | None = None,
    retry_of: Run | None = None,
    request_key: str | None = None,
) -> Run:
    """Store a run and wake whoever carries it out. The same request with the same key twice is one run."""
    provider = provider or default_provider(workspace)
    run = run_from(
        request,
        workspace=workspace,
        provider=provider,
        made_by=made_by,
        token=token,
        retry_of=retry_of,
        request_key=request_key and key_of(request_key, request, provider),
    )
    try:
        store_runs([run])
    except IntegrityError:
        if request_key is None:
            raise
        return Run.objects.in_workspace(workspace).get(request_key=run.request_key)
    return run


def default_provider(workspace: Workspace) -> Provider:
    return workspace.providers.get(is_default=True)


def run_from(request: TaskRunInput, *, workspace: Workspace, provider: Provider, **columns: Any) -> Run:
    """A run that asks for this, not stored yet."""
    warnings = [*warnings_for(request)]
    if not provider.is_hosted:  # a hosted one says for itself what it leaves undone
        warnings += [*left_undone(request), *unknown_earlier(request, workspace)]
    return Run(
        workspace=workspace,
        provider=provider,
        label=label_of_input(request.input),
        warnings=[warning.as_json() for warning in warnings],
        **request_columns(request),
        **columns,
    )


@transaction.atomic
def store_runs(runs: Sequence[Run]) -> None:
    """Store new runs with their first events and their words, all or none, and wake dispatch for them."""
    Run.objects.bulk_create(runs)
    RunText.objects.bulk_create(RunText(run=run, text=words_of(run.input, run.metadata)) for run in runs)
    RunEvent.objects.log(
        *(
            RunEvent(run=run, kind=RunEvent.Kind.STATE, after=Status.PENDING, at=run.created_at)
            for run in runs
        )
    )
    transaction.on_commit(wake_dispatch)


def key_of(given: str, request: TaskRunInput, provider: Provider) -> str:
    """A key for this request to this provider: a form that is changed and sent again asks something new."""
    asked = orjson.dumps([given, provider.pk, request.as_sent()])
    return hashlib.sha256(asked).hexdigest()


def left_undone(request: TaskRunInput) -> list[RunWarning]:
    """What the request asks for and the built-in engine does not do, said before anybody waits for it."""
    return [RunWarning("warning", NOT_DONE[name]) for name in request.as_sent() if name in NOT_DONE]


def unknown_earlier(request: TaskRunInput, workspace: Workspace) -> list[RunWarning]:
    """That the request goes on from what is not there, if it does."""
    earlier = request.previous_interaction_id
    if not earlier or Run.objects.in_workspace(workspace).filter(pk=run_uuid(earlier)).exists():
        return []
    said = "There is no earlier interaction of this name here, so the question stands for itself."
    return [RunWarning("warning", said, {"previous_interaction_id": earlier[:100]})]


def request_columns(request: TaskRunInput) -> dict[str, Any]:
    """The request as the run's columns keep it: what is absent stays absent."""
    sent = request.as_sent()
    own = ("input", "processor", "task_spec", "metadata", "source_policy")
    columns = {name: sent.pop(name, None) for name in own}
    return columns | {"options": sent}


def request_of(run: Run) -> dict[str, Any]:
    """The body that asked for this run, as it was sent, but for the secrets that only we may read."""
    body = request_to_repeat(run)
    if servers := body.get("mcp_servers"):
        body["mcp_servers"] = [without_headers(server) for server in servers]
    return body


def without_headers(server: dict[str, Any]) -> dict[str, Any]:
    """An MCP server without the headers, which may hold a bearer token: the API never sends them back."""
    return {name: value for name, value in server.items() if name != "headers"}


class Asked(Protocol):
    """What was asked, by the names of a run's columns; a ``Run`` is one."""

    input: Any
    processor: str
    task_spec: Any
    metadata: Any
    source_policy: Any
    options: dict[str, Any]


def request_to_repeat(run: Asked) -> dict[str, Any]:
    """The body that asked for this run, whole."""
    columns = {"task_spec": run.task_spec, "metadata": run.metadata, "source_policy": run.source_policy}
    sent = {name: value for name, value in columns.items() if value is not None}
    return {"input": run.input, "processor": run.processor, **sent, **run.options}


class CannotStop(Exception):
    """The run is with a provider that can't stop it; the text says so to the user."""


def cancel_run(*, run: Run) -> bool:
    """Cancel at once what has not started; ask what has started to stop. False if the run is over already.

    What was sent to a hosted provider can't be stopped: CannotStop. While it is not known whether it was
    sent, the wish is kept, and holds if it was not.
    """
    while run.is_active and run.status != Status.CANCELLING:
        if run.status == Status.SUBMITTING:
            if wish_cancelled(run):
                return True
            continue
        if run.provider.is_hosted and run.status != Status.PENDING:
            raise CannotStop(f"{run.provider.name} has this run and can't stop it. Its result will be kept.")
        goal = Status.CANCELLED if run.is_waiting else Status.CANCELLING
        if run.move_to(goal, note=CANCEL_NOTES[goal]):
            return True
    return run.is_active


@transaction.atomic
def wish_cancelled(run: Run) -> bool:
    """Keep the wish for a run whose sending is under way; False if that is over meanwhile."""
    submitting = Run.objects.filter(pk=run.pk, status=Status.SUBMITTING)
    won = submitting.update(cancel_wanted=True, modified_at=timezone.now())
    if won and not run.cancel_wanted:
        RunEvent.objects.log(RunEvent(run=run, kind=RunEvent.Kind.NOTE, message=CANCEL_WANTED))
    run.refresh_from_db()
    return bool(won)


CANCEL_WANTED = "Is being sent; if it turns out that it was not, it is cancelled."
CANCEL_NOTES = {
    Status.CANCELLED: "Cancelled before any research began.",
    Status.CANCELLING: "Asked to stop at the next step; a result complete by then is kept.",
}


def retry_run(*, run: Run, made_by: Member, request: TaskRunInput) -> Run:
    """Ask the same again, as a new run that remembers which one it repeats."""
    provider = run.provider if run.provider.removed_at is None else None
    return start_run(
        workspace=run.workspace, request=request, made_by=made_by, provider=provider, retry_of=run
    )


def wake_dispatch() -> None:
    """Tell a dispatch worker to look at the table now. It looks anyway: a lost call costs only time."""
    if not settings.REDIS_URL or time.monotonic() < Rest.until:
        return
    try:
        current_app.send_task(WAKE, retry=False, expires=60)
    except OperationalError:
        Rest.until = time.monotonic() + BROKER_RESTS_SECONDS
        logger.warning("The broker did not answer; dispatch will find the new run by itself.", exc_info=True)
