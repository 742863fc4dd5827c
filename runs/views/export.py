"""Everything that is filtered, as one file."""

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from runs.access import run_or_404
from runs.converters import run_uuid
from runs.exports import EXPORTS, Export
from runs.history import HistoryForm
from runs.links import absolute_for
from runs.models import Run
from teams.access import member_required
from web.downloads import in_chunks


@require_GET
@member_required
def export(request: HttpRequest, slug: str) -> HttpResponse:
    """Download the filtered history, evidence included, in one of the formats of ``EXPORTS``."""
    fmt = EXPORTS.get(slug)
    form = HistoryForm(request.GET, workspace=request.workspace)
    if fmt is None:
        raise Http404
    if name := request.GET.get("run"):
        run_or_404(request, run_uuid(name))
    if not form.is_valid():
        return redirect(f"{reverse('runs:history')}?{request.GET.urlencode()}")  # it says what is wrong
    runs = form.choose(Run.objects.in_workspace(request.workspace))
    name = f"groundwork-runs-{timezone.now():%Y-%m-%d-%H%M}.{fmt.slug}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    lines = fmt.render(Export(runs, absolute_for(request)))
    return StreamingHttpResponse(in_chunks(lines), content_type=fmt.content_type, headers=headers)
