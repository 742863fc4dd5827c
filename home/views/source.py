"""One source: adding it, how far its crawl is, what became of each address, and what can be done with it."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from dispatch.scopes import own_scope
from engine import sources
from engine.models import Source
from engine.sources import KINDS, NotAdded
from home.sources.forms import SourceForm, form_context
from home.sources.listing import standings
from home.sources.schedule import SCHEDULES, every, hours_of
from home.sources.visits import PAGE_SIZE, filter_of, visits
from teams.access import editor_required, member_required
from web.htmx import page


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@editor_required
def new_source(request: HttpRequest) -> HttpResponse:
    """Add a source: a site, a sitemap, files, or a wiki or search engine that is asked when a task runs."""
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = SourceForm(*sent, searxng_url=settings.SEARXNG_URL)
    scope = own_scope(request.workspace.pk)
    if form.is_valid():
        try:
            made = form.add_to(scope)
        except NotAdded as refusal:
            form.add_error("address" if form.cleaned_data.get("address") else None, str(refusal))
        else:
            url = reverse("home:source", args=[made.pk])
            return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
    context = form_context(form, scope, request.GET.get("kind", ""))
    status = 422 if form.is_bound else 200
    return page(request, "home/source_new.html", context, "source-form", status=status)


@require_GET
@never_cache
@member_required
def source(request: HttpRequest, source_id: int) -> HttpResponse:
    """See one source while it is crawled and afterwards."""
    shown = source_or_404(request, source_id)
    wanted = filter_of(request.GET)
    rows, more = visits(shown, wanted)
    (standing,) = standings([shown])
    context = {
        "source": shown,
        "standing": standing,
        "wanted": wanted,
        "here": wanted.query(),
        "visits": rows,
        "is_long": standing.total > PAGE_SIZE or bool(wanted.words),
        "more": wanted.query(after=more) if more else "",
        "schedules": SCHEDULES,
        "hours": hours_of(shown.every),
    }
    return page(request, "home/source.html", context, "source-live")


@require_POST
@editor_required
def recrawl_source(request: HttpRequest, source_id: int) -> HttpResponse:
    """Fetch all its pages again, now."""
    return done(request, source_id, sources.recrawl, "{} is crawled again. Its pages can be found meanwhile.")


@require_POST
@editor_required
def pause_source(request: HttpRequest, source_id: int) -> HttpResponse:
    """Fetch nothing more of it for now."""
    return done(request, source_id, sources.pause, "{} is paused. What is indexed can be found.")


@require_POST
@editor_required
def resume_source(request: HttpRequest, source_id: int) -> HttpResponse:
    """Go on where it was paused."""
    return done(request, source_id, sources.resume, "{} goes on.")


@require_POST
@editor_required
def schedule_source(request: HttpRequest, source_id: int) -> HttpResponse:
    """Have it crawled again by itself, or no longer."""
    hours = request.POST.get("hours", "")
    if hours not in dict(SCHEDULES):
        messages.error(request, "Choose one of the schedules in the list.")
        return redirect("home:source", source_id)
    kept = "The schedule of {} is kept."
    return done(request, source_id, lambda shown: sources.set_schedule(shown, every(hours)), kept)


@require_POST
@editor_required
def drop_source(request: HttpRequest, source_id: int) -> HttpResponse:
    """Remove it from the index; what cites it keeps the stored pages."""
    gone = source_or_404(request, source_id)
    sources.remove(gone)
    messages.success(request, f"{gone.name} is removed. Evidence that cites it still opens.")
    return redirect("home:sources")


def done(request: HttpRequest, source_id: int, act: Callable[[Source], None], said: str) -> HttpResponse:
    """Do this to a source and say so, or why it can't be done."""
    shown = source_or_404(request, source_id)
    try:
        act(shown)
    except NotAdded as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said.format(shown.name))
    return redirect("home:source", source_id)


def source_or_404(request: HttpRequest, source_id: int) -> Source:
    listed = Source.objects.filter(scope=own_scope(request.workspace.pk), kind__in=KINDS)
    return get_object_or_404(listed, pk=source_id)
