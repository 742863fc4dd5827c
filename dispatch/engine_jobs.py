"""Carrying runs out on the built-in engine.

The table is the queue. A message on the research queue names a run worth looking at; the lease decides who
works on it. Whatever is lost - a message, a worker, the broker - is found again in the table by
``requeue_abandoned``.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import Error, transaction
from django.db.models import Q
from django.utils import timezone

from dispatch.conversations import asked_in
from dispatch.leases import Lease, lease_length, worker_name
from dispatch.progress import LeaseLost, Recorder, Stopped
from dispatch.scopes import scopes_of
from engine.output import Output
from runs.converters import run_uuid
from runs.models import Run, RunEvent
from runs.outcomes import complete_run, end_run, fail_run
from runs.status import IN_HAND, Status
from teams.models import Provider, Workspace
from web.full import has_room

logger = logging.getLogger(__name__)

IN_HAND_PER_WORKER = 25
QUEUE_LEASE = timedelta(seconds=30)
MOST_ATTEMPTS = 5
MOST_EARLIER = 5
ENGINE_FAILED = "The engine failed on this task. Retry it; the server's log has the details."

Research = Callable[..., Output]


def claim_pending() -> list[UUID]:
    """Take the engine's oldest pending runs into its hands, as many as its workers can soon get to."""
    most = settings.RESEARCH_WORKERS * IN_HAND_PER_WORKER
    free = most - Run.objects.in_engines_hands().count()
    if free <= 0:
        return []
    oldest = list(Run.objects.pending_on_engine().values_list("pk", flat=True)[:free])
    if not oldest:
        return []
    due = timezone.now() + QUEUE_LEASE
    return Run.objects.filter(pk__in=oldest).move(
        Status.PENDING, Status.QUEUED, skip_locked=True, lease_until=due
    )


def requeue_waiting() -> list[UUID]:
    """Every queued run. A dispatch worker that starts can't know which messages outlived the last one."""
    queued = Run.objects.in_engines_hands().filter(status=Status.QUEUED)
    return list(queued.values_list("pk", flat=True))


def requeue_abandoned() -> list[UUID]:
    """The runs whose worker or message is gone; each is given time again to be picked up."""
    now = timezone.now()
    ids = list(Run.objects.abandoned(now).values_list("pk", flat=True))
    Run.objects.filter(pk__in=ids, status=Status.QUEUED).update(lease_until=now + QUEUE_LEASE)
    return ids


def carry_out(run_id: UUID, research: Research) -> None:
    """Do the research of one run, unless another worker holds it or it is over.

    On a full disk nothing is begun: it could not be ended, and each attempt counts.
    """
    run = take(run_id) if has_room() else None
    if run is None:
        return
    if run.epoch > MOST_ATTEMPTS:
        fail_run(
            run, f"The research was cut off {MOST_ATTEMPTS} times, so it was not tried again. Retry the run."
        )
        return
    with Lease(run):
        do_research(run, research)


def take(run_id: UUID) -> Run | None:
    """Take the lease of a queued or abandoned run; None if somebody else holds it or it is over."""
    run = Run.objects.select_related("workspace", "provider").filter(pk=run_id).first()
    if run is None or run.provider.kind != Provider.Kind.ENGINE:
        return None
    now = timezone.now()
    held = {"lease_owner": worker_name(), "lease_until": now + lease_length(), "epoch": run.epoch + 1}
    if run.status == Status.QUEUED:
        return run if run.move_to(Status.RUNNING, started_at=now, **held) else None
    return take_over(run, held)


@transaction.atomic
def take_over(run: Run, held: dict) -> Run | None:
    """Take a run whose worker let its lease run out; it keeps its status."""
    now = timezone.now()
    lapsed = Run.objects.filter(Q(lease_until__lt=now) | Q(lease_until=None), pk=run.pk, status__in=IN_HAND)
    if not lapsed.filter(epoch=run.epoch, status=run.status).update(**held):
        return None
    note = "The worker fell silent; another one took over."
    RunEvent.objects.log(RunEvent(run=run, kind=RunEvent.Kind.NOTE, message=note))
    run.refresh_from_db()
    return run


def earlier_inputs(workspace: Workspace, previous: str | None) -> list[Any]:
    """What was asked before in this conversation, the oldest first, so that "its capital" has a subject.

    `previous` is the interaction that it goes on from; what is unknown here, or another workspace's, is none.
    """
    inputs: list[Any] = []
    for _ in range(MOST_EARLIER):
        run = previous and Run.objects.in_workspace(workspace).filter(pk=run_uuid(previous)).first()
        if not run:
            break
        asked = asked_in(run.input, run.task_spec)
        inputs += [asked.input, *reversed(asked.before)]
        previous = run.options.get("previous_interaction_id")
    return inputs[::-1]


def do_research(run: Run, research: Research) -> None:
    """A database that is away ends the job, not the run: its lease runs out, and it is handed out again."""
    recorder = Recorder(run)
    try:
        recorder.check()
        asked = asked_in(run.input, run.task_spec)
        before = earlier_inputs(run.workspace, run.options.get("previous_interaction_id"))
        output = research(
            input=asked.input,
            task_spec=asked.task_spec,
            processor=run.processor,
            scopes=scopes_of(run.workspace_id),
            source_policy=run.source_policy,
            earlier=[*before, *asked.before],
            on_progress=recorder,
        )
    except Stopped:
        end_run(run, Status.CANCELLED, recorder.rest(), note="Stopped before an answer was complete.")
    except LeaseLost:
        logger.warning("Run %s was taken over by another worker; this one leaves it alone.", run)
    except Error:
        raise
    except Exception:
        logger.exception("Run %s failed on the engine.", run)
        fail_run(run, ENGINE_FAILED, recorder.rest())
    else:
        complete_run(run, output, recorder.rest())
