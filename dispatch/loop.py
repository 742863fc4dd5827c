"""The loop of a dispatch worker: look at the table, hand out what is due, sleep a moment or until woken."""

import logging
import threading
import time
from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.db import Error, connections
from kombu.exceptions import OperationalError

from dispatch.delivery import Courier, deliver
from dispatch.delivery import publish as publish_delivery
from dispatch.engine_jobs import carry_out, claim_pending, requeue_abandoned, requeue_waiting
from dispatch.hands import Broker, Hands
from dispatch.leases import lease_length
from dispatch.llm import research_here
from web.full import has_room

logger = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 0.25
SWEEP_EVERY_SECONDS = 1.0
MOST_THREADS = 4
"""Of our own, for one kind of job: they share one interpreter, and a pool of ten connections."""
NO_ROOM = "The disk is full, so nothing is begun. Free some space; what was accepted goes on by itself then."

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
    """Runs in one thread of the worker's main process.

    `publish` puts a run's id on the research queue. While the broker is away, runs and webhooks are carried
    out by threads of our own.
    """

    def __init__(self, publish: Publish, broker: Broker | None = None) -> None:
        super().__init__(name="dispatch", daemon=True)
        self.broker = broker or Broker()
        self.over = threading.Event()
        self.swept_at = 0.0
        self.was_away: bool | None = None
        self.handed_out: dict[UUID, float] = {}
        self.research = Hands(self.broker, publish, carry_out_here, most=own_threads())
        self.webhooks = Hands(self.broker, publish_delivery, deliver, most=MOST_THREADS)
        self.courier = Courier(self.webhooks.hand_out)

    def run(self) -> None:
        while not self.over.is_set():
            try:
                self.look()
            except (Error, OperationalError, OSError):
                logger.exception("Dispatch could not reach the database; it tries again.")
                connections.close_all()
                self.over.wait(1)
            _something_new.wait(LOOK_EVERY_SECONDS)
            _something_new.clear()
        connections.close_all()

    def look(self) -> None:
        """One turn. On a full disk nothing is begun that could not be ended."""
        if not has_room():
            self.was_away = None
            logger.warning(NO_ROOM)
            return
        self.notice_the_broker()
        self.hand_out(claim_pending())
        self.courier.look()
        if time.monotonic() - self.swept_at >= SWEEP_EVERY_SECONDS:
            self.swept_at = time.monotonic()
            self.hand_out(self.not_handed_out_lately(requeue_abandoned()))

    def notice_the_broker(self) -> None:
        """Hand out again what waits, whenever the messages about it may have been lost: at first, too."""
        away = self.broker.is_away
        if away != self.was_away:
            self.courier.published.clear()
            self.hand_out(requeue_waiting())
            self.was_away = away

    def not_handed_out_lately(self, ids: list[UUID]) -> list[UUID]:
        """A run may stay abandoned for as long as no worker is there; a message a second would pile up."""
        now = time.monotonic()
        self.handed_out = {
            run_id: at for run_id, at in self.handed_out.items() if now - at < lease_length().total_seconds()
        }
        return [run_id for run_id in ids if run_id not in self.handed_out]

    def hand_out(self, ids: list[UUID]) -> None:
        for run_id in ids:
            self.research.hand_out(run_id)
            self.handed_out[run_id] = time.monotonic()

    def stop(self) -> None:
        self.over.set()
        wake()
        self.join(2)
        self.research.stop()
        self.webhooks.stop()


def carry_out_here(run_id: UUID) -> None:
    carry_out(run_id, research_here)


def own_threads() -> int:
    return min(settings.RESEARCH_WORKERS, MOST_THREADS)
