"""Event streams of runs and groups: what happened so far, then what happens, until all is over.

Framed as the SDKs need it: no ``id:``, no ``retry:``, no ``[DONE]``; comments keep a quiet stream open, and
the last event ends with a blank line.
"""

import time
from collections.abc import Awaitable, Callable, Sequence, Set
from typing import NamedTuple
from uuid import UUID

from api.access import UNAUTHORIZED
from api.errors import envelope
from api.waiting.call import Call, refusal
from api.waiting.frames import LAST, Part, event_part, group_parts, state_part, stats_part, trace_parts
from api.waiting.looking import Question, look_desk
from api.waiting.results import number
from runs.converters import group_uuid, run_uuid
from runs.live import in_a_thread
from runs.models import Run, RunEvent, TaskGroup
from runs.services import request_of
from runs.status import END
from runs.wire import statuses_on_the_wire
from web.desk import Desk
from web.hub import OVER, RESYNC, Listener, hub

PING = b": ping\n\n"
PING_SECONDS = 15.0
RUN_SECONDS = 570.0
GROUP_SECONDS = 3600.0
AT_ONCE = 200


class Chapter(NamedTuple):
    """What happened up to an event row, or up to a position; `more` where the next one is there already."""

    parts: list[Part]
    number: int
    more: bool = False


class Place(NamedTuple):
    """A run or a group, and the event row, or the position, after which to go on."""

    pk: UUID
    after: int


Tell = Callable[[Place], Awaitable[Chapter]]
"""Tells what happened after a place."""


def run_events(call: Call) -> Awaitable[None]:
    run_id = call.names["run_id"]
    question = Question(call.token, Run, run_uuid(run_id))
    return follow(call, f"trace:{run_id}", question, trace_desk.ask, RUN_SECONDS)


def group_events(call: Call) -> Awaitable[None]:
    group_id = call.names["taskgroup_id"]
    question = Question(call.token, TaskGroup, group_uuid(group_id))
    asked = number(call.query.get("timeout", ""))
    seconds = GROUP_SECONDS if asked is None else min(asked, GROUP_SECONDS)
    return follow(call, f"group:{group_id}", question, group_desk.ask, seconds, cursor_in(call))


async def follow(
    call: Call,
    topic: str,
    question: Question,
    tell: Tell,
    seconds: float,
    cursor: int = 0,
) -> None:
    """Stream what happened after the cursor and what happens next."""
    listener = hub.join([topic], call.receive)
    try:
        seen = await look_desk.ask(question)
        if seen.refused:
            await call.reply(seen.refused)
            return
        listener.grant = seen.grant
        await call.start_stream()
        await tell_on(call, listener, tell, Place(question.pk, cursor), seconds)
        if listener.over == "withdrawn":
            await call.say(event_part({"type": "error"} | envelope(UNAUTHORIZED)))
        if listener.over != "gone":
            await call.end()
    finally:
        hub.leave(listener)


def cursor_in(call: Call) -> int:
    """The event row, or the position, after which to go on; 0 where the call names none."""
    text = call.query.get("last_event_id", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


async def tell_on(call: Call, listener: Listener, tell: Tell, place: Place, seconds: float) -> None:
    """Tell until all is told, the client leaves, its token is withdrawn, or the time is up."""
    until = time.monotonic() + seconds
    at = await catch_up(call, tell, place)
    while at is not None and not listener.over and (left := until - time.monotonic()) > 0:
        frames = await listener.next(min(left, PING_SECONDS))
        if any(frame.content in (RESYNC, OVER) for frame in frames):
            at = await catch_up(call, tell, Place(place.pk, at))
        elif frames:
            fresh = [frame.content for frame in frames if frame.number > at]
            at = max(at, frames[-1].number) if await say(call, fresh) else None
        elif not listener.over:
            await call.say(PING)


async def catch_up(call: Call, tell: Tell, place: Place) -> int | None:
    """Tell what happened after the place: where to go on, or None if that was the end of it."""
    while True:
        chapter = await tell(place)
        if not await say(call, chapter.parts):
            return None
        if not chapter.more:
            return chapter.number
        place = Place(place.pk, chapter.number)


async def say(call: Call, parts: list[Part]) -> bool:
    """Send these parts together; False if the last part is among them."""
    if content := b"".join(parts):
        await call.say(content)
    return LAST not in parts


@in_a_thread
def traces_after(places: Sequence[Place]) -> list[Chapter]:
    ids, first = {place.pk for place in places}, min(place.after for place in places)
    told = rows_after(first, ids)
    runs = Run.objects.for_wire().in_bulk(ids)  # read later: an end that is seen here is told here
    told |= rows_after(first, {pk for pk, run in runs.items() if not run.is_active})  # with all before it
    return [
        trace(runs[pk], [row for row in told.get(pk, ()) if row.pk > after], after) for pk, after in places
    ]


def rows_after(first: int, ids: set[UUID]) -> dict[UUID, list[RunEvent]]:
    """The events of these runs after this one, of each run in their order."""
    told: dict[UUID, list[RunEvent]] = {}
    for row in RunEvent.objects.after(first).filter(run__in=ids) if ids else ():
        told.setdefault(row.run_id, []).append(row)
    return told


def trace(now: Run, rows: Sequence[RunEvent], cursor: int) -> Chapter:
    """A run as it stands, its messages, its newest progress, and its end, each once."""
    stats = [row for row in rows if row.kind == RunEvent.Kind.STATS][-1:]
    parts = [] if cursor else [state_part(now)]
    parts += [part for row in rows if row.kind == RunEvent.Kind.MESSAGE for part in trace_parts(row, None)]
    parts += [stats_part(row) for row in stats]
    parts += [] if now.is_active else [state_part(now, with_output=True), LAST]
    return Chapter(parts, rows[-1].pk if rows else cursor)


trace_desk: Desk[Place, Chapter] = Desk(traces_after)


@in_a_thread
def groups_after(places: Sequence[Place]) -> list[Chapter]:
    return [group_after(*place) for place in places]


def group_after(pk: UUID, cursor: int) -> Chapter:
    """The group's runs that ended after the cursor, then where the group stands."""
    newest = RunEvent.objects.newest_id()  # read first: what comes after it is still to be told
    ended = RunEvent.objects.after(cursor).filter(run__group=pk, kind=RunEvent.Kind.STATE, after__in=END)
    rows = list(ended.values_list("pk", "run_id")[:AT_ONCE])
    runs = Run.objects.for_wire().in_bulk([run_id for _, run_id in rows])
    parts = [state_part(runs[run_id], event_id=str(pk)) for pk, run_id in rows]
    if len(rows) == AT_ONCE:
        return Chapter(parts, rows[-1][0], more=True)
    at = max([newest, cursor, *(pk for pk, _ in rows)])
    return Chapter([*parts, *group_parts(TaskGroup.objects.get(pk=pk), at)], at)


group_desk: Desk[Place, Chapter] = Desk(groups_after)


async def group_runs(call: Call) -> None:
    """``GET …/groups/{taskgroup_id}/runs``: every run of the group as it is now, and then the end."""
    status = call.query.get("status", "")
    if status and not statuses_on_the_wire(status):
        await call.reply(refusal(422, f"There is no status “{status[:40]}”. Leave it out, or name one."))
        return
    group_id = call.names["taskgroup_id"]
    pk = group_uuid(group_id)
    seen = await look_desk.ask(Question(call.token, TaskGroup, pk))
    if seen.refused:
        await call.reply(seen.refused)
        return
    await call.start_stream()
    wanted = {name for name in WITH if call.query.get(name, "").lower() in ("true", "1")}
    place = Place(pk, cursor_in(call))
    await catch_up(call, lambda place: snapshot_after(place, status, wanted), place)
    await call.end()


WITH = ("include_input", "include_output")


@in_a_thread
def snapshot_after(place: Place, status: str, wanted: Set[str]) -> Chapter:
    """The next runs of the group, with what is wanted of WITH."""
    chosen = Run.objects.filter(group=place.pk, position__gt=place.after).order_by("position")
    if status:
        chosen = chosen.filter(status__in=statuses_on_the_wire(status))
    ids = list(chosen.values_list("pk", flat=True)[:AT_ONCE])
    runs = (Run.objects.for_page() if "include_input" in wanted else Run.objects.for_wire()).in_bulk(ids)
    parts = [
        state_part(
            run,
            event_id=str(run.position),
            with_output="include_output" in wanted,
            sent=request_of(run) if "include_input" in wanted else None,
        )
        for run in (runs[pk] for pk in ids)
    ]
    last = runs[ids[-1]].position if ids else place.after
    return Chapter(parts, last, more=len(ids) == AT_ONCE)
