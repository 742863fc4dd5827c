"""Tells the other processes that this worker is alive."""

import logging
import threading

from django.db import Error, connection
from django.utils import timezone

from dispatch.leases import worker_name
from dispatch.models import SILENT_AFTER, Worker

logger = logging.getLogger(__name__)


class Heartbeat(threading.Thread):
    def __init__(self, queue: str) -> None:
        super().__init__(name="heartbeat", daemon=True)
        self.queue = queue
        self.over = threading.Event()

    def run(self) -> None:
        name = worker_name()
        while True:
            self.beat(name)
            if self.over.wait(SILENT_AFTER.total_seconds() / 3):
                break
        Worker.objects.filter(name=name).delete()
        connection.close()

    def beat(self, name: str) -> None:
        seen = {"seen_at": timezone.now(), "queue": self.queue}
        try:
            Worker.objects.update_or_create(name=name, defaults=seen)
            Worker.objects.filter(seen_at__lt=timezone.now() - 2 * SILENT_AFTER).delete()
        except Error:
            logger.exception("The worker could not write that it is alive; it tries again.")
            connection.close()

    def stop(self) -> None:
        self.over.set()
        self.join(2)
