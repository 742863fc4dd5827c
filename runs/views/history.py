"""The history: every run of the workspace, filtered, searched, peeked into."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from runs.converters import run_uuid
from runs.exports import EXPORTS
from runs.history import HistoryForm, Place, address, page_of
from runs.models import Run, RunEvent
from runs.presenting import rows_html, run_context
from teams.access import member_required
from web.htmx import page


@require_GET
@member_required
def history(request: HttpRequest) -> HttpResponse:
    """Find runs; the one named in `peek` is open beside the list."""
    form = HistoryForm(request.GET, workspace=request.workspace)
    runs = Run.objects.in_workspace(request.workspace)
    cursor = RunEvent.objects.newest_id()
    chosen = form.choose(runs) if form.is_valid() else runs.none()
    found = page_of(
        chosen,
        after=Place.parse(request.GET.get("after", "")),
        before=Place.parse(request.GET.get("before", "")),
    )
    filters = form.active if form.is_valid() else {}
    context = {
        "form": form,
        "found": found,
        "rows": rows_html(found.lines),
        "filters": filters,
        "here": address(filters, after=request.GET.get("after"), before=request.GET.get("before")),
        "newer": address(filters, before=found.newer),
        "older": address(filters, after=found.older),
        "is_first_page": found.newer is None,
        "exports": EXPORTS.values(),
        "export_query": address(filters),
        **peeked(request),
        "cursor": cursor,
    }
    status = 200 if form.is_valid() else 422
    answer = page(request, "runs/history.html", context, "run-list", "run-peek", status=status)
    if request.htmx.target == "run-list" and status == 200:
        answer["HX-Push-Url"] = f"{request.path}{context['here']}"  # without the filters that are empty
    return answer


def peeked(request: HttpRequest) -> dict:
    """What the panel beside the list shows: a run, that there is none of this name, or nothing."""
    name = request.GET.get("peek", "")
    key = run_uuid(name)
    run = key and Run.objects.in_workspace(request.workspace).for_page().filter(pk=key).first()
    if not run:
        return {"peek": None, "missed": bool(name)}
    context = run_context(run)
    return context | {"peek": run, "rows_of_peek": context.pop("rows")}
