"""What the engine has stored of the pages and files that a workspace has added."""

from pathlib import Path
from urllib.parse import urlsplit

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from dispatch.scopes import own_scope, scopes_of
from engine import uploads
from engine.models import Page, PageQuerySet, Visit
from home.marking import marked_blocks, parse_mark
from runs.links import is_web_address
from teams.access import member_required
from web.downloads import in_chunks, of_file

MOST_VERSIONS = 50
AS_BYTES = "application/octet-stream"
"""No browser shows it, whatever the file is."""


@require_GET
@member_required
def stored_page(request: HttpRequest, page_id: int) -> HttpResponse:
    """Read one version of a page as it was fetched; an excerpt named in the address is marked in it."""
    cited = request.GET.get("v", "")[:64]
    readable = Page.objects.within(scopes_of(request.workspace.pk)).select_related("source")
    shown = version(readable, page_id, cited)
    is_changed = bool(cited) and shown.content_hash != cited
    start, end = (0, 0) if is_changed else parse_mark(request.GET.get("mark", ""))
    versions = readable.filter(path=shown.path).only("fetched_at", "current", "source")
    context = {
        "page": shown,
        "live_url": shown.path if urlsplit(shown.path).scheme and is_web_address(shown.path) else "",
        "file": upload(request, shown.path),
        "is_marked": end > start,
        "is_changed": is_changed,
        "sections": marked_blocks(shown.document, start, end),
        "versions": list(versions.order_by("-fetched_at", "-pk")[:MOST_VERSIONS]),
    }
    return render(request, "home/stored.html", context)


@require_GET
@member_required
def source_file(request: HttpRequest, digest: str, name: str) -> HttpResponseBase:
    """Lead to the stored text of an uploaded file, or with ``?download`` send the file as it came."""
    path = request.path
    if "download" in request.GET:
        found = upload(request, path)
        if found is None or not uploads.stored(found.etag).exists():
            raise Http404
        return as_download(uploads.stored(found.etag), uploads.safe_name(name))
    pages = Page.objects.within([own_scope(request.workspace.pk)])
    rows = Q(path=path) | Q(path__startswith=f"{path}#")  # each row of a table is a page
    cited = pages.filter(rows, content_hash=request.GET.get("v", "")[:64]).first()
    shown = cited or pages.filter(path=path).order_by("-current", "-pk").first()
    if shown is None:
        raise Http404
    query = request.GET.urlencode()
    return redirect(reverse("home:stored_page", args=[shown.pk]) + (f"?{query}" if query else ""))


def as_download(file: Path, name: str) -> StreamingHttpResponse:
    headers = {
        "Content-Disposition": content_disposition_header(as_attachment=True, filename=name),
        "Content-Length": str(file.stat().st_size),
    }
    return StreamingHttpResponse(in_chunks(of_file(file)), content_type=AS_BYTES, headers=headers)


def version(readable: PageQuerySet, page_id: int, cited: str) -> Page:
    """The page, or what was cited of it, should the index have been built anew since."""
    page = readable.filter(pk=page_id).first()
    if page is None or (cited and page.content_hash != cited):
        page = readable.filter(content_hash=cited).order_by("pk").first() or page
    if page is None:
        raise Http404
    return page


def upload(request: HttpRequest, path: str) -> Visit | None:
    """The workspace's own file at this path, if it is still there."""
    scope = own_scope(request.workspace.pk)
    files = Visit.objects.filter(kind=Visit.Kind.FILE, source__scope=scope)
    return files.filter(address=path.partition("#")[0].partition("?")[0]).first()
