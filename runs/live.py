"""What the live stream says about runs.

Topics, as a page asks for them: ``run:trun_…`` (one run's page), ``runs`` (the workspace's history),
``batch:tgrp_…`` (one batch) and ``batches`` (the workspace's). Inside the hub the workspace's two are named
``workspace:<id>`` and ``batches:<id>``.
"""

import io
from collections.abc import Awaitable, Callable, Sequence
from functools import partial, wraps
from typing import Any, TypeVar
from uuid import UUID

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.core.handlers.asgi import ASGIRequest
from django.db import Error, connection

from runs.converters import GroupId, RunId, group_uuid, run_uuid
from runs.models import Run, RunEvent, TaskGroup
from runs.presenting import batch_html, batch_row_html, row_html, run_live_html
from teams.access import member_of
from teams.grants import session_grant
from teams.models import Workspace
from web.hub import MOST_AT_ONCE, Event, Frame, News, Scope
from web.live import Visitor, page_frame

Answer = TypeVar("Answer")

PAGES = ("run:", "workspace:", "batch:", "batches:")
"""How the topics begin for which pages are sent frames."""


def in_a_thread(function: Callable[..., Answer]) -> Callable[..., Awaitable[Answer]]:
    """For the hub, which outlives every request: ask in a thread, and let go of a broken connection."""

    @wraps(function)
    def guarded(*args: Any, **more: Any) -> Answer:
        try:
            return function(*args, **more)
        except Error:
            connection.close()
            raise

    return sync_to_async(guarded)


@in_a_thread
def authorise(scope: Scope, topics: Sequence[str]) -> Visitor | None:
    request = ASGIRequest(scope, io.BytesIO())
    request.session = SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    user = get_user(request)
    member = member_of(user) if user.is_authenticated else None
    if member is None:
        return None
    theirs = tuple(inner for topic in topics if (inner := inner_name(topic, member.workspace)))
    return Visitor(theirs, session_grant(request.session.session_key, member))


def inner_name(topic: str, workspace: Workspace) -> str:
    """The hub's name of a topic in this workspace; empty if there is no such thing in it."""
    if topic in ("runs", "batches"):
        return f"{'workspace' if topic == 'runs' else 'batches'}:{workspace.pk}"
    if topic.startswith("batch:"):
        groups = TaskGroup.objects.in_workspace(workspace)
        return topic if groups.filter(pk=group_uuid(topic.removeprefix("batch:"))).exists() else ""
    run = Run.objects.in_workspace(workspace).filter(pk=run_uuid(topic.removeprefix("run:"))).first()
    return f"run:{run.run_id}" if run else ""


@in_a_thread
def newest() -> int:
    return RunEvent.objects.newest_id()


@in_a_thread
def events_after(cursor: int) -> list[Event]:
    columns = ("pk", "run_id", "run__workspace_id", "run__group_id")
    rows = RunEvent.objects.after(cursor).values_list(*columns)[:MOST_AT_ONCE]
    return [
        Event(number, topics_of(run_id, workspace_id, group_id), run_id)
        for number, run_id, workspace_id, group_id in rows
    ]


def topics_of(run_id: UUID, workspace_id: int, group_id: UUID | None) -> tuple[str, ...]:
    """Whom an event of this run concerns: its page, the workspace's pages, and clients of the API."""
    run = RunId().to_url(run_id)
    topics = (f"run:{run}", f"workspace:{workspace_id}", f"result:{run}", f"trace:{run}")
    if group_id is None:
        return topics
    group = GroupId().to_url(group_id)
    return (*topics, f"batch:{group}", f"batches:{workspace_id}", f"group:{group}")


@in_a_thread
def render(news: News) -> dict[str, list[Frame]]:
    """Frames for the topics of pages."""
    ours = {topic: its for topic, its in news.items() if topic.startswith(PAGES)}
    return {topic: [page_frame(its, partial(html_of, topic, its))] for topic, its in ours.items()}


def html_of(topic: str, events: Sequence[Event]) -> str:
    """The parts of a page that these events changed: each is the element that the page itself holds."""
    ids = {event.payload for event in events}
    if topic.startswith("run:"):
        run = Run.objects.for_rows().filter(pk__in=ids).first()
        return run_live_html(run) if run else ""
    if topic.startswith("batches:"):
        groups = TaskGroup.objects.for_page().filter(runs__in=ids).distinct()
        return "".join(batch_row_html(group) for group in groups)
    runs = Run.objects.for_rows().filter(pk__in=ids)
    rows = "".join(row_html(run) for run in runs)
    if topic.startswith("batch:"):
        group = TaskGroup.objects.for_page().filter(pk=group_uuid(topic.removeprefix("batch:"))).first()
        return (batch_html(group) if group else "") + rows
    return rows
