"""The loop of a dispatch worker: look at the table, hand out what is due, sleep a moment or until woken."""

import logging
import threading
import time
from collections.abc import Callable
from uuid import UUID

from django.db import Error, connections
from kombu.exceptions import OperationalError

from dispatch.delivery import Courier
from dispatch.engine_jobs import claim_pending, requeue_abandoned, requeue_waiting
from dispatch.leases import lease_length

logger = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 0.25
SWEEP_EVERY_SECONDS = 1.0

Publish = Callable[[UUID], None]

_something_new = threading.Event()
_others: list[Callable[[], None]] = []


def wake() -> None:
    _something_new.set()
    for call in _others:
        call()


def when_woken(call: Callable[[], None]) -> None:
    """Have this called, too, whenever there is something new."""
    _others.append(call)


class Loop(threading.Thread):
    """Runs in one thread of the worker's main process. `publish` puts a run's id on the research queue."""

    def __init__(self, publish: Publish) -> None:
        super().__init__(name="dispatch", daemon=True)
        self.publish = publish
        self.over = threading.Event()
        self.swept_at = 0.0
        self.handed_out: dict[UUID, float] = {}
        self.courier = Courier()

    def run(self) -> None:
        first = True
        while not self.over.is_set():
            try:
                self.hand_out(requeue_waiting() if first else [])
                first = False
                self.look()
            except (Error, OperationalError, OSError):
                logger.exception("Dispatch could not reach the database or the broker; it tries again.")
                connections.close_all()
                self.over.wait(1)
            _something_new.wait(LOOK_EVERY_SECONDS)
            _something_new.clear()
        connections.close_all()

    def look(self) -> None:
        self.hand_out(claim_pending())
        self.courier.look()
        if time.monotonic() - self.swept_at >= SWEEP_EVERY_SECONDS:
            self.swept_at = time.monotonic()
            self.hand_out(self.not_handed_out_lately(requeue_abandoned()))

    def not_handed_out_lately(self, ids: list[UUID]) -> list[UUID]:
        """A run may stay abandoned for as long as no worker is there; a message a second would pile up."""
        now = time.monotonic()
        self.handed_out = {
            run_id: at for run_id, at in self.handed_out.items() if now - at < lease_length().total_seconds()
        }
        return [run_id for run_id in ids if run_id not in self.handed_out]

    def hand_out(self, ids: list[UUID]) -> None:
        for run_id in ids:
            self.publish(run_id)
            self.handed_out[run_id] = time.monotonic()

    def stop(self) -> None:
        self.over.set()
        wake()
        self.join(2)
