"""Requests as SDKs send them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from runs.models import Run
from teams.models import Member, Role, Workspace
from teams.tokens import create_token
from tests.calls import ApiClient

RUNS = "/v1/tasks/runs"
Send = Callable[..., HttpResponse]


@pytest.fixture
def create(api: Client) -> Send:
    """POST a run: ``create(input="France")`` adds the processor; ``create(body=b"…")`` sends just that."""

    def create(body: Any = None, **fields: Any) -> HttpResponse:
        sent = {"processor": "lite", **fields} if body is None else body
        return api.post(RUNS, sent, content_type="application/json")

    return create


@pytest.fixture
def nothing_stored(db: None) -> Callable[[], bool]:
    return lambda: not Run.objects.exists()


@pytest.fixture
def viewers_api(workspace: Workspace) -> Client:
    """A script whose token may read alone."""
    _, text = create_token(workspace=workspace, name="Reader", role=Role.VIEWER)
    return ApiClient(headers={"x-api-key": text})


@pytest.fixture
def outside_api(outsider: Member) -> Client:
    """A script of another workspace."""
    _, text = create_token(workspace=outsider.workspace, name="Elsewhere", role=Role.ADMIN)
    return ApiClient(headers={"x-api-key": text})
