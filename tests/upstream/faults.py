"""What the fake can be told to do badly."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass
class Faults:
    """Probabilities from 0 to 1, rolled for each request or event, and switches; all may change any time."""

    # POSTs that create groups and runs
    lost_answer: float = 0.0  # the work is done, the connection closed without an answer
    bad_gateway_after: float = 0.0  # the work is done, the answer is a proxy's 502
    unavailable_before: float = 0.0  # 503, nothing is done
    truncated: float = 0.0  # the work is done, the body ends before its content-length
    late_work: float = 0.0  # the connection is reset, and the work done `late_work_seconds` afterwards
    late_work_seconds: float = 1.0
    slow_answer_seconds: float = 0.0  # the work is done at once, every answer waits so long

    # GETs of a run, its input, its result, a group, and a group's listing
    read_lost: float = 0.0
    read_bad_gateway: float = 0.0
    read_truncated: float = 0.0

    # event streams, for each event
    double_event: float = 0.0
    drop_event: float = 0.0  # a run's end is on no stream of its group, ever; rolled when the run ends
    cut_stream: float = 0.0  # half of the event, then the connection closes
    stall_stream: float = 0.0  # from this event on nothing comes, no ping either, and the connection stays

    # webhooks
    lost_webhook: float = 0.0
    double_webhook: float = 0.0

    # switches
    rate_limited_for: float = 0.0  # seconds from now in which creating POSTs get 429
    retry_after: float | None = None  # what Retry-After says; None: whole seconds that are left
    no_credit: bool = False  # creating POSTs get 402
    refuse_key: bool = False  # everybody gets 401
    down: bool = False  # every connection is reset
    bad_gateway: bool = False  # everybody gets a proxy's 502

    on_down: ClassVar[Callable[[], None] | None] = None
    limited_until: ClassVar[float] = 0.0

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)
        if name == "rate_limited_for":
            object.__setattr__(self, "limited_until", time.monotonic() + value)
        elif name == "down" and value and self.on_down:
            self.on_down()

    def watched_by(self, on_down: Callable[[], None]) -> "Faults":
        """These faults; `on_down` is called now if they say down, and whenever they come to say so."""
        object.__setattr__(self, "on_down", on_down)
        if self.down:
            on_down()
        return self

    @property
    def limited_seconds(self) -> float:
        """For how long creating POSTs are still refused with 429."""
        return max(0.0, self.limited_until - time.monotonic())

    @property
    def hurt_streams(self) -> bool:
        return bool(self.double_event or self.cut_stream or self.stall_stream)


def faults_from(given: "Faults | dict[str, Any] | None") -> Faults:
    """Faults from a dict of their fields, unnamed ones at rest; TypeError for a name that is none."""
    return given if isinstance(given, Faults) else Faults(**(given or {}))
