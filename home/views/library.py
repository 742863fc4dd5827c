"""The starter library: pages that the engine may cite, open to all, so that every citation opens."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from engine.index import find_page
from engine.starter import STARTER
from home.marking import marked_blocks, parse_mark
from home.shelves import shelves
from web.htmx import page


@require_GET
def library(request: HttpRequest) -> HttpResponse:
    """Look through the starter library, by kind and by name."""
    words = request.GET.get("q", "")[:200]
    return page(request, "home/library.html", {"shelves": shelves(STARTER, words), "q": words}, "shelves")


@require_GET
def library_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Read one page; an excerpt named in the address is marked in it, in the version that was cited."""
    path = f"/library/{slug}/"
    cited = request.GET.get("v", "")
    newest = find_page(path, STARTER)
    shown = (find_page(path, STARTER, cited) if cited else None) or newest
    if shown is None:
        raise Http404
    start, end = (
        parse_mark(request.GET.get("mark", "")) if shown.content_hash == cited or not cited else (0, 0)
    )
    context = {
        "page": shown,
        "is_marked": end > start,
        "sections": marked_blocks(shown.document, start, end),
        "is_old": newest is not None and shown.content_hash != newest.content_hash,
        "is_changed": bool(cited) and shown.content_hash != cited,
        "path": path,
    }
    return render(request, "home/library_page.html", context)
