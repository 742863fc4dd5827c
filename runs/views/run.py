"""A run's own page, and what can be done with the run."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect

from provider.types import Invalid, parse_task_run_input
from runs.access import run_or_404
from runs.asked import asked_of
from runs.links import absolute_for
from runs.models import Run, RunEvent
from runs.presenting import run_context, run_live_html
from runs.services import CannotStop, cancel_run, request_of, request_to_repeat, retry_run
from runs.snippets import snippets_of
from runs.wire import task_run, task_run_result
from teams.access import editor_required, member_required
from web.htmx import page
from web.text import pretty_json


@require_GET
@member_required
def run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Read a run: where it stands, what it found, and what carries each value."""
    cursor = RunEvent.objects.newest_id()  # read first: what happens meanwhile comes over the live stream
    field = request.GET.get("field")
    if request.htmx.target == "run-evidence":
        whole = run_or_404(request, run_id, Run.objects.for_page().without_request())
        return page(request, "runs/run.html", run_context(whole, field), "run-evidence")
    shown = run_or_404(request, run_id, Run.objects.for_rows("input", "metadata", "source_policy"))
    live = run_live_html(shown, request, field=field)
    context = {"run": shown, "asked": asked_of(shown), "live": live, "cursor": cursor}
    return page(request, "runs/run.html", context)


@require_GET
@member_required
def details(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """The run as JSON and as code, for those who go on with it elsewhere."""
    shown = run_or_404(request, run_id, Run.objects.for_page())
    absolute = absolute_for(request)
    body = request_of(shown)
    context = {
        "run": shown,
        "sent": pretty_json(body),
        "wire": pretty_json(
            task_run_result(shown, absolute) if hasattr(shown, "result") else task_run(shown)
        ),
        "snippets": snippets_of(body, absolute("/").rstrip("/"), shown.provider),
    }
    return page(request, "runs/details.html", context, "run-details")


@require_POST
@editor_required
def cancel(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Stop a run that has not started; ask one that has to stop at its next step."""
    stopped = run_or_404(request, run_id)
    try:
        was_active = cancel_run(run=stopped)
    except CannotStop as sentence:
        messages.info(request, str(sentence))
        return go_to(request, stopped)
    if (request.htmx.current_url_abs_path or "").startswith("/playground/"):
        return HttpResponse(status=204)  # the panel there is live and shows what becomes of the run
    if not was_active:
        messages.info(request, "The run was over already; nothing was cancelled.")
    elif stopped.is_active:
        messages.info(
            request, "The run has started. It stops at its next step; a result complete by then is kept."
        )
    return go_to(request, stopped)


@require_POST
@editor_required
def retry(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Ask the same again as a new run."""
    former = run_or_404(request, run_id)
    try:
        again = retry_run(
            run=former, made_by=request.member, request=parse_task_run_input(request_to_repeat(former))
        )
    except Invalid as refused:
        messages.error(
            request, f"This run can't be repeated as it was: {refused} Duplicate it and change that."
        )
        return go_to(request, former)
    return go_to(request, again)


def go_to(request: HttpRequest, run: Run) -> HttpResponse:
    """Lead the browser to a run's page, whether or not htmx asked."""
    return HttpResponseClientRedirect(run.get_absolute_url()) if request.htmx else redirect(run)
