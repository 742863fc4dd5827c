"""What a research job says while it works, written as event rows."""

import time

from django.db import transaction
from django.utils import timezone

from engine.output import Message, Progress
from runs.models import Run, RunEvent
from runs.status import END, Status

WRITE_EVERY_SECONDS = 0.1


class Stopped(Exception):
    """Somebody asked for this run to be cancelled."""


class LeaseLost(Exception):
    """Another worker has taken this run over; nothing more may be written for it."""


class Recorder:
    """The engine's ``on_progress``: gathers events, writes them together, stops what was cancelled.

    What is not written when the research ends goes into the same transaction as the result (``rest``), so a
    quick run costs one write.
    """

    def __init__(self, run: Run) -> None:
        self.run = run
        self.unwritten: list[RunEvent] = []
        self.written_at = time.monotonic()

    def __call__(self, progress: Progress) -> None:
        self.unwritten.append(event_of(self.run, progress))
        if time.monotonic() - self.written_at >= WRITE_EVERY_SECONDS:
            self.write()

    def write(self) -> None:
        with transaction.atomic():
            self.check()
            RunEvent.objects.log(*self.rest())
        self.written_at = time.monotonic()

    def check(self) -> None:
        """Raise ``Stopped`` or ``LeaseLost`` if this worker should not go on."""
        status, epoch = Run.objects.values_list("status", "epoch").get(pk=self.run.pk)
        if epoch != self.run.epoch or status in END:
            raise LeaseLost
        if status == Status.CANCELLING:
            raise Stopped

    def rest(self) -> list[RunEvent]:
        """The events not written yet; from now on they are the caller's to write."""
        events, self.unwritten = self.unwritten, []
        return events


def event_of(run: Run, progress: Progress) -> RunEvent:
    if isinstance(progress, Message):
        return RunEvent(
            run=run,
            kind=RunEvent.Kind.MESSAGE,
            topic=progress.kind,
            message=progress.message,
            at=timezone.now(),
        )
    stats = {
        "considered": progress.considered,
        "read": progress.read,
        "meter": progress.meter,
        "sample": list(progress.sample),
    }
    return RunEvent(run=run, kind=RunEvent.Kind.STATS, stats=stats, at=timezone.now())
