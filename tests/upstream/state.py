"""What the upstream knows: its runs, its groups, and what it was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from tests.upstream.specs import Spec

RID_KEY = "groundwork_run"
ACTIVE = frozenset({"queued", "running", "cancelling"})
MOST_REQUESTS_KEPT = 100_000
NEVER_TOLD = 0.0
ODD = 0x9E3779B97F4A7C15


class Run:
    """One run, small: its request stays JSON until somebody asks."""

    __slots__ = (
        "changed",
        "created",
        "due",
        "given",
        "group",
        "interaction_id",
        "metadata_json",
        "processor",
        "rest",
        "run_id",
        "spec",
        "status",
    )

    def __init__(
        self, run_id: str, given: bytes, metadata: bytes, rest: bytes, processor: str, spec: Spec, created: float
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

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)

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
