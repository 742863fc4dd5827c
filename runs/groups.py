"""Runs that are asked together: a task group of the API, a batch in the browser."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F

from provider.types import TaskRunInput
from runs.models import Run, TaskGroup
from runs.services import default_provider, run_from, store_runs
from teams.models import Member, Provider, Token, Workspace


def create_group(
    *,
    workspace: Workspace,
    metadata: Mapping[str, Any] | None = None,
    made_by: Member | None = None,
    token: Token | None = None,
) -> TaskGroup:
    return TaskGroup.objects.create(workspace=workspace, metadata=metadata, made_by=made_by, token=token)


@transaction.atomic
def add_runs(
    *,
    group: TaskGroup,
    requests: Sequence[TaskRunInput],
    made_by: Member | None = None,
    token: Token | None = None,
    provider: Provider | None = None,
) -> list[Run]:
    """Start these runs in the group, in their order, all or none."""
    TaskGroup.objects.filter(pk=group.pk).update(size=F("size") + len(requests))  # others wait here
    group.refresh_from_db(fields=["size"])
    first = group.size - len(requests) + 1
    by = {"made_by": made_by, "token": token, "provider": provider or default_provider(group.workspace)}
    runs = [
        run_from(request, workspace=group.workspace, group=group, position=position, **by)
        for position, request in enumerate(requests, first)
    ]
    store_runs(runs)
    return runs
