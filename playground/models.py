"""What a member has on the playground and has not run yet."""

from django.db import models
from django.utils import timezone

from teams.models import Member


class Draft(models.Model):
    """The playground's form as a member left it; it is there again on every device."""

    member = models.OneToOneField(Member, models.CASCADE, primary_key=True, related_name="draft")
    form = models.JSONField()
    """The form's fields by name, each a list of texts."""
    version = models.CharField(max_length=32)
    """Names the last change, as its page did, so that two pages that hold the draft notice each other."""
    saved_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"draft of {self.member}"
