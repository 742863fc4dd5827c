"""Finding a run that its reader may see."""

from uuid import UUID

from django.http import Http404, HttpRequest

from runs.models import Run, RunQuerySet


def run_or_404(request: HttpRequest, run_id: UUID | None, runs: RunQuerySet | None = None) -> Run:
    """The run, if it belongs to the workspace of the request; else the same 404 as for no run at all."""
    chosen = Run.objects.all() if runs is None else runs
    run = chosen.in_workspace(request.workspace).filter(pk=run_id).first()
    if run is None:
        raise Http404
    return run
