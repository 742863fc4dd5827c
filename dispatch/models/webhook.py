"""What is to be told to whom: the news of runs that ended, and the secrets that sign it."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from runs.models import Run
from teams.models import Workspace

SECRET_GRACE = timedelta(hours=24)
"""For so long after a rotation the old secret still signs, beside the new one."""

ROW_COLUMNS = ("url", "state", "next_at", "last_status", "last_error", "created_at", "ended_at", "run__label")


class WebhookSecretQuerySet(models.QuerySet):
    def signing(self) -> Self:
        """Those that sign now: the present one first, then what was replaced a short while ago."""
        fresh = Q(retired_at=None) | Q(retired_at__gt=timezone.now() - SECRET_GRACE)
        return self.filter(fresh).order_by("-created_at", "-pk")


class WebhookSecret(models.Model):
    """What a workspace's receivers check signatures with. It is kept readable: both sides need the text."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="webhook_secrets")
    text = models.CharField(max_length=100)
    """``whsec_`` and the base64 of 32 random bytes."""
    created_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True)

    objects = WebhookSecretQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace"], condition=Q(retired_at=None), name="webhook_secret_one_per_workspace"
            ),
        ]


class DeliveryQuerySet(models.QuerySet):
    def in_workspace(self, workspace: Workspace) -> Self:
        return self.filter(workspace=workspace)

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-pk")

    def older_than(self, other: "Delivery") -> Self:
        """What comes after it in ``newest_first`` order."""
        earlier = self.filter(created_at__lte=other.created_at)
        return earlier.exclude(created_at=other.created_at, pk__gte=other.pk)

    def for_rows(self) -> Self:
        """With what a line of the log shows; the body stays in the table."""
        return self.select_related("run").annotate(attempts_made=Count("attempts")).only(*ROW_COLUMNS)

    def due(self, now: datetime) -> Self:
        return self.filter(state=Delivery.State.PENDING, next_at__lte=now).order_by("next_at")


class Delivery(models.Model):
    """The news that a run has ended, for the address its request named. A run ends once: there is one."""

    class State(models.TextChoices):
        PENDING = "pending", "Pending"
        DELIVERED = "delivered", "Delivered"
        GIVEN_UP = "given_up", "Given up"

    run = models.OneToOneField(Run, models.CASCADE, primary_key=True, related_name="delivery")
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="deliveries", db_index=False)
    url = models.TextField()
    body = models.TextField()
    """Made once and sent as it stands, so that every attempt carries the same bytes."""
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    tries = models.PositiveIntegerField(default=0)
    """Attempts since it was made, or since somebody asked for it again."""
    epoch = models.PositiveIntegerField(default=0)
    """Counts every change of hands; whoever notes an outcome must name the present one."""
    next_at = models.DateTimeField(null=True, default=timezone.now)
    """When to try next; while an attempt is under way, when to take it for lost."""
    last_status = models.PositiveIntegerField(null=True)
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="pending", next_at__isnull=False, ended_at=None)
                | Q(state__in=["delivered", "given_up"], next_at=None, ended_at__isnull=False),
                name="delivery_ended_exactly_when_over",
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state="pending"), name="delivery_due"),
            models.Index(fields=["workspace", "-created_at", "-run"], name="delivery_newest"),
        ]

    def __str__(self) -> str:
        return self.event_id

    def get_absolute_url(self) -> str:
        return reverse("home:delivery", args=[self.pk])

    @property
    def event_id(self) -> str:
        """What receivers tell duplicates by: the same on every attempt."""
        return f"whevent_{self.pk.hex}"


class Attempt(models.Model):
    """One sending of a delivery. It is written before it is made: without an outcome, it was cut off."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="attempts")
    at = models.DateTimeField(default=timezone.now)
    seconds = models.FloatField(null=True)
    http_status = models.PositiveIntegerField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ("-id",)
