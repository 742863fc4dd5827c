"""Requests as SDKs send them."""

import asyncio
from collections.abc import Callable
from importlib import import_module
from typing import Any

import httpx
import pytest
from asgiref.sync import async_to_sync
from django.http import HttpResponse
from django.test import Client

from engine.net import Refused
from runs.models import Run
from teams.models import Member, Role, Token, Workspace
from teams.tokens import create_token
from tests.calls import ApiClient

RUNS = "/v1/tasks/runs"
Send = Callable[..., HttpResponse]
Ask = Callable[..., httpx.Response]
BASE = "http://testserver"
PATIENCE = 10.0  # seconds until an answer counts as none
STOP_CLOCK = (
    "results.DEFAULT_SECONDS", "results.LONGEST_SECONDS", "chat.LONGEST_SECONDS", "responses.LONGEST_SECONDS",
    "streams.RUN_SECONDS", "streams.GROUP_SECONDS",
)  # fmt: skip


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


@pytest.fixture(scope="session")
def web_process(plain_settings: None) -> Any:
    """The application, which looks for static files once it is imported."""
    return import_module("config.asgi").application


@pytest.fixture
def send(token: Token, small_library: None, web_process: Any, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Ask the web process, in this process, with a token; nothing is waited for, and nothing is fetched."""

    def fetch(url: str, **options: Any) -> None:
        raise Refused("Nothing is fetched here.")

    monkeypatch.setattr("api.views.search.fetch", fetch)
    for name in STOP_CLOCK:
        monkeypatch.setattr(f"api.waiting.{name}", 0.01)

    async def answered(method: str, url: str, headers: dict, content: Any) -> httpx.Response:
        transport = httpx.ASGITransport(web_process)
        async with httpx.AsyncClient(transport=transport) as client:
            asked = client.request(method, url, headers=headers, content=content)
            return await asyncio.wait_for(asked, PATIENCE)

    def send(method: str, url: str, *, content: Any = None, **headers: str) -> httpx.Response:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        own = {"x-api-key": token.text, "content-type": "application/json"}
        return async_to_sync(answered)(method, f"{BASE}{url}", own | sent, content)

    return send
