"""Finding out what became of runs whose sending is in doubt, and what stands there twice.

Nothing is sent again before the group's own list of runs was read, long enough after the sending. What that
list holds is adopted; what it does not hold was never taken. Should the provider carry out a request later
still, the run that turns up is adopted, too, or is the second one for a run of ours: then it is recorded and
shown.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from dispatch.hosted.asked import rid_in
from dispatch.hosted.groups import Held, fenced
from dispatch.hosted.limits import price_of
from dispatch.hosted.submitting import name, release
from dispatch.models import HostedRun, Submission, Twin
from provider.answers import TaskRun
from runs.models import Run, RunEvent
from runs.status import Status
from web import bulk

ADOPTED = "The provider had taken it after all; it goes on."
NOT_TAKEN = "The provider did not take it, so it is sent again."
SECOND = "The provider has this task a second time, as {name}. It may be charged twice."
UNWANTED = "The provider has this task all the same, as {name}, though it was cancelled. It may be charged."
TURNED_UP = "The provider had taken it after all, later than could be expected; it goes on."


def in_doubt(group: Held) -> list[UUID]:
    """The runs of the group that have no name at the provider."""
    unnamed = HostedRun.objects.filter(group=group.pk, upstream_id=None)
    return list(unnamed.values_list("run_id", flat=True))


@transaction.atomic
def settle(group: Held, run_ids: Sequence[UUID], there: Mapping[UUID, str]) -> tuple[int, int]:
    """Adopt those of these runs that are there, give the others back; how many of each.

    `there` is the provider's name of every run that the group holds and that carries an id of ours.
    """
    if not fenced([group]):
        return 0, 0
    carried = HostedRun.objects.filter(group=group.pk, run__in=run_ids)
    submissions = set(carried.values_list("submission_id", flat=True))
    waiting = dict(carried.filter(upstream_id=None).values_list("run_id", "submission_id"))
    hold(waiting)
    taken = [run_id for run_id in waiting if run_id in there]
    adopt([(run_id, there[run_id]) for run_id in taken], ADOPTED)
    missing = [run_id for run_id in waiting if run_id not in there]
    say(missing, NOT_TAKEN)
    for submission_id in set(waiting.values()):
        release(submission_id, [run_id for run_id in missing if waiting[run_id] == submission_id])
    unknown = Submission.objects.filter(pk__in=submissions, outcome=Submission.Outcome.UNKNOWN)
    unknown.update(outcome=Submission.Outcome.SETTLED)
    return len(taken), len(missing)


def hold(run_ids: Collection[UUID]) -> None:
    """Lock these runs before the log is written: who cancels one does it in this order, too."""
    bulk.select(Run, ("id",), {"id": run_ids}, lock=True)


def adopt(pairs: Sequence[tuple[UUID, str]], note: str) -> None:
    ids = [run_id for run_id, _ in pairs]
    name(pairs)
    Run.objects.move_each(ids, Status.SUBMITTING, Status.QUEUED)
    say(ids, note)


def say(run_ids: Iterable[UUID], sentence: str) -> None:
    """Tell it on the runs' pages; nothing, where there is no sentence."""
    if not sentence:
        return
    RunEvent.objects.log(*(RunEvent(run_id=pk, kind=RunEvent.Kind.NOTE, message=sentence) for pk in run_ids))


def turned_up(group: Held, found: TaskRun) -> UUID | None:
    """Which run of ours this is, whose name at the provider was not known; None for none, or for a twin.

    Call it inside a transaction that holds the group's fence.
    """
    run = Run.objects.filter(pk=rid_in(found.metadata), provider=group.provider_id).first()
    if run is None:
        return None
    hosted = HostedRun.objects.filter(run=run).first()
    if hosted and hosted.upstream_id is None and hosted.group_id == group.pk:
        adopt([(run.pk, found.run_id)], "")
        return run.pk
    if hosted is None and run.status == Status.PENDING and take_back(group, run, found):
        return run.pk
    record_twin(group, run, found.run_id)
    return None


def take_back(group: Held, run: Run, found: TaskRun) -> bool:
    """A run that was given back, and is not sent again yet, turns out to be there."""
    returned = Submission.objects.filter(group=group.pk, given_back__gt=0)
    submission = returned.order_by("-pk").first()
    if submission is None or not run.move_to(Status.SUBMITTING):
        return False
    HostedRun.objects.create(run=run, provider_id=group.provider_id, group_id=group.pk, submission=submission)
    Submission.objects.filter(pk=submission.pk).update(
        given_back=F("given_back") - 1, cost=F("cost") + price_of(run.processor)
    )
    adopt([(run.pk, found.run_id)], TURNED_UP)
    return True


def record_twin(group: Held, run: Run, upstream_id: str) -> None:
    _, is_new = Twin.objects.get_or_create(
        provider_id=group.provider_id, upstream_id=upstream_id, defaults={"run": run}
    )
    if is_new:
        Run.objects.filter(pk=run.pk).update(modified_at=timezone.now())  # what is kept rendered is old now
        words = UNWANTED if run.status == Status.CANCELLED else SECOND
        say([run.pk], words.format(name=upstream_id))
