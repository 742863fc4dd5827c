"""Which workers are at work, and how far each reader of the event log has come."""

from datetime import timedelta

from django.db import models
from django.utils import timezone

SILENT_AFTER = timedelta(seconds=15)


class WorkerQuerySet(models.QuerySet):
    def alive(self) -> "WorkerQuerySet":
        return self.filter(seen_at__gt=timezone.now() - SILENT_AFTER)

    def silent_queues(self) -> list[str]:
        """The queues that no living worker serves."""
        served = ",".join(self.alive().values_list("queue", flat=True)).split(",")
        return sorted({"dispatch", "research"} - set(served))


class Worker(models.Model):
    """A worker process, by the name it gave itself."""

    name = models.CharField(max_length=100, primary_key=True)
    queue = models.CharField(max_length=100)
    """The Celery queues it serves, joined by commas."""
    started_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)

    objects = WorkerQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class Cursor(models.Model):
    """How far a reader of the event log has come; it moves in the transaction that acts on what was read."""

    name = models.CharField(max_length=40, primary_key=True)
    event_id = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} at {self.event_id}"
