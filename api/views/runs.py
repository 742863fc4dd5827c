"""Task runs as SDKs ask for them: create, retrieve, input."""

from django.http import HttpRequest, HttpResponse, JsonResponse

from api.errors import error
from api.reading import count, provider_in, read
from provider.types import parse_task_run_input
from runs.converters import run_uuid
from runs.models import Run
from runs.services import request_of, start_run
from runs.wire import task_run

NOT_FOUND = "Run id not found"


def create(request: HttpRequest) -> HttpResponse:
    """Start a run; 202 with the run as it is queued."""
    asked, provider = read(request, parse_task_run_input), provider_in(request)
    count(request, "tasks")
    run = start_run(workspace=request.workspace, request=asked, token=request.token, provider=provider)
    return JsonResponse(task_run(run), status=202)


def retrieve(request: HttpRequest, run_id: str) -> HttpResponse:
    run = find(request, run_id)
    return JsonResponse(task_run(run)) if run else error(404, NOT_FOUND)


def sent_input(request: HttpRequest, run_id: str) -> HttpResponse:
    """The request as it was sent."""
    run = find(request, run_id)
    return JsonResponse(request_of(run)) if run else error(404, NOT_FOUND)


def find(request: HttpRequest, run_id: str) -> Run | None:
    return Run.objects.in_workspace(request.workspace).filter(pk=run_uuid(run_id)).first()
