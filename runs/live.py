"""What the live stream says about runs.

Topics, as a page asks for them: ``run:trun_…`` (one run's page) and ``runs`` (the workspace's history).
Inside the hub the second is named ``workspace:<id>``.
"""

import io
from collections.abc import Awaitable, Callable, Sequence
from functools import wraps
from typing import Any, TypeVar

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.core.handlers.asgi import ASGIRequest
from django.db import Error, connection

from runs.converters import RunId, run_uuid
from runs.models import Run, RunEvent
from runs.presenting import row_html, run_live_html
from teams.access import member_of
from teams.models import Workspace
from web.live import MOST_AT_ONCE, Event, Scope

Answer = TypeVar("Answer")


def in_a_thread(function: Callable[..., Answer]) -> Callable[..., Awaitable[Answer]]:
    """For the hub, which outlives every request: ask in a thread, and let go of a broken connection."""

    @wraps(function)
    def guarded(*args: Any) -> Answer:
        try:
            return function(*args)
        except Error:
            connection.close()
            raise

    return sync_to_async(guarded)


@in_a_thread
def authorise(scope: Scope, topics: Sequence[str]) -> tuple[str, ...] | None:
    request = ASGIRequest(scope, io.BytesIO())
    request.session = SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    user = get_user(request)
    member = member_of(user) if user.is_authenticated else None
    if member is None:
        return None
    return tuple(inner for topic in topics if (inner := inner_name(topic, member.workspace)))


def inner_name(topic: str, workspace: Workspace) -> str:
    """The hub's name of a topic in this workspace; empty if there is no such thing in it."""
    if topic == "runs":
        return f"workspace:{workspace.pk}"
    run = Run.objects.in_workspace(workspace).filter(pk=run_uuid(topic.removeprefix("run:"))).first()
    return f"run:{run.run_id}" if run else ""


@in_a_thread
def newest() -> int:
    return RunEvent.objects.newest_id()


@in_a_thread
def events_after(cursor: int) -> list[Event]:
    rows = RunEvent.objects.after(cursor).values_list("pk", "run_id", "run__workspace_id")[:MOST_AT_ONCE]
    return [
        Event(number, (f"run:{RunId().to_url(run_id)}", f"workspace:{workspace_id}"), run_id)
        for number, run_id, workspace_id in rows
    ]


@in_a_thread
def render(topic: str, events: list[Event]) -> str:
    """The parts of a page that these events changed: each is the element that the page itself holds."""
    ids = {event.payload for event in events}
    if topic.startswith("run:"):
        run = Run.objects.for_rows().filter(pk__in=ids).first()
        return run_live_html(run) if run else ""
    runs = Run.objects.for_rows().filter(pk__in=ids)
    return "".join(row_html(run) for run in runs)
