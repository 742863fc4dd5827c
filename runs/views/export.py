"""Everything that is filtered, as one file."""

from collections.abc import AsyncIterator, Iterable, Iterator

from asgiref.sync import sync_to_async
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

CHUNK_BYTES = 64 * 1024


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


async def in_chunks(lines: Iterable[bytes]) -> AsyncIterator[bytes]:
    """The lines in pieces of about 64 KiB, each made in a thread: Django would collect an iterator first."""
    chunks = gathered(iter(lines))
    while chunk := await sync_to_async(next)(chunks, b""):
        yield chunk


def gathered(lines: Iterator[bytes]) -> Iterator[bytes]:
    buffer = bytearray()
    for line in lines:
        buffer += line
        if len(buffer) >= CHUNK_BYTES:
            yield bytes(buffer)
            buffer.clear()
    if buffer:
        yield bytes(buffer)
