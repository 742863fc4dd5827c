"""A run: what was asked, of whom, and where it stands."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from typing import Any, NamedTuple, Self

from django.db import models, transaction
from django.db.models import Count, Max, Q
from django.urls import reverse
from django.utils import timezone

from runs.labels import LABEL_LENGTH
from runs.models.event import Move, RunEvent
from runs.models.group import TaskGroup
from runs.search import matching_runs, words_in
from runs.status import ACTIVE, END, HELD, IN_HAND, WAITING, Status, check_move
from teams.models import Member, Provider, Token, Workspace
from web import bulk
from web.fields import OrderedJSONField

RUN_PREFIX = "trun_"
LATEST_FOR_TYPICAL = 200
ROW_COLUMNS = (
    "id",
    "label",
    "answer",
    "high",
    "medium",
    "low",
    "missing",
    "status",
    "error",
    "processor",
    "created_at",
    "modified_at",
    "ended_at",
)


class Line(NamedTuple):
    """A run's place in the history, and the moment at which it last changed."""

    pk: uuid.UUID
    created_at: datetime
    modified_at: datetime


@dataclass(slots=True)
class RunEnd:
    """What is written on a run as it ends; the names are the model's."""

    pk: uuid.UUID
    status: Status
    answer: str = ""
    high: int = 0
    medium: int = 0
    low: int = 0
    missing: int = 0
    warnings: list[dict[str, Any]] = field(default_factory=list)
    """Those that came with the end; what the run was warned of before stays."""
    error: dict[str, Any] | None = None
    note: str = ""


END_COLUMNS = (
    "status",
    "answer",
    "high",
    "medium",
    "low",
    "missing",
    "warnings",
    "error",
    "modified_at",
    "ended_at",
)


class RunQuerySet(models.QuerySet):
    def in_workspace(self, workspace: Workspace) -> Self:
        return self.filter(workspace=workspace)

    def on_engine(self) -> Self:
        """By the keys of the engines, so that runs elsewhere are not looked at, however many are active."""
        return self.filter(provider__in=Provider.objects.filter(kind=Provider.Kind.ENGINE))

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-id")

    def older_than(self, created_at: datetime, pk: uuid.UUID) -> Self:
        """What comes after this place in ``newest_first`` order (a keyset: no row is counted or skipped)."""
        return self.filter(created_at__lte=created_at).exclude(created_at=created_at, id__gte=pk)

    def newer_than(self, created_at: datetime, pk: uuid.UUID) -> Self:
        return self.filter(created_at__gte=created_at).exclude(created_at=created_at, id__lte=pk)

    def mentioning(self, words: str) -> Self:
        """Runs whose input or output holds every one of these words; the last word may be unfinished."""
        found = words_in(words)
        return self.filter(pk__in=matching_runs(found)) if found else self.none()

    def lines(self) -> list["Line"]:
        """What tells one line of the history from another; the rest of it is rendered once and kept."""
        return [Line(*values) for values in self.values_list(*Line._fields)]

    def for_rows(self, *more: str) -> Self:
        """With what a row of the history shows, and `more`; else request and output stay in the table."""
        return self.only(*ROW_COLUMNS, *more)

    def for_page(self, *, evidence: bool = True) -> Self:
        """With all that the run's own page and the exports show; the evidence can be left to the caller."""
        related = self.select_related("provider", "made_by__user", "token", "result")
        return related.prefetch_related("basis__citations") if evidence else related

    def without_request(self) -> Self:
        """Leave what was asked in the table: it can be long, and a page of the answer has the label."""
        return self.defer("input", "task_spec", "metadata", "source_policy", "options")

    def count_by_status(self) -> list[tuple[str, str, int]]:
        """Status, its word, and how many runs have it; in the order of a run's life, without the empty."""
        counts = dict(self.order_by().values_list("status").annotate(Count("pk")))
        return [(status.value, status.label, counts[status]) for status in Status if status in counts]

    def standing(self) -> list[tuple[str, int, datetime]]:
        """Each status that there is, how many runs have it, and when the latest of them changed."""
        return list(
            self.order_by().values_list("status").annotate(number=Count("pk"), newest=Max("modified_at"))
        )

    def for_wire(self) -> Self:
        """With all that the API says of a run and its output; what was asked stays in the table."""
        related = self.select_related("result").prefetch_related("basis__citations")
        return related.defer("input", "task_spec", "source_policy", "options")

    def typical_seconds(self) -> dict[str, float]:
        """The median time from asking to answer, in seconds, of each processor's latest completed runs.

        Runs of a batch wait for one another, so they tell nothing of one that is asked alone.
        """
        alone = self.filter(status=Status.COMPLETED, group=None)
        latest = alone.newest_first()[:LATEST_FOR_TYPICAL]
        seconds: dict[str, list[float]] = {}
        for processor, asked, ended in latest.values_list("processor", "created_at", "ended_at"):
            seconds.setdefault(processor, []).append((ended - asked).total_seconds())
        return {processor: median(times) for processor, times in seconds.items()}

    def pending_on_engine(self) -> Self:
        return self.on_engine().pending().order_by("created_at")

    def pending(self) -> Self:
        """Stored here and sent to nobody. SQLite needs the second condition to pick the small index."""
        return self.filter(status=Status.PENDING, ended_at=None)

    def in_engines_hands(self) -> Self:
        return self.on_engine().filter(ended_at=None, status__in=IN_HAND)  # ended_at picks the small index

    def abandoned(self, now: datetime) -> Self:
        """Runs in the engine's hands whose worker, or whose message, has not been heard of in time."""
        return self.in_engines_hands().filter(Q(lease_until__lt=now) | Q(lease_until=None))

    @transaction.atomic
    def move(self, before: str, after: str, *, skip_locked: bool = False, **fields: Any) -> list[uuid.UUID]:
        """Move every run of this set that is in status `before`, log each move, and say which ones moved.

        A run that somebody else is about to change is waited for, or left alone with `skip_locked`.
        """
        check_move(before, after)
        now = timezone.now()
        fields |= {"modified_at": now} | ({"ended_at": now} if after in END else {})
        rows = self.filter(status=before).order_by("pk")
        held = rows.select_for_update(skip_locked=skip_locked, of=("self",))
        ids = list(held.values_list("pk", flat=True))
        Run.objects.filter(pk__in=ids).update(status=after, **fields)
        RunEvent.objects.log_moves(Move(pk, before, after, "", now) for pk in ids)
        return ids

    @transaction.atomic(savepoint=False)
    def move_each(self, ids: Sequence[uuid.UUID], before: str, after: str) -> list[uuid.UUID]:
        """As ``move``, for hundreds of runs that are named; who is about to change one is waited for."""
        check_move(before, after)
        rows = bulk.select(Run, ("id",), {"id": ids, "status": [str(before)]}, lock=True)
        moved, now = [pk for (pk,) in rows], timezone.now()
        ended = now if after in END else None
        changes = {"status": str(after), "modified_at": now, "ended_at": ended}
        bulk.update_all(Run, changes, moved)
        RunEvent.objects.log_moves(Move(pk, str(before), str(after), "", now) for pk in moved)
        return moved

    @transaction.atomic(savepoint=False)
    def end_each(self, ends: Sequence[RunEnd]) -> list[uuid.UUID]:
        """End each of these runs in its own way and log it; the keys of those that had not ended before."""
        now = timezone.now()
        among = {"id": [end.pk for end in ends], "status": [status.value for status in HELD]}
        rows = bulk.select(Run, ("id", "status", "warnings"), among, lock=True)
        before = {pk: (status, warnings) for pk, status, warnings in rows}
        won = [end for end in ends if end.pk in before]
        for end in won:
            check_move(before[end.pk][0], end.status)
        bulk.update(
            Run,
            END_COLUMNS,
            [(*end_values(end, before[end.pk][1]), now, now, end.pk) for end in won],
        )
        RunEvent.objects.log_moves(
            Move(end.pk, before[end.pk][0], end.status.value, end.note, now) for end in won
        )
        return [end.pk for end in won]


def end_values(end: RunEnd, warned: list[dict[str, Any]]) -> tuple[Any, ...]:
    """Its values for END_COLUMNS, but for the two moments."""
    counts = (end.high, end.medium, end.low, end.missing)
    return (end.status.value, end.answer, *counts, [*warned, *end.warnings], end.error)


class Run(models.Model):
    """One task, asked of one provider. What was asked is kept as it was sent and never changes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="runs")
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="runs")
    made_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="runs")
    token = models.ForeignKey(Token, models.SET_NULL, null=True, related_name="runs")
    retry_of = models.ForeignKey("self", models.SET_NULL, null=True, related_name="retries")
    group = models.ForeignKey(TaskGroup, models.CASCADE, null=True, related_name="runs", db_index=False)
    position = models.PositiveIntegerField(null=True)
    """Its place in the group, from 1, in the order in which its inputs were sent."""
    request_key = models.CharField(max_length=64, null=True)  # noqa: DJ001  null is "none", and unique lets it repeat

    processor = models.CharField(max_length=40)
    input = OrderedJSONField()
    task_spec = OrderedJSONField(null=True)
    metadata = OrderedJSONField(null=True)
    source_policy = OrderedJSONField(null=True)
    options = OrderedJSONField(default=dict)
    """Every other field of the request, as sent."""
    label = models.CharField(max_length=LABEL_LENGTH)
    """The input in a few words, for lists."""

    answer = models.CharField(max_length=LABEL_LENGTH, blank=True)
    """The output in a few words, for lists."""
    high = models.PositiveIntegerField(default=0)
    """Fields found with high confidence; so for the next two. A list's elements count with their list."""
    medium = models.PositiveIntegerField(default=0)
    low = models.PositiveIntegerField(default=0)
    missing = models.PositiveIntegerField(default=0)
    """Fields that no source says anything about."""

    status = models.CharField(max_length=16, choices=Status, default=Status.PENDING)
    warnings = OrderedJSONField(default=list)
    error = OrderedJSONField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    modified_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    cancel_wanted = models.BooleanField(default=False)
    """Somebody asked to cancel it while it was not known whether the provider has it."""
    lease_owner = models.CharField(max_length=100, blank=True)
    lease_until = models.DateTimeField(null=True)
    epoch = models.PositiveIntegerField(default=0)
    """Counts the workers that took this run; whoever writes for it must name the present one."""

    objects = RunQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="run_status_known"),
            models.CheckConstraint(
                condition=Q(status__in=sorted(END), ended_at__isnull=False)
                | Q(status__in=sorted(ACTIVE), ended_at=None),
                name="run_ended_exactly_when_over",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.FAILED, error__isnull=False) | ~Q(status=Status.FAILED),
                name="run_failed_says_why",
            ),
            models.UniqueConstraint(fields=["workspace", "request_key"], name="run_once_per_request_key"),
            models.UniqueConstraint(fields=["group", "position"], name="run_position_in_group"),
            models.CheckConstraint(
                condition=Q(group=None, position=None) | Q(group__isnull=False, position__isnull=False),
                name="run_in_group_has_position",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "-created_at", "-id"], name="run_newest"),
            models.Index(
                fields=["workspace", "processor", "-created_at", "-id"], name="run_newest_by_processor"
            ),
            models.Index(fields=["workspace", "status", "-created_at", "-id"], name="run_newest_by_status"),
            models.Index(
                fields=["group", "status", "modified_at"],
                condition=Q(group__isnull=False),
                name="run_group_by_status",
            ),
            models.Index(
                fields=["provider", "status", "created_at"], condition=Q(ended_at=None), name="run_active"
            ),
            models.Index(
                fields=["provider", "lease_until"],
                condition=Q(ended_at=None),
                name="run_in_hand",
            ),
        ]

    def __str__(self) -> str:
        return self.run_id

    def get_absolute_url(self) -> str:
        return reverse("runs:run", args=[self.pk])

    @property
    def run_id(self) -> str:
        """The run's name on pages and on the wire: ``trun_`` and 32 hexadecimal digits."""
        return f"{RUN_PREFIX}{self.pk.hex}"

    @property
    def is_active(self) -> bool:
        return self.status in ACTIVE

    @property
    def is_waiting(self) -> bool:
        """True while nothing has been done for it, so that a cancel stops it outright."""
        return self.status in WAITING

    @property
    def confidences(self) -> list[tuple[str, int]]:
        """How many fields were found with which confidence, the best first, ``none`` for the missing ones."""
        counts = (("high", self.high), ("medium", self.medium), ("low", self.low), ("none", self.missing))
        return [(name, count) for name, count in counts if count]

    @property
    def seconds(self) -> float | None:
        """From the click to the end; None while it is active."""
        return (self.ended_at - self.created_at).total_seconds() if self.ended_at else None

    def move_to(self, status: str, *, note: str = "", **fields: Any) -> bool:
        """Move this run and log the move; False if another worker moved it, or took it over, first."""
        check_move(self.status, status)
        before, now = self.status, timezone.now()
        fields |= {"modified_at": now} | ({"ended_at": now} if status in END else {})
        with transaction.atomic():
            unmoved = Run.objects.filter(pk=self.pk, status=before, epoch=self.epoch)
            won = unmoved.update(status=status, **fields)
            if won:
                moved = {"before": before, "after": status, "message": note, "at": now}
                RunEvent.objects.log(RunEvent(run=self, kind=RunEvent.Kind.STATE, **moved))
        self.refresh_from_db()
        return bool(won)
