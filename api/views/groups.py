"""Task groups as SDKs ask for them: create, retrieve, add runs, retrieve one of them."""

from django.http import HttpRequest, HttpResponse, JsonResponse

from api.errors import error
from api.reading import count, provider_in, read
from api.views.runs import NOT_FOUND as NO_RUN
from provider.types_group import parse_group_runs, parse_task_group
from runs.converters import group_uuid, run_uuid
from runs.groups import add_runs, create_group
from runs.models import RunEvent, TaskGroup
from runs.wire import task_group, task_group_status, task_run

NOT_FOUND = "Task group id not found"


def create(request: HttpRequest) -> HttpResponse:
    """Make a group without runs."""
    asked = read(request, parse_task_group, empty=None)
    count(request, "tasks")
    group = create_group(workspace=request.workspace, metadata=asked.metadata, token=request.token)
    return JsonResponse(task_group(group))


def retrieve(request: HttpRequest, taskgroup_id: str) -> HttpResponse:
    group = find(request, taskgroup_id)
    return JsonResponse(task_group(group)) if group else error(404, NOT_FOUND)


def add(request: HttpRequest, taskgroup_id: str) -> HttpResponse:
    """Start up to 1,000 runs in the group; the cursors lead past the runs that it had before."""
    group = find(request, taskgroup_id)
    if group is None:
        return error(404, NOT_FOUND)
    asked, provider = read(request, parse_group_runs), provider_in(request)
    count(request, "tasks", len(asked))
    event_cursor = RunEvent.objects.newest_id()
    runs = add_runs(group=group, requests=asked, token=request.token, provider=provider)
    before = group.size - len(runs)
    body = {
        "status": task_group_status(group),
        "run_ids": [run.run_id for run in runs],
        "run_cursor": str(before) if before else None,
        "event_cursor": str(event_cursor) if before else None,
    }
    return JsonResponse(body)


def retrieve_run(request: HttpRequest, taskgroup_id: str, run_id: str) -> HttpResponse:
    group = find(request, taskgroup_id)
    run = group and group.runs.filter(pk=run_uuid(run_id)).first()
    return JsonResponse(task_run(run)) if run else error(404, NO_RUN)


def find(request: HttpRequest, taskgroup_id: str) -> TaskGroup | None:
    return TaskGroup.objects.in_workspace(request.workspace).filter(pk=group_uuid(taskgroup_id)).first()
