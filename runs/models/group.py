"""A task group: runs that were asked together, shown as a batch."""

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.urls import reverse
from django.utils import timezone

from teams.models import Member, Token, Workspace
from web.fields import OrderedJSONField

GROUP_PREFIX = "tgrp_"


class TaskGroupQuerySet(models.QuerySet):
    def in_workspace(self, workspace: Workspace) -> Self:
        return self.filter(workspace=workspace)

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-id")

    def older_than(self, created_at: datetime, pk: uuid.UUID) -> Self:
        """What comes after this place in ``newest_first`` order."""
        return self.filter(created_at__lte=created_at).exclude(created_at=created_at, id__gte=pk)

    def for_page(self) -> Self:
        return self.select_related("made_by__user", "token")


class TaskGroup(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="groups")
    made_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="groups")
    token = models.ForeignKey(Token, models.SET_NULL, null=True, related_name="groups")
    metadata = OrderedJSONField(null=True)
    size = models.PositiveIntegerField(default=0)
    """How many runs were ever added: the position of the newest."""
    created_at = models.DateTimeField(default=timezone.now)

    objects = TaskGroupQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["workspace", "-created_at", "-id"], name="group_newest")]

    def __str__(self) -> str:
        return self.group_id

    def get_absolute_url(self) -> str:
        return reverse("batches:batch", args=[self.pk])

    @property
    def group_id(self) -> str:
        """The group's name on pages and on the wire: ``tgrp_`` and 32 hexadecimal digits."""
        return f"{GROUP_PREFIX}{self.pk.hex}"
