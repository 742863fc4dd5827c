"""Gets jobs done: by workers over the broker, or by threads of this process for as long as it is away.

Nothing here decides who does a job. Each takes its lease in the table first, so one that is handed to both
is done once.
"""

import logging
import threading
import time
from collections.abc import Callable
from queue import SimpleQueue
from uuid import UUID

from django.db import connections
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

ASK_EVERY_SECONDS = 1.0
RECONNECT_SECONDS = 35.0
"""Workers ask a broker that was away after 2, 4, … and at last 30 s; until they hear it again, we help."""
STOP_SECONDS = 1.0
AWAY = (OperationalError, RedisError, OSError)
GONE_SILENT = "The broker does not answer (%s). Dispatch carries runs out by itself, slower, until it does."

Job = Callable[[UUID], object]


def no_question() -> None:
    """For a broker that is in our own process, or in a test, and so is always there."""


class Broker(threading.Thread):
    """Asks the broker once a second whether it is there, so that nobody with work to hand out waits for it.

    `ping` raises one of AWAY where it is not.
    """

    def __init__(self, ping: Callable[[], object] = no_question) -> None:
        super().__init__(name="broker", daemon=True)
        self.ping = ping
        self.is_away = False
        self.help_until = 0.0  # on the monotonic clock
        self.over = threading.Event()

    @property
    def needs_help(self) -> bool:
        """Whether workers may not hear yet what it passes on."""
        return time.monotonic() < self.help_until

    def run(self) -> None:
        while not self.over.wait(ASK_EVERY_SECONDS):
            self.look()

    def look(self) -> None:
        try:
            self.ping()
        except AWAY as error:
            self.failed(error)
        else:
            if self.is_away:
                logger.warning("The broker answers again; runs are handed to the research workers.")
            self.is_away = False

    def failed(self, error: Exception) -> None:
        if not self.is_away:
            logger.warning(GONE_SILENT, error)
        self.is_away = True
        self.help_until = time.monotonic() + RECONNECT_SECONDS

    def passes_on(self, publish: Job, job: UUID) -> bool:
        """Whether it took the message. One that is away is not asked."""
        if self.is_away:
            return False
        try:
            publish(job)
        except AWAY as error:
            self.failed(error)
            return False
        return True

    def stop(self) -> None:
        self.over.set()
        if self.is_alive():
            self.join(STOP_SECONDS)


class Hands:
    """One kind of job: `publish` asks the workers to do it, `work` does it here, in at most `most` threads.

    The threads are started when there is the first job for them. One that waits or is under way is not
    taken twice. Jobs are handed out from a single thread.
    """

    def __init__(self, broker: Broker, publish: Job, work: Job, *, most: int) -> None:
        self.broker, self.publish, self.work, self.most = broker, publish, work, most
        self.waiting: SimpleQueue[UUID | None] = SimpleQueue()
        self.taken: set[UUID] = set()
        self.threads: list[threading.Thread] = []
        self.over = False

    def hand_out(self, job: UUID) -> None:
        passed_on = self.broker.passes_on(self.publish, job)
        if not passed_on or self.broker.needs_help:
            self.take(job)

    def take(self, job: UUID) -> None:
        if job in self.taken:
            return
        self.taken.add(job)
        self.waiting.put(job)
        if len(self.threads) < self.most:
            thread = threading.Thread(target=self.keep_working, name="dispatch's own hand", daemon=True)
            self.threads.append(thread)
            thread.start()

    def keep_working(self) -> None:
        while (job := self.waiting.get()) is not None and not self.over:
            self.do(job)

    def do(self, job: UUID) -> None:
        try:
            self.work(job)
        except Exception:  # as in a worker: it ends the job, and the table brings it back
            logger.exception("The work on run %s broke off; it is taken up again.", job)
        finally:
            self.taken.discard(job)
            connections.close_all()

    def stop(self) -> None:
        """Take up nothing more. What is not over in a moment is cut off, and its lease runs out."""
        self.over = True
        for _ in self.threads:
            self.waiting.put(None)
        until = time.monotonic() + STOP_SECONDS
        for thread in self.threads:
            thread.join(max(until - time.monotonic(), 0))
