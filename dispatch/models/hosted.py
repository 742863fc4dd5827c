"""What is known of hosted providers, and of the runs that were sent to them."""

from datetime import datetime
from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import F, Q, Sum
from django.utils import timezone

from runs.models import Run
from teams.models import Provider


class Upstream(models.Model):
    """Whether a hosted provider takes runs now, and if not, why and until when. All workers share this."""

    class State(models.TextChoices):
        OPEN = "open", "Takes runs"
        BUSY = "busy", "Asked to slow down"
        FAILING = "failing", "Does not answer"
        NO_CREDIT = "no_credit", "Out of credit"
        KEY_REFUSED = "key_refused", "Key refused"

    provider = models.OneToOneField(Provider, models.CASCADE, primary_key=True, related_name="upstream")
    state = models.CharField(max_length=12, choices=State, default=State.OPEN)
    until = models.DateTimeField(null=True)
    """When it is tried again; None while it is open."""
    failures = models.PositiveIntegerField(default=0)
    """In a row, since it last took a run."""
    last_error = models.TextField(blank=True)
    last_error_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.provider_id}: {self.state}"

    def blocks(self, now: datetime) -> bool:
        return self.until is not None and self.until > now


class HostedGroupQuerySet(models.QuerySet):
    def living(self) -> Self:
        """Those of which something is still to come, or may come."""
        return self.filter(ended_at=None)

    def lapsed(self, now: datetime) -> Self:
        """Those whose worker was not heard of in time."""
        return self.living().filter(lease_until__lt=now)

    def held_by(self, owner: str, now: datetime) -> Self:
        return self.living().filter(owner=owner, lease_until__gt=now)


class HostedGroup(models.Model):
    """A task group at a provider. Its worker sends runs into it and follows its one event stream.

    The lease is on the group: every write of what became of its runs names the owner and the epoch, so a
    worker that fell silent and comes back writes nothing.
    """

    provider = models.ForeignKey(Provider, models.CASCADE, related_name="hosted_groups", db_index=False)
    upstream_id = models.CharField(max_length=100)
    owner = models.CharField(max_length=100)
    lease_until = models.DateTimeField()
    epoch = models.PositiveIntegerField(default=1)
    """Counts the workers that held it."""
    cursor = models.CharField(max_length=200, blank=True)
    """The event up to which everything is stored here."""
    is_open = models.BooleanField(default=True)
    """Whether more runs may be put into it: by the worker that made it, and only while all is well."""
    watch_until = models.DateTimeField(null=True)
    """After a doubt: for so long, what was taken for lost may still turn up."""
    news_at = models.DateTimeField(null=True)
    """When a webhook last said that one of its runs has ended, until that was looked at."""
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    objects = HostedGroupQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "upstream_id"], name="hosted_group_at_provider"),
        ]
        indexes = [
            models.Index(fields=["lease_until"], condition=Q(ended_at=None), name="hosted_group_living"),
        ]

    def __str__(self) -> str:
        return self.upstream_id


class SubmissionQuerySet(models.QuerySet):
    def since(self, provider: Provider, moment: datetime) -> Self:
        return self.filter(provider=provider, sent_at__gt=moment)

    def runs(self) -> int:
        """How many runs these carried and did not give back."""
        return self.aggregate(total=Sum(F("size") - F("given_back")))["total"] or 0

    def cost(self) -> Decimal:
        """In USD, by the price table."""
        return self.aggregate(total=Sum("cost"))["total"] or Decimal(0)


class Submission(models.Model):
    """One request that put runs into a group. It is stored before it is sent."""

    class Outcome(models.TextChoices):
        UNKNOWN = "unknown", "Not known yet"
        ACCEPTED = "accepted", "Accepted"
        REFUSED = "refused", "Refused"
        GIVEN_BACK = "given_back", "Nothing was sent"
        SETTLED = "settled", "Found out afterwards"

    provider = models.ForeignKey(Provider, models.CASCADE, related_name="submissions", db_index=False)
    group = models.ForeignKey(HostedGroup, models.CASCADE, related_name="submissions")
    size = models.PositiveIntegerField()
    given_back = models.PositiveIntegerField(default=0)
    cost = models.DecimalField(max_digits=12, decimal_places=4, default=Decimal(0))
    """In USD, by the price table, of the runs that were not given back."""
    sent_at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.UNKNOWN)
    doubt = models.TextField(blank=True)
    """Why its outcome was in doubt, as a sentence; empty if it never was."""

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["provider", "sent_at"], name="submission_lately")]

    def __str__(self) -> str:
        return f"{self.size} runs into {self.group_id}: {self.outcome}"


class HostedRun(models.Model):
    """A run that was sent, or is being sent, to a provider, and the name that it has there."""

    run = models.OneToOneField(Run, models.CASCADE, primary_key=True, related_name="hosted")
    provider = models.ForeignKey(Provider, models.CASCADE, related_name="+", db_index=False)
    group = models.ForeignKey(HostedGroup, models.CASCADE, related_name="runs")
    submission = models.ForeignKey(Submission, models.CASCADE, related_name="runs", db_index=False)
    """Found by its group, which has an index."""
    upstream_id = models.CharField(max_length=100, null=True)  # noqa: DJ001  null is "not known yet", and unique lets it repeat
    interaction_id = models.CharField(max_length=100, blank=True)
    """Its name for a task that goes on from it; empty until the provider said it."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "upstream_id"], name="hosted_run_at_provider"),
        ]

    def __str__(self) -> str:
        return self.upstream_id or f"{self.run_id}, not known yet"


class Twin(models.Model):
    """A second run at the provider for one of ours: paid for twice. It is found, shown, and never used."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="twins")
    provider = models.ForeignKey(Provider, models.CASCADE, related_name="twins")
    upstream_id = models.CharField(max_length=100)
    noticed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "upstream_id"], name="twin_noticed_once"),
        ]

    def __str__(self) -> str:
        return self.upstream_id
