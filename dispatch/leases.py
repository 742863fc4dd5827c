"""A lease says which worker holds a run, and until when. It is renewed while the work goes on."""

import logging
import os
import socket
import threading
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from django.conf import settings
from django.db import Error, connection
from django.utils import timezone

from runs.models import Run

logger = logging.getLogger(__name__)


def lease_length() -> timedelta:
    return timedelta(seconds=settings.DISPATCH_LEASE_SECONDS)


def worker_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


class Lease:
    """Renews the lease of `run` from a thread of its own for as long as the block lasts."""

    def __init__(self, run: Run) -> None:
        self.run, self.epoch = run, run.epoch
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.renew, name=f"lease of {run}", daemon=True)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.over.set()
        self.thread.join()

    def renew(self) -> None:
        length = lease_length()
        try:
            while not self.over.wait(length.total_seconds() / 4):
                self.extend(timezone.now() + length)
        finally:
            connection.close()

    def extend(self, until: datetime) -> None:
        try:
            Run.objects.filter(pk=self.run.pk, epoch=self.epoch).update(lease_until=until)
        except Error:
            logger.exception("The lease of run %s could not be renewed; it is tried again.", self.run)
            connection.close()
