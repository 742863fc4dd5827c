"""The sources of a workspace: what the engine knows of each, and which passages a question would find."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from dispatch.scopes import own_scope, scopes_of
from engine.words import stems
from home.sources.forms import SourceForm, form_context
from home.sources.levels import levels
from home.sources.listing import TALLIES, collections
from home.sources.tester import found_for
from teams.access import member_required
from web.htmx import page

LONGEST_QUESTION = 1_000


@require_GET
@never_cache
@member_required
def sources(request: HttpRequest) -> HttpResponse:
    """See what the engine knows, or, for a question, the passages that it would read."""
    scopes = scopes_of(request.workspace.pk)
    question = request.GET.get("q", "").strip()[:LONGEST_QUESTION]
    if question:
        context = {
            "q": question,
            "found": found_for(question, scopes),
            "only_stop_words": not stems(question),
            "levels": levels(),
        }
        return page(request, "home/sources.html", context, "sources-view")
    listed = collections(scopes)
    standings = [standing for collection in listed for standing in collection.standings]
    context = {
        "collections": listed,
        "tally_words": [word for _, word, _ in TALLIES],
        "is_busy": any(standing.is_busy for standing in standings),
        "levels": levels(),
    }
    if all(standing.is_starter for standing in standings):
        form = SourceForm(searxng_url=settings.SEARXNG_URL)
        context |= {"is_empty": True} | form_context(form, own_scope(request.workspace.pk))
    return page(request, "home/sources.html", context, "sources-view", "source-list")
