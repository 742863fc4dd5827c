"""What came out of a run, and what carries each value of it."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from runs.models.run import Run
from web.fields import OrderedJSONField


class Result(models.Model):
    """What a completed run gave back. There is one per run at most, whatever happens to its workers."""

    run = models.OneToOneField(Run, models.CASCADE, primary_key=True, related_name="result")
    type = models.CharField(max_length=4, choices=[("text", "Text"), ("json", "JSON")])
    content = OrderedJSONField()
    output_schema = OrderedJSONField(null=True)
    """The schema of an auto run; None when the caller gave one."""
    more = OrderedJSONField(null=True)
    """Whatever else a hosted provider's output holds, such as ``mcp_tool_calls``, as it came."""
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
