"""Storing what happened at a provider: states, results, evidence, events, cursor in one transaction."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from dispatch.hosted.asked import rid_in
from dispatch.hosted.groups import Held, fenced
from dispatch.hosted.settling import hold, turned_up
from dispatch.models import HostedGroup, HostedRun
from provider.answers import Output, Progress, TaskRun
from runs.ends import Came, end_runs
from runs.models import Run, RunEvent
from runs.status import Status
from web import bulk

FAILED = "The provider says that the run failed, and not why."
CANCELLED = "The provider cancelled it."
MOST_MESSAGE = 20_000
TOPIC_LENGTH = 16


@dataclass(slots=True)
class Arrival:
    """A run of the group that is over at the provider, with its output if it completed."""

    group: Held
    run: TaskRun
    output: Output | None = None
    failure: str = ""
    """Why it counts as failed though the provider calls it completed."""


@dataclass(slots=True)
class Stored:
    """What came of storing: how many runs ended in which group, and which groups are not ours any more."""

    ended: Counter[int]
    lost: set[int]


@transaction.atomic
def store(arrivals: Sequence[Arrival], groups: Iterable[Held], cursors: Mapping[int, str]) -> Stored:
    """Write these ends, and how far each group is told with them. Ends that are known change nothing."""
    held = {group.pk: group for group in groups}
    alive = fenced(held.values())
    ours = [arrival for arrival in arrivals if arrival.group.pk in alive]
    known = names_of(ours)
    strange = [arrival for arrival in ours if (arrival.group.provider_id, arrival.run.run_id) not in known]
    hold([run_id for arrival in strange if (run_id := rid_in(arrival.run.metadata))])
    ends: dict[UUID, Arrival] = {}
    for arrival in ours:
        run_id = known.get((arrival.group.provider_id, arrival.run.run_id)) or turned_up(
            arrival.group, arrival.run
        )
        if run_id:
            ends.setdefault(run_id, arrival)
    note_interactions(ends)
    moved = end_runs([came(run_id, arrival) for run_id, arrival in ends.items()])
    bulk.update(HostedGroup, ["cursor"], [(cursor, pk) for pk, cursor in cursors.items() if pk in alive])
    return Stored(Counter(ends[run_id].group.pk for run_id in moved), set(held) - alive)


def names_of(arrivals: Sequence[Arrival]) -> dict[tuple[int, str], UUID]:
    """Our run for each name at its provider."""
    among = {
        "provider": {arrival.group.provider_id for arrival in arrivals},
        "upstream_id": [arrival.run.run_id for arrival in arrivals],
    }
    rows = bulk.select(HostedRun, ("provider", "upstream_id", "run"), among)
    return {(provider_id, upstream_id): run_id for provider_id, upstream_id, run_id in rows}


def note_interactions(ends: Mapping[UUID, Arrival]) -> None:
    """Keep the name under which another task goes on from a run, where it is not the run's own."""
    named = [
        (arrival.run.interaction_id, run_id)
        for run_id, arrival in ends.items()
        if arrival.run.interaction_id != arrival.run.run_id
    ]
    bulk.update(HostedRun, ["interaction_id"], named)


def came(run_id: UUID, arrival: Arrival) -> Came:
    run, warnings = arrival.run, arrival.run.warnings
    if arrival.output is not None and not arrival.failure:
        return Came(run_id, Status.COMPLETED, arrival.output, warnings=warnings)
    if run.status == "cancelled":
        return Came(run_id, Status.CANCELLED, error=run.error or CANCELLED, warnings=warnings)
    return Came(run_id, Status.FAILED, error=arrival.failure or run.error or FAILED, warnings=warnings)


@transaction.atomic
def store_running(group: Held, upstream_ids: Sequence[str]) -> None:
    """The provider has begun with these."""
    if not fenced([group]):
        return
    rows = HostedRun.objects.filter(provider=group.provider_id, upstream_id__in=upstream_ids)
    begun = Run.objects.filter(pk__in=list(rows.values_list("run_id", flat=True)))
    begun.move(Status.QUEUED, Status.RUNNING, started_at=timezone.now())


@transaction.atomic
def store_progress(group: Held, run_id: UUID, steps: Sequence[Progress]) -> bool:
    """Write down what a run's own stream told, each step once; False if the run is over or not ours.

    The stream tells all of it again on every connection, so what is known is left out.
    """
    if not fenced([group]):
        return False
    run = Run.objects.filter(pk=run_id, ended_at=None).first()
    if run is None:
        return False
    told = [step for step in steps if step.kind != "stats"]
    events = [message_event(run, step) for step in unknown_of(run, told)]
    stats = [step for step in steps if step.kind == "stats"]
    RunEvent.objects.log(*events, *(stats_event(run, step) for step in stats[-1:]))
    return True


def unknown_of(run: Run, steps: Sequence[Progress]) -> list[Progress]:
    """Those that are not written down yet. One without a time is known by its words alone."""
    rows = run.events.filter(kind=RunEvent.Kind.MESSAGE).values_list("topic", "message", "at")
    known = {key for topic, message, at in rows for key in ((topic, message, at), (topic, message, None))}
    new = []
    for step in steps:
        key = (step.kind[:TOPIC_LENGTH], step.message[:MOST_MESSAGE], moment_of(step))
        if key not in known:
            known.add(key)
            new.append(step)
    return new


def moment_of(step: Progress) -> datetime | None:
    try:
        moment = parse_datetime(step.timestamp)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def message_event(run: Run, step: Progress) -> RunEvent:
    return RunEvent(
        run=run,
        kind=RunEvent.Kind.MESSAGE,
        topic=step.kind[:TOPIC_LENGTH],
        message=step.message[:MOST_MESSAGE],
        at=moment_of(step) or timezone.now(),
    )


def stats_event(run: Run, step: Progress) -> RunEvent:
    stats = {
        "considered": step.considered,
        "read": step.read,
        "meter": step.meter,
        "sample": list(step.sample),
    }
    return RunEvent(run=run, kind=RunEvent.Kind.STATS, stats=stats)
