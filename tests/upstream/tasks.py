"""The endpoints of task runs and task groups."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

import orjson

from tests.upstream.bodies import (
    Answer,
    envelope,
    group_json,
    refusal,
    result_json,
    run_event,
    run_json,
    status_json,
)
from tests.upstream.checks import many_runs, metadata_problem, one_run, parsed
from tests.upstream.gates import create, read, unreadable
from tests.upstream.sse import LOG_CURSOR, ROW_CURSOR, GroupFollower, Listing, RunFollower
from tests.upstream.state import Group, Run

if TYPE_CHECKING:
    from tests.upstream.server import Upstream
    from tests.upstream.wire import Exchange

RESULT_SECONDS = 600.0
GROUP_STREAM_SECONDS = 3600.0


# runs


def create_run(upstream: Upstream, exchange: Exchange) -> None:
    def work() -> Answer:
        run, rid = one_run(upstream.intake, exchange.body, time.time())
        upstream.life.begin([run], [rid] if rid else [])
        return Answer(202, run_json(upstream.state, run))

    create(upstream, exchange, work)


def show_run(upstream: Upstream, exchange: Exchange, run_id: str) -> None:
    read(upstream, exchange, Answer(200, run_json(upstream.state, known_run(upstream, run_id))))


def show_input(upstream: Upstream, exchange: Exchange, run_id: str) -> None:
    read(upstream, exchange, Answer(200, known_run(upstream, run_id).body_json))


def show_result(upstream: Upstream, exchange: Exchange, run_id: str) -> None:
    """The result at once, or as soon as there is one, or 408."""
    run = upstream.state.runs.get(run_id)
    if run is None or not run.is_active:
        read(upstream, exchange, result_answer(upstream, run))
    else:
        Wait(upstream, exchange, run, seconds_of(exchange, RESULT_SECONDS))


def result_answer(upstream: Upstream, run: Run | None) -> Answer:
    if run is None or run.status != "completed":
        return Answer(404, envelope("Run failed or run id not found"))
    return Answer(200, result_json(upstream.state, run))


class Wait:
    """A request for a result that came before there is one."""

    __slots__ = ("exchange", "run", "timer", "upstream")

    def __init__(self, upstream: Upstream, exchange: Exchange, run: Run, seconds: float) -> None:
        self.upstream, self.exchange, self.run = upstream, exchange, run
        self.timer = upstream.loop.call_later(seconds, self.give_up)
        upstream.state.waiters.setdefault(run.run_id, []).append(self.tell)
        exchange.when_lost = self.forget

    def tell(self) -> None:
        self.timer.cancel()
        read(self.upstream, self.exchange, result_answer(self.upstream, self.run))

    def give_up(self) -> None:
        self.forget()
        read(self.upstream, self.exchange, Answer(408, envelope("Request timed out; run still active")))

    def forget(self) -> None:
        self.timer.cancel()
        waiters = self.upstream.state.waiters.get(self.run.run_id, [])
        if self.tell in waiters:
            waiters.remove(self.tell)


def follow_run(upstream: Upstream, exchange: Exchange, run_id: str) -> None:
    RunFollower(upstream, exchange, known_run(upstream, run_id), upstream.run_stream_seconds)


# groups


def create_group(upstream: Upstream, exchange: Exchange) -> None:
    def work() -> Answer:
        body = parsed(exchange.body)
        metadata = body.get("metadata") if isinstance(body, dict) else None
        if problem := metadata_problem(metadata):
            raise refusal(422, problem.message)
        return Answer(200, group_json(upstream.state.add_group(orjson.dumps(metadata))))

    create(upstream, exchange, work)


def show_group(upstream: Upstream, exchange: Exchange, group_id: str) -> None:
    read(upstream, exchange, Answer(200, group_json(known_group(upstream, group_id))))


def add_runs(upstream: Upstream, exchange: Exchange, group_id: str) -> None:
    group = known_group(upstream, group_id)

    def work() -> Answer:
        runs, rids = many_runs(upstream.intake, exchange.body, time.time())
        rows, log = cursor(ROW_CURSOR, len(group.runs)), cursor(LOG_CURSOR, len(group.log))
        upstream.life.begin(runs, rids, group)
        if exchange.query.get("refresh_status", "true") != "false":
            group.cached = status_json(group)
        answer = {
            "status": orjson.Fragment(group.cached),
            "run_ids": [run.run_id for run in runs],
            "run_cursor": rows,
            "event_cursor": log,
            "request_cost": len(runs),
        }
        return Answer(200, orjson.dumps(answer))

    create(upstream, exchange, work)


def cursor(prefix: str, position: int) -> str | None:
    """The last_event_id with which a stream goes on from `position`; none for the start."""
    return f"{prefix}{position}" if position else None


def position_of(exchange: Exchange, prefix: str) -> int:
    """The place that last_event_id stands for; refuses a cursor that is of another stream or none."""
    text = exchange.query.get("last_event_id", "")
    number = text.removeprefix(prefix)
    if not text:
        return 0
    if number == text or not number.isdigit():
        raise refusal(422, "Request validation error", last_event_id="no cursor of this stream")
    return int(number)


def show_group_run(upstream: Upstream, exchange: Exchange, group_id: str, run_id: str) -> None:
    group, run = known_group(upstream, group_id), known_run(upstream, run_id)
    if run.group is not group:
        raise refusal(404, "Run id not found")
    read(upstream, exchange, Answer(200, run_json(upstream.state, run)))


def list_runs(upstream: Upstream, exchange: Exchange, group_id: str) -> None:
    group = known_group(upstream, group_id)
    position = position_of(exchange, ROW_CURSOR)
    if unreadable(upstream, exchange):
        return
    cut = upstream.hit(upstream.faults.read_truncated)
    left = len(group.runs) - position
    Listing(upstream, exchange, rows(upstream, exchange, group, position), left // 2 if cut else None)


def rows(upstream: Upstream, exchange: Exchange, group: Group, position: int) -> Iterator[bytes]:
    """An event for each run that is in the group now, from `position` on, and has the status asked for."""
    query = exchange.query
    status = query.get("status")
    asked = {
        "with_input": query.get("include_input") == "true",
        "with_output": query.get("include_output") == "true",
    }
    for place, run in enumerate(islice(group.runs, position, len(group.runs)), position + 1):
        if status is None or run.status == status:
            yield run_event(upstream.state, run, b'"%b%d"' % (ROW_CURSOR.encode(), place), **asked)


def follow_group(upstream: Upstream, exchange: Exchange, group_id: str) -> None:
    group = known_group(upstream, group_id)
    seconds = seconds_of(exchange, GROUP_STREAM_SECONDS)
    GroupFollower(upstream, exchange, group, position_of(exchange, LOG_CURSOR), seconds)


# both


def known_run(upstream: Upstream, run_id: str) -> Run:
    if run := upstream.state.runs.get(run_id):
        return run
    raise refusal(404, "Run id not found")


def known_group(upstream: Upstream, group_id: str) -> Group:
    if group := upstream.state.groups.get(group_id):
        return group
    raise refusal(404, "Task group id not found")


def seconds_of(exchange: Exchange, most: float) -> float:
    """The ``timeout`` of the query, at most `most`."""
    try:
        return min(max(0.0, float(exchange.query.get("timeout", most))), most)
    except ValueError:
        raise refusal(422, "Request validation error", timeout="not a number of seconds") from None
