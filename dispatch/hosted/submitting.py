"""Which runs are sent to a provider, and what became of the sending: each a short transaction.

A run's way: pending, then submitting, written with the submission that carries it before anything is sent;
then queued, with the name that the provider gave it. A submission whose outcome is not known stays
``unknown`` until ``settling`` has found it out.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from dispatch.hosted.asked import (
    Waiting,
    Wire,
    earlier_interactions,
    goes_on,
    lost_context,
    portions,
    wire_input,
)
from dispatch.hosted.groups import Held, fenced
from dispatch.hosted.limits import affordable, price_of, room_at
from dispatch.models import HostedGroup, HostedRun, Submission
from runs.models import Run, RunEvent
from runs.outcomes import fail_run
from runs.status import Status
from teams.models import Provider
from web import bulk

CANCELLED_UNSENT = "Cancelled; it was not sent."


@dataclass(slots=True)
class Claim:
    """Runs that are about to be sent in one request."""

    submission_id: int
    group: Held
    run_ids: list[UUID]
    inputs: list[Wire]
    alone: frozenset[UUID] = frozenset()
    """Those that belong to no batch: somebody may be watching each of them."""
    claimed_at: float = field(default_factory=time.time)

    @property
    def is_stale(self) -> bool:
        """Too late to be sent: after such a silence another worker may be settling it already."""
        return time.time() - self.claimed_at > max(settings.DISPATCH_SETTLE_SECONDS / 2, 0.5)


@transaction.atomic
def claim(provider: Provider, group: Held, most: int) -> list[Claim] | None:
    """Take the oldest pending runs, as many as the limits allow, and write down that they are being sent.

    None if the group is not ours any more, or takes no more runs.
    """
    if not fenced([group], is_open=True):
        return None
    if not takes_runs(provider):
        return []
    if provider.has_limits:  # several workers count one after another
        Provider.objects.select_for_update(no_key=True).get(pk=provider.pk)
    waiting = Run.objects.pending().filter(provider=provider).order_by("created_at")
    rows = waiting.select_for_update(skip_locked=True, of=("self",))[:most]
    oldest = [Waiting(*row) for row in bulk.read(rows, Waiting._fields)]
    allowed = affordable([run.processor for run in oldest], room_at(provider)) if oldest else 0
    runs = oldest[:allowed]
    if not runs:
        return []
    ids = [run.id for run in runs]
    moved = set(Run.objects.move_each(ids, Status.PENDING, Status.SUBMITTING))
    runs = [run for run in runs if run.id in moved]
    inputs = inputs_of(runs, provider)
    claims = [
        stored(provider, group, runs[first:behind], inputs[first:behind])
        for first, behind in portions(inputs)
    ]
    return claims


def takes_runs(provider: Provider) -> bool:
    """Whether it is there as it is known here, and is not to be left alone for a while."""
    same = Provider.objects.usable().filter(
        pk=provider.pk, base_url=provider.base_url, sealed_key=provider.sealed_key
    )
    return same.exclude(upstream__until__gt=timezone.now()).exists()


def inputs_of(runs: Sequence[Waiting], provider: Provider) -> list[Wire]:
    earlier = earlier_interactions(runs, provider)
    forgotten = [run for run in runs if goes_on(run) and not earlier[run.id]]
    warning = lost_context(provider).as_json()
    unwarned = [run for run in forgotten if warning not in run.warnings]
    bulk.update(Run, ["warnings"], [([*run.warnings, warning], run.id) for run in unwarned])
    return [wire_input(run, provider, earlier.get(run.id)) for run in runs]


def stored(provider: Provider, group: Held, runs: Sequence[Waiting], inputs: list[Wire]) -> Claim:
    cost = sum((price_of(run.processor) for run in runs), Decimal(0))
    submission = Submission.objects.create(provider=provider, group_id=group.pk, size=len(runs), cost=cost)
    rows = [(run.id, provider.pk, group.pk, submission.pk, None, "") for run in runs]
    columns = ("run", "provider", "group", "submission", "upstream_id", "interaction_id")
    bulk.insert(HostedRun, columns, rows)
    alone = frozenset(run.id for run in runs if run.group_id is None)
    return Claim(submission.pk, group, [run.id for run in runs], inputs, alone)


@transaction.atomic
def accept(claimed: Claim, upstream_ids: Sequence[str]) -> bool:
    """The provider took them all; False, with nothing written, if the group is not ours any more."""
    if not fenced([claimed.group]):
        return False
    name(zip(claimed.run_ids, upstream_ids, strict=True))
    Run.objects.move_each(claimed.run_ids, Status.SUBMITTING, Status.QUEUED)
    Submission.objects.filter(pk=claimed.submission_id).update(outcome=Submission.Outcome.ACCEPTED)
    return True


def name(pairs: Sequence[tuple[UUID, str]]) -> None:
    """Write the name that each run has at the provider. Its interaction is told later, with its state."""
    bulk.update(
        HostedRun,
        ["upstream_id", "interaction_id"],
        [(upstream_id, upstream_id, run_id) for run_id, upstream_id in pairs],
    )


@transaction.atomic
def give_back(
    claimed: Claim, run_ids: Sequence[UUID], *, outcome: str = Submission.Outcome.GIVEN_BACK
) -> None:
    """These were certainly not sent: they wait again, but for those that somebody wanted cancelled."""
    if fenced([claimed.group]):
        release(claimed.submission_id, run_ids)
        Submission.objects.filter(pk=claimed.submission_id).update(outcome=outcome)


def release(submission_id: int, run_ids: Sequence[UUID]) -> None:
    carried = Run.objects.filter(pk__in=run_ids, hosted__submission=submission_id)
    rows = carried.filter(status=Status.SUBMITTING).order_by("pk")
    back = list(rows.select_for_update(of=("self",)).values_list("pk", "processor", "cancel_wanted"))
    HostedRun.objects.filter(pk__in=[pk for pk, _, _ in back], submission=submission_id).delete()
    Run.objects.filter(pk__in=[pk for pk, _, _ in back]).move(Status.SUBMITTING, Status.PENDING)
    unwanted = [pk for pk, _, is_unwanted in back if is_unwanted]
    Run.objects.filter(pk__in=unwanted).move(Status.PENDING, Status.CANCELLED)
    RunEvent.objects.log(
        *(RunEvent(run_id=pk, kind=RunEvent.Kind.NOTE, message=CANCELLED_UNSENT) for pk in unwanted)
    )
    cost = sum((price_of(processor) for _, processor, _ in back), Decimal(0))
    Submission.objects.filter(pk=submission_id).update(
        given_back=F("given_back") + len(back), cost=F("cost") - cost
    )


@transaction.atomic
def refuse(claimed: Claim, run_id: UUID, sentence: str) -> None:
    """The provider refused this one for good."""
    if not fenced([claimed.group]):
        return
    run = Run.objects.get(pk=run_id)
    if run.status == Status.SUBMITTING and fail_run(run, sentence):
        HostedRun.objects.filter(run=run).delete()
        submission = Submission.objects.filter(pk=claimed.submission_id)
        submission.update(given_back=F("given_back") + 1, cost=F("cost") - price_of(run.processor))
        submission.filter(given_back=F("size")).update(outcome=Submission.Outcome.REFUSED)


@transaction.atomic
def doubt(claimed: Claim, sentence: str) -> None:
    """It is not known whether they were taken: say so on their pages, and put no more into the group."""
    if not fenced([claimed.group]):
        return
    HostedGroup.objects.filter(pk=claimed.group.pk).update(is_open=False)
    Submission.objects.filter(pk=claimed.submission_id).update(doubt=sentence)
    RunEvent.objects.log(
        *(RunEvent(run_id=pk, kind=RunEvent.Kind.NOTE, message=sentence) for pk in claimed.run_ids)
    )
