"""What happened to a run: rows that are only ever added, and the cursor of every live stream."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple, Self
from uuid import UUID

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Max, Q
from django.utils import timezone

from runs.status import Status
from web import bulk
from web.bell import ring

LOG_LOCK = 7_262_001
"""The advisory lock that orders the event log on PostgreSQL; any number will do, if nobody else uses it."""


def announce() -> None:
    """Once this transaction is committed, have the web processes look for new events; outside of one, now.

    However often it is called, they are told once. It costs nothing where nobody needs to be told: SQLite
    counts its commits, and without a broker the table is polled. What can't be told is found a moment later.
    """
    if connection.vendor == "postgresql" and settings.REDIS_URL and not is_announced():
        transaction.on_commit(tell_web_processes, robust=True)


def is_announced() -> bool:
    """Whether it is planned already, and by a part of this transaction that can't be undone on its own."""
    open_parts = set(connection.savepoint_ids)
    planned = (parts for parts, planned, _ in connection.run_on_commit if planned is tell_web_processes)
    return any(parts <= open_parts for parts in planned)


def tell_web_processes() -> None:
    ring(settings.REDIS_URL)


class Move(NamedTuple):
    """A change of a run's status, and the sentence that goes with it, if any."""

    run_id: UUID
    before: str
    after: str
    message: str
    at: datetime


MOVE_COLUMNS = ("kind", "topic", "run", "before", "after", "message", "at")


class RunEventQuerySet(models.QuerySet):
    def log(self, *events: "RunEvent") -> None:
        """Add events, inside a transaction. Ids follow the order of commits, so that no reader misses one.

        SQLite has one writer at a time. PostgreSQL hands out ids before it commits, so there each transaction
        that logs waits for the one before it: an advisory lock, let go at its end. Once it is committed, the
        web processes are told.
        """
        if not events:
            return
        self.take_turns()
        self.bulk_create(events)
        announce()

    def take_turns(self) -> None:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOG_LOCK])

    def log_moves(self, moves: Iterable["Move"]) -> None:
        """As ``log``, for many changes of a status at once."""
        rows = [("state", "", *move) for move in moves]
        if rows:
            self.take_turns()
            bulk.insert(RunEvent, MOVE_COLUMNS, rows)
            announce()

    def after(self, cursor: int) -> Self:
        return self.filter(pk__gt=cursor).order_by("pk")

    def newest_id(self) -> int:
        """The live stream's cursor now; 0 before the first event."""
        return self.aggregate(newest=Max("pk"))["newest"] or 0


class RunEvent(models.Model):
    """Something that happened to a run. Rows are never changed; their ids are the live stream's cursor."""

    class Kind(models.TextChoices):
        STATE = "state", "State"
        MESSAGE = "progress_msg", "Progress message"
        STATS = "progress_stats", "Progress"
        NOTE = "note", "Note"

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(
        "runs.Run", models.CASCADE, related_name="events", db_index=False
    )  # event_of_run serves
    kind = models.CharField(max_length=16, choices=Kind)
    topic = models.CharField(max_length=16, blank=True)
    """Of a message: plan, search, result, extract, tool_call, exec_status."""
    before = models.CharField(max_length=16, choices=Status, blank=True)
    after = models.CharField(max_length=16, choices=Status, blank=True)
    message = models.TextField(blank=True)
    stats = models.JSONField(null=True)
    """Of progress: ``{considered, read, meter (0 to 100), sample: [address]}``."""
    at = models.DateTimeField(default=timezone.now)

    objects = RunEventQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["state", "progress_msg", "progress_stats", "note"]),
                name="event_kind_known",
            ),
            models.CheckConstraint(
                condition=~Q(kind="state") | Q(after__in=Status.values), name="event_state_names_the_status"
            ),
        ]
        indexes = [models.Index(fields=["run", "id"], name="event_of_run")]

    @property
    def step(self) -> str:
        """The event in a word or two: a status, a field that was answered, or a kind of step."""
        if self.kind == self.Kind.STATE:
            return self.get_after_display()
        field, colon, _ = self.message.partition(":")
        return field if self.topic == "result" and colon and len(field) <= 40 else self.topic or "note"
