"""A run, what happened to it, and what came out of it.

One transaction writes a run's move, its event, its result and the evidence, so a reader never sees half of
them.
"""

import uuid
from datetime import datetime
from statistics import median
from typing import Any, NamedTuple, Self

from django.db import connection, models, transaction
from django.db.models import Count, Max, Q
from django.urls import reverse
from django.utils import timezone

from runs.labels import LABEL_LENGTH
from runs.search import matching_runs, words_in
from runs.status import ACTIVE, END, IN_HAND, WAITING, Status, check_move
from teams.models import Member, Provider, Token, Workspace
from web.fields import OrderedJSONField

RUN_PREFIX = "trun_"
LATEST_FOR_TYPICAL = 200
LOG_LOCK = 7_262_001
"""The advisory lock that orders the event log on PostgreSQL; any number will do, if nobody else uses it."""
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


class RunQuerySet(models.QuerySet):
    def in_workspace(self, workspace: Workspace) -> Self:
        return self.filter(workspace=workspace)

    def on_engine(self) -> Self:
        return self.filter(provider__kind=Provider.Kind.ENGINE)

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

    def for_rows(self) -> Self:
        """With what a row of the history shows; the request and the output stay in the table."""
        return self.only(*ROW_COLUMNS)

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

    def typical_seconds(self) -> dict[str, float]:
        """The median time from asking to answer, in seconds, of each processor's latest completed runs."""
        latest = self.filter(status=Status.COMPLETED).newest_first()[:LATEST_FOR_TYPICAL]
        seconds: dict[str, list[float]] = {}
        for processor, asked, ended in latest.values_list("processor", "created_at", "ended_at"):
            seconds.setdefault(processor, []).append((ended - asked).total_seconds())
        return {processor: median(times) for processor, times in seconds.items()}

    def pending_on_engine(self) -> Self:
        return self.on_engine().filter(status=Status.PENDING).order_by("created_at")

    def in_engines_hands(self) -> Self:
        return self.on_engine().filter(ended_at=None, status__in=IN_HAND)  # ended_at picks the small index

    def abandoned(self, now: datetime) -> Self:
        """Runs in the engine's hands whose worker, or whose message, has not been heard of in time."""
        return self.in_engines_hands().filter(Q(lease_until__lt=now) | Q(lease_until=None))

    @transaction.atomic
    def move(self, before: str, after: str, **fields: Any) -> list[uuid.UUID]:
        """Move every run of this set that is in status `before`, log each move, and say which ones moved."""
        check_move(before, after)
        now = timezone.now()
        fields |= {"modified_at": now} | ({"ended_at": now} if after in END else {})
        rows = self.filter(status=before).select_for_update(skip_locked=True, of=("self",))
        ids = list(rows.values_list("pk", flat=True))
        Run.objects.filter(pk__in=ids).update(status=after, **fields)
        RunEvent.objects.log(
            *(RunEvent(run_id=pk, kind=RunEvent.Kind.STATE, before=before, after=after, at=now) for pk in ids)
        )
        return ids


class Run(models.Model):
    """One task, asked of one provider. What was asked is kept as it was sent and never changes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="runs")
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="runs")
    made_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="runs")
    token = models.ForeignKey(Token, models.SET_NULL, null=True, related_name="runs")
    retry_of = models.ForeignKey("self", models.SET_NULL, null=True, related_name="retries")
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
        ]
        indexes = [
            models.Index(fields=["workspace", "-created_at", "-id"], name="run_newest"),
            models.Index(
                fields=["workspace", "processor", "-created_at", "-id"], name="run_newest_by_processor"
            ),
            models.Index(fields=["workspace", "status", "-created_at", "-id"], name="run_newest_by_status"),
            models.Index(
                fields=["provider", "created_at"], condition=Q(status=Status.PENDING), name="run_pending"
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


class RunEventQuerySet(models.QuerySet):
    def log(self, *events: "RunEvent") -> None:
        """Add events, inside a transaction. Ids follow the order of commits, so that no reader misses one.

        SQLite has one writer at a time. PostgreSQL hands out ids before it commits, so there each transaction
        that logs waits for the one before it: an advisory lock, let go at its end.
        """
        if events and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOG_LOCK])
        self.bulk_create(events)

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
    run = models.ForeignKey(Run, models.CASCADE, related_name="events", db_index=False)  # event_of_run serves
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


class Result(models.Model):
    """What a completed run gave back. There is one per run at most, whatever happens to its workers."""

    run = models.OneToOneField(Run, models.CASCADE, primary_key=True, related_name="result")
    type = models.CharField(max_length=4, choices=[("text", "Text"), ("json", "JSON")])
    content = OrderedJSONField()
    output_schema = OrderedJSONField(null=True)
    """The schema of an auto run; None when the caller gave one."""
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(type__in=["text", "json"]), name="result_type_known"),
        ]

    def __str__(self) -> str:
        return f"result of {self.run_id}"


class Confidence(models.TextChoices):
    HIGH = "high", "high"
    MEDIUM = "medium", "medium"
    LOW = "low", "low"


def is_element(path: str) -> bool:
    """True for the path of a list's element, such as ``top_exports.0``; the list has an entry of its own."""
    return path.rpartition(".")[2].isdecimal() and "." in path


class FieldBasis(models.Model):
    """The evidence behind one field of a run's output."""

    run = models.ForeignKey(
        Run, models.CASCADE, related_name="basis", db_index=False
    )  # its constraint serves
    position = models.PositiveIntegerField()
    field = models.TextField()
    """A dot path into the output, such as ``top_exports.0``; ``output`` for a text."""
    reasoning = models.TextField(blank=True)
    confidence = models.CharField(max_length=6, choices=Confidence, blank=True)
    found = models.BooleanField(default=True)
    """False where the value is the schema's honest blank: it is shown as "not found", never as a finding."""

    class Meta:
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="basis_position_in_run"),
            models.CheckConstraint(
                condition=Q(confidence__in=["", *Confidence.values]), name="basis_confidence_known"
            ),
            models.CheckConstraint(condition=Q(found=True) | Q(confidence="low"), name="basis_blank_is_low"),
        ]

    def __str__(self) -> str:
        return self.field


class Citation(models.Model):
    """A page that carries a field's value, with the slices of it that say so."""

    basis = models.ForeignKey(FieldBasis, models.CASCADE, related_name="citations", db_index=False)
    position = models.PositiveIntegerField()
    url = models.TextField()
    title = models.TextField(blank=True)
    excerpts = OrderedJSONField(default=list)
    """``[{text, page_id, content_hash, start, end}]``; a hosted provider gives the text alone."""

    class Meta:
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=["basis", "position"], name="citation_position_in_basis")
        ]

    def __str__(self) -> str:
        return self.title or self.url


class RunText(models.Model):
    """The words of a run's input and output, for the history's search; migration 0002 indexes them."""

    id = models.BigAutoField(primary_key=True)
    run = models.OneToOneField(Run, models.CASCADE, related_name="text")
    text = models.TextField()
