"""The event streams: of a run, of a group, and the listing of a group's runs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

import orjson

from tests.upstream.bodies import PING, STATUS_EVENT, run_event, stamp, status_json
from tests.upstream.state import Group, Run

if TYPE_CHECKING:
    from tests.upstream.server import Upstream
    from tests.upstream.wire import Exchange

EVENTS_AT_ONCE = 250
ROWS_AT_ONCE = 100
LOG_CURSOR, ROW_CURSOR = "ev-", "row-"
URL = "https://example.com/read"
# Where in a run's time a message comes, its kind, its words, and how many pages were read by then.
TRACE = (
    (0.1, "plan", "Find pages that speak of the subject, then read them.", 0),
    (0.25, "search", "Objective: what was asked\nQuery: the subject", 2),
    (0.5, "tool_call", "Reading a page", 4),
    (0.7, "result", "Two pages agree.", 6),
    (0.9, "exec_status", "Writing the answer.", 6),
)


class EventStream:
    """One open stream, with pings and the faults that befall streams."""

    def __init__(self, upstream: Upstream, exchange: Exchange) -> None:
        self.upstream = upstream
        self.exchange = exchange
        self.is_stalled = False
        exchange.when_lost = self.leave
        exchange.begin_stream()
        upstream.streams.add(self)

    def send(self, events: list[bytes]) -> None:
        if self.upstream.faults.hurt_streams:
            for event in events:
                self._risk(event)
        elif events and not self.is_stalled:
            self.exchange.send(b"".join(events))

    def _risk(self, event: bytes) -> None:
        """Send one event, or what the faults make of it."""
        hit, faults = self.upstream.hit, self.upstream.faults
        if self.is_stalled or self.exchange.is_over:
            return
        if hit(faults.stall_stream):
            self.is_stalled = True
        elif hit(faults.cut_stream):
            self.exchange.send(event[: len(event) // 2])
            self.leave()
            self.exchange.close()
        else:
            self.exchange.send(event * 2 if hit(faults.double_event) else event)

    def ping(self) -> None:
        if not self.is_stalled and not self.exchange.is_full:
            self.exchange.send(PING)

    def end(self) -> None:
        """Nothing more comes; a stalled stream stays as it is."""
        if not self.is_stalled:
            self.leave()
            self.exchange.finish_stream()

    def leave(self) -> None:
        """Forget the stream: it ended, or the client went."""
        self.upstream.streams.discard(self)


class GroupFollower(EventStream):
    """``GET …/groups/{id}/events``: the group's log from a place on, until nothing in the group is active."""

    def __init__(
        self, upstream: Upstream, exchange: Exchange, group: Group, position: int, seconds: float
    ) -> None:
        super().__init__(upstream, exchange)
        self.group = group
        self.position = position
        self._limit = upstream.loop.call_later(seconds, self.end)
        exchange.when_writable = self.follow
        group.followers.append(self.follow)
        cursor = b"%b%d" % (LOG_CURSOR.encode(), position)
        self.send([STATUS_EVENT % (cursor, status_json(group))])
        self.follow()

    def follow(self) -> None:
        """Send what the log has more, as fast as the client takes it."""
        while self.position < len(self.group.log) and not self.exchange.is_full and not self.exchange.is_over:
            start = self.position
            entries = self.group.log[start : start + EVENTS_AT_ONCE]
            self.position += len(entries)
            self.send([self._event(entry, start + place) for place, entry in enumerate(entries, 1) if entry])
        if self.position == len(self.group.log) and not self.group.is_active and not self.group.pending:
            self.end()

    def _event(self, entry: Run | bytes, position: int) -> bytes:
        cursor = b"%b%d" % (LOG_CURSOR.encode(), position)
        if isinstance(entry, bytes):
            return STATUS_EVENT % (cursor, entry)
        return run_event(self.upstream.state, entry, b'"%b"' % cursor)

    def leave(self) -> None:
        super().leave()
        self._limit.cancel()
        if self.follow in self.group.followers:
            self.group.followers.remove(self.follow)


class RunFollower(EventStream):
    """``GET …/runs/{id}/events``: the state, the trace from its start, and the state at the end."""

    def __init__(self, upstream: Upstream, exchange: Exchange, run: Run, seconds: float) -> None:
        super().__init__(upstream, exchange)
        self.run = run
        self._sent = 0
        self._next = None
        self._limit = upstream.loop.call_later(seconds, self.end)
        self._waiters = upstream.state.waiters
        if run.is_active:
            self._waiters.setdefault(run.run_id, []).append(self.follow)
        self.send([run_event(upstream.state, run, b"null")])
        self.follow()

    def follow(self) -> None:
        """Send what has happened since, and come back when more will have."""
        if self.exchange.is_over:
            return
        now = self.run.ended or time.time()
        news = [self._message(step) for step in TRACE[self._sent :] if self._moment(step) <= now]
        if news:
            self._sent += len(news)
            self.send([*news, self._stats()])
        if not self.run.is_active:
            self._last()
        elif self._sent < len(TRACE):
            self._next = self.upstream.loop.call_later(self._moment(TRACE[self._sent]) - now, self.follow)

    def _last(self) -> None:
        self.send([run_event(self.upstream.state, self.run, b"null", with_output=True)])
        self.end()

    def _moment(self, step: tuple) -> float:
        return self.run.created + step[0] * (self.run.due - self.run.created)

    def _message(self, step: tuple) -> bytes:
        _, kind, words, _ = step
        return event_of(
            {"type": f"task_run.progress_msg.{kind}", "message": words, "timestamp": self._when(step)}
        )

    def _when(self, step: tuple) -> str:
        return stamp(self._moment(step)).decode()

    def _stats(self) -> bytes:
        share, _, _, pages = TRACE[self._sent - 1]
        urls = [f"{URL}/{page}" for page in range(pages)]
        sources = {
            "num_sources_considered": pages * 5,
            "num_sources_read": pages,
            "sources_read_sample": urls,
        }
        return event_of(
            {"type": "task_run.progress_stats", "source_stats": sources, "progress_meter": share * 100}
        )

    def leave(self) -> None:
        super().leave()
        self._limit.cancel()
        if self._next:
            self._next.cancel()
        if self.follow in self._waiters.get(self.run.run_id, ()):
            self._waiters[self.run.run_id].remove(self.follow)


def event_of(data: dict) -> bytes:
    return b"event: %b\ndata: %b\n\n" % (data["type"].encode(), orjson.dumps(data))


class Listing:
    """``GET …/groups/{id}/runs``: one event a run, then the end; written as the client takes it."""

    def __init__(
        self, upstream: Upstream, exchange: Exchange, events: Iterator[bytes], cut_after: int | None = None
    ) -> None:
        """With `cut_after`, the connection closes within the event after so many."""
        self._loop = upstream.loop
        self._exchange = exchange
        self._events = events
        self._left = cut_after
        exchange.begin_stream()
        exchange.when_writable = self.go_on
        self.go_on()

    def go_on(self) -> None:
        """Write some rows; let others have their turn; go on, unless the client is behind."""
        if self._exchange.is_over or self._exchange.is_full:
            return
        rows = b"".join(islice(self._events, ROWS_AT_ONCE if self._left is None else self._left))
        if self._left is not None:
            self._exchange.send(rows + next(self._events, b": cut")[:40])
            self._exchange.close()
        elif rows:
            self._exchange.send(rows)
            self._loop.call_soon(self.go_on)
        else:
            self._exchange.finish_stream()
