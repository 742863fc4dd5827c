"""Batches: the task groups of the workspace, and the runs of one of them as they end."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from runs.exports import EXPORTS
from runs.history import Place
from runs.models import RunEvent, TaskGroup
from runs.presenting import Batch, rows_html
from teams.access import member_required
from web.htmx import page

PAGE_SIZE = 50


@require_GET
@member_required
def batches(request: HttpRequest) -> HttpResponse:
    """The batches of the workspace, the newest first."""
    cursor = RunEvent.objects.newest_id()
    groups = TaskGroup.objects.in_workspace(request.workspace).for_page()
    if place := Place.parse(request.GET.get("after", "")):
        groups = groups.older_than(place.created_at, place.pk)
    found = list(groups.newest_first()[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    context = {
        "batches": [Batch(group) for group in shown],
        "older": Place(shown[-1].created_at, shown[-1].pk) if len(found) > PAGE_SIZE else None,
        "is_first_page": place is None,
        "cursor": cursor,
    }
    return page(request, "runs/batches.html", context)


@require_GET
@member_required
def batch(request: HttpRequest, group_id: UUID) -> HttpResponse:
    """One batch: how far it is, and its runs in the order in which they were asked."""
    cursor = RunEvent.objects.newest_id()  # read first: what happens meanwhile comes over the live stream
    group = TaskGroup.objects.in_workspace(request.workspace).for_page().filter(pk=group_id).first()
    if group is None:
        raise Http404
    after = position_in(request)
    lines = group.runs.filter(position__gt=after).order_by("position")[: PAGE_SIZE + 1].lines()
    shown = lines[:PAGE_SIZE]
    context = {
        "batch": Batch(group),
        "rows": rows_html(shown),
        "first": after + 1,
        "last": after + len(shown),
        "earlier": max(after - PAGE_SIZE, 0) if after else None,
        "later": after + PAGE_SIZE if len(lines) > PAGE_SIZE else None,
        "exports": EXPORTS.values(),
        "cursor": cursor,
    }
    return page(request, "runs/batch.html", context)


def position_in(request: HttpRequest) -> int:
    """The position after which the page begins; 0 where the address names none."""
    text = request.GET.get("after", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0
