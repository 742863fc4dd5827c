"""How runs go on: queued, running half way, then ended; and how their groups tell of it."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import orjson

from tests.upstream.bodies import given_output, status_json
from tests.upstream.state import Group, Run
from tests.upstream.wheel import Wheel

if TYPE_CHECKING:
    from tests.upstream.server import Upstream

STATUS_GAP = 0.1


class Life:
    """Begins, moves and ends the runs of one upstream; all on its loop."""

    def __init__(
        self, upstream: Upstream, *, latency: tuple[float, float], fail_share: float, seed: int | None
    ) -> None:
        self.upstream = upstream
        self.state = upstream.state
        self.latency = latency
        self.fail_share = fail_share
        self.hold = False
        self.held: list[Run] = []
        self._random = random.Random(seed)
        self._runs = Wheel(upstream.loop, self._advance)
        self._statuses = Wheel(upstream.loop, self._tell)

    def begin(self, runs: list[Run], rids: list[str], group: Group | None = None) -> None:
        """Take in new runs and let each go its way within the latency."""
        self.state.add_runs(runs, rids, group)
        shortest, longest = self.latency
        for run in runs:
            latency = shortest + self._random.random() * (longest - shortest)
            run.due = run.created + latency
            self._runs.put(run.created + latency / 2, run)
        if group:
            self._settle([group], time.time())

    def finish(self, run: Run, status: str, output: Any = None, error: dict[str, Any] | None = None) -> None:
        """End a run now, by hand; ValueError if it has ended."""
        if not run.is_active and run.status != "action_required":
            raise ValueError(f"{run.run_id} has ended: {run.status}")
        if output is not None:
            self.state.outputs[run.run_id] = orjson.dumps(given_output(output))
        if error is not None:
            self.state.errors[run.run_id] = orjson.dumps(error)
        self._end_all([(run, status)])

    def end_all(self) -> int:
        """End every active run now; how many."""
        ending = [(run, self._ending()) for run in self.state.runs.values() if run.is_active]
        self.held.clear()
        self._end_all(ending)
        return len(ending)

    def end_evenly(self, rate: float) -> int:
        """End the runs that were held back, in any order, so many a second; how many will end."""
        self.hold = False
        held, self.held = [run for run in self.held if run.is_active], []
        self._random.shuffle(held)
        now = time.time()
        for place, run in enumerate(held):
            run.due = now + place / rate
            self._runs.put(run.due, run)
        return len(held)

    def set_hold(self, hold: bool) -> None:
        """While held, runs don't end by themselves; let go, those whose time has come end."""
        self.hold = hold
        if not hold:
            held, self.held = self.held, []
            self._end_all([(run, self._ending()) for run in held if run.is_active])

    def stop(self) -> None:
        self._runs.stop()
        self._statuses.stop()

    def _advance(self, runs: list[Run]) -> None:
        now = time.time()
        ending, moved = [], set()
        for run in runs:
            if run.status == "queued" and (now < run.due or self.hold):
                self.state.move(run, "running", now)
                self._runs.put(run.due, run)
                moved.add(run.group)
            elif run.is_active and self.hold:
                self.held.append(run)
            elif run.is_active:
                ending.append((run, self._ending()))
        self._end_all(ending, moved)

    def _ending(self) -> str:
        failed = self.fail_share and self._random.random() < self.fail_share
        return "failed" if failed else "completed"

    def _end_all(self, ending: list[tuple[Run, str]], moved: Iterable[Group | None] = ()) -> None:
        """Give each run its last status; tell all who wait for them, then the groups, these and `moved`."""
        now = time.time()
        for run, status in ending:
            self._end(run, status, now)
        groups = {run.group for run, _ in ending}.union(moved)
        self._settle([group for group in groups if group], now)
        self.upstream.bell.ring()

    def _end(self, run: Run, status: str, now: float) -> None:
        self.state.move(run, status, now)
        if run.group and not run.is_active:
            dropped = self.upstream.hit(self.upstream.faults.drop_event)
            run.group.log.append(None if dropped else run)
        if run.run_id in self.state.waiters:
            for told in self.state.waiters.pop(run.run_id):
                told()
        if b'"webhook"' in run.rest and not run.is_active:
            self.upstream.webhooks.tell(run)

    def _settle(self, groups: list[Group], now: float) -> None:
        """The counts of these groups changed: log a status now or soon, and wake who follows."""
        for group in groups:
            group.modified = now
            if now - group.told >= STATUS_GAP:
                self._log_status(group, now)
            elif not group.pending:
                group.pending = True
                self._statuses.put(group.told + STATUS_GAP, group)
            self._wake(group)

    def _tell(self, groups: list[Group]) -> None:
        now = time.time()
        for group in groups:
            self._log_status(group, now)
            self._wake(group)

    def _log_status(self, group: Group, now: float) -> None:
        group.told, group.pending = now, False
        group.cached = status_json(group)
        group.log.append(group.cached)

    def _wake(self, group: Group) -> None:
        for follow in list(group.followers):
            follow()
