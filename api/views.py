"""Task runs as SDKs ask for them: create, retrieve, input, result."""

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_POST

from api.access import token_required
from api.errors import error, invalid
from provider.types import Invalid, parse_task_run_input
from runs.converters import run_uuid
from runs.links import absolute_for
from runs.models import Run
from runs.services import request_of, start_run
from runs.status import Status
from runs.wire import task_run, task_run_result
from teams.models import Role
from web.text import read_json

NOT_FOUND = "Run id not found"
NO_RESULT = "Run failed or run id not found"
TOO_LARGE = "The body is larger than any task can be. The input and the task spec may have 25,000 characters."
STILL_ACTIVE = "Request timed out; run still active"


@token_required(Role.EDITOR)
@require_POST
def create(request: HttpRequest) -> HttpResponse:
    """Start a run; 202 with the run as it is queued."""
    try:
        asked = parse_task_run_input(read_json(request.body))
    except Invalid as refused:
        return invalid(refused)
    except RequestDataTooBig:
        return error(422, TOO_LARGE)
    except ValueError as unreadable:
        return error(422, f"The body is not JSON: {unreadable}")
    run = start_run(workspace=request.workspace, request=asked, token=request.token)
    return JsonResponse(task_run(run), status=202)


@token_required(Role.VIEWER)
@require_GET
def retrieve(request: HttpRequest, run_id: str) -> HttpResponse:
    run = find(request, run_id)
    return JsonResponse(task_run(run)) if run else error(404, NOT_FOUND)


@token_required(Role.VIEWER)
@require_GET
def sent_input(request: HttpRequest, run_id: str) -> HttpResponse:
    """The request as it was sent."""
    run = find(request, run_id)
    return JsonResponse(request_of(run)) if run else error(404, NOT_FOUND)


@token_required(Role.VIEWER)
@require_GET
def result(request: HttpRequest, run_id: str) -> HttpResponse:
    """The output of a completed run; 408 while it is active, which web/patience.py keeps from the client."""
    run = find(request, run_id)
    if run and run.is_active:
        return error(408, STILL_ACTIVE)
    if run is None or run.status != Status.COMPLETED:
        return error(404, NO_RESULT)
    whole = Run.objects.for_page().get(pk=run.pk)
    return JsonResponse(task_run_result(whole, absolute_for(request)))


def find(request: HttpRequest, run_id: str) -> Run | None:
    return Run.objects.in_workspace(request.workspace).filter(pk=run_uuid(run_id)).first()
