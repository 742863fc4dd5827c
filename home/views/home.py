"""The first page: what runs, what came of the latest runs, and where to begin."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from dispatch.standing import Standing, standings
from playground.templates_gallery import ANSWERED_BY_LIBRARY
from runs.models import Run, RunEvent
from runs.presenting import rows_html
from teams.access import member_required
from teams.models import Role, Workspace
from web.htmx import page

LATEST = 10
EXAMPLES = 3


@require_GET
@member_required
def home(request: HttpRequest) -> HttpResponse:
    """See what moves, and start from there."""
    hosted = standings_of_hosted(request.workspace)
    lines = {"standings": hosted, "may_admin": request.member.may(Role.ADMIN)}
    if request.htmx.target == "provider-lines":
        return page(request, "home/home.html", lines, "provider-lines")
    cursor = RunEvent.objects.newest_id()
    runs = Run.objects.in_workspace(request.workspace)
    context = {
        "rows": rows_html(runs.newest_first()[:LATEST].lines()),
        "counts": runs.count_by_status(),
        "examples": ANSWERED_BY_LIBRARY[:EXAMPLES],
        "cursor": cursor,
    }
    return page(request, "home/home.html", context | lines, "run-list", "run-counts")


def standings_of_hosted(workspace: Workspace) -> list[Standing]:
    if not workspace.providers.usable().hosted().exists():
        return []
    return [standing for standing in standings(workspace) if standing.provider.is_hosted]
