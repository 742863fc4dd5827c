"""What the upstream knows: its runs, its groups, and what it was asked."""

from __future__ import annotations

import os
import time
from collections import Counter, deque
from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from tests.upstream.chat import Chat
    from tests.upstream.specs import Spec

RID_KEY = "groundwork_run"
ACTIVE = frozenset({"queued", "running", "cancelling"})
MOST_REQUESTS_KEPT = 100_000
SCATTER = 0x9E3779B97F4A7C15


class Run:
    """One run, kept small: what was asked stays JSON until somebody reads it."""

    __slots__ = (
        "changed",
        "created",
        "due",
        "given",
        "group",
        "metadata_json",
        "processor",
        "rest",
        "run_id",
        "spec",
        "status",
    )

    def __init__(
        self,
        run_id: str,
        given: bytes,
        metadata: bytes,
        rest: bytes,
        processor: str,
        spec: Spec,
        created: float,
    ) -> None:
        self.run_id = run_id
        self.given = given
        self.metadata_json = metadata
        self.rest = rest
        self.processor = processor
        self.spec = spec
        self.group: Group | None = None
        self.created = self.changed = self.due = created
        self.status = "queued"

    @property
    def interaction_id(self) -> str:
        """Not the run's id, and not to be had from it by cutting off the front."""
        return "inter_" + self.run_id[:4:-1]

    @property
    def is_active(self) -> bool:
        return self.status in ACTIVE

    @property
    def ended(self) -> float | None:
        """When it turned non-active, in unix seconds."""
        return None if self.is_active else self.changed

    @property
    def input(self) -> Any:
        """The text or object that was asked about."""
        return orjson.loads(self.given)

    @property
    def metadata(self) -> dict[str, Any] | None:
        return orjson.loads(self.metadata_json)

    @property
    def body_json(self) -> bytes:
        """The run's TaskRunInput, with the default task_spec of its batch filled in."""
        metadata = b"" if self.metadata_json == b"null" else b',"metadata":' + self.metadata_json
        return b'{"input":' + self.given + metadata + b"," + self.rest[1:]

    @property
    def body(self) -> dict[str, Any]:
        return orjson.loads(self.body_json)

    @property
    def group_id(self) -> str | None:
        return self.group.group_id if self.group else None


class Group:
    """A task group: its runs in order, and the log its event streams are read from.

    A log entry is a run (it ended), the JSON of a status, or None for an event that was dropped for good.
    """

    __slots__ = (
        "cached",
        "counts",
        "created",
        "followers",
        "group_id",
        "log",
        "metadata_json",
        "modified",
        "pending",
        "runs",
        "told",
    )

    def __init__(self, group_id: str, metadata: bytes, created: float) -> None:
        self.group_id = group_id
        self.metadata_json = metadata
        self.created = self.modified = created
        self.runs: list[Run] = []
        self.counts: Counter[str] = Counter()
        self.log: list[Run | bytes | None] = []
        self.followers: list[Callable[[], None]] = []
        self.told = 0.0  # when a status was last logged
        self.pending = False  # a status will be logged soon
        self.cached = b""  # the status that refresh_status=false answers with

    @property
    def is_active(self) -> bool:
        return any(self.counts[status] for status in ACTIVE)

    @property
    def metadata(self) -> dict[str, Any] | None:
        return orjson.loads(self.metadata_json)


class State:
    """Written by the upstream's own thread only; a test may read it from another."""

    def __init__(self) -> None:
        self.runs: dict[str, Run] = {}
        self.groups: dict[str, Group] = {}
        self.requests: deque[tuple[str, str, float]] = deque(maxlen=MOST_REQUESTS_KEPT)
        self.asked: Counter[str] = Counter()  # "GET tasks/runs/*/result" -> how often
        self.by_status: Counter[str] = Counter()
        self.chats: list[Chat] = []
        self.rids: set[str] = set()
        self.twice: Counter[str] = Counter()  # a rid -> how many runs beyond its first
        self.posts = 0  # POSTs that would create a group or runs
        self.outputs: dict[str, bytes] = {}  # of runs that were finished by hand
        self.errors: dict[str, bytes] = {}
        self.waiters: dict[str, list[Callable[[], None]]] = {}
        self._start = os.urandom(8).hex()
        self._numbers = count(1)

    def new_id(self, prefix: str) -> str:
        """An id like no other of this or another start, and in no order."""
        scattered = next(self._numbers) * SCATTER & 0xFFFFFFFFFFFFFFFF
        return f"{prefix}_{self._start}{scattered:016x}"

    def add_group(self, metadata: bytes) -> Group:
        group = Group(self.new_id("tgrp"), metadata, time.time())
        self.groups[group.group_id] = group
        return group

    def add_runs(self, runs: list[Run], rids: list[str], group: Group | None = None) -> None:
        """Take these in; `rids` are the values of RID_KEY among their metadata."""
        self.runs.update((run.run_id, run) for run in runs)
        self.by_status["queued"] += len(runs)
        for rid in rids:
            self._note_rid(rid)
        if group:
            for run in runs:
                run.group = group
            group.runs += runs
            group.counts["queued"] += len(runs)

    def _note_rid(self, rid: str) -> None:
        if rid in self.rids:
            self.twice[rid] += 1
        self.rids.add(rid)

    def move(self, run: Run, status: str, now: float) -> None:
        """Give a run another status, wherever it's counted."""
        self.by_status[run.status] -= 1
        self.by_status[status] += 1
        if run.group:
            run.group.counts[run.status] -= 1
            run.group.counts[status] += 1
        run.status, run.changed = status, now

    def summary(self) -> dict[str, Any]:
        """What the control endpoint says, without the streams."""
        return {
            "runs": len(self.runs),
            "by_status": {status: number for status, number in self.by_status.items() if number},
            "groups": len(self.groups),
            "rids": len(self.rids),
            "twice": list(self.twice),
            "posts": self.posts,
            "requests": self.asked.total(),
        }
