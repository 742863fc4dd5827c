"""The description of the API, for programs and for people. It is open to all: it holds no secret."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from api.description import description
from api.reference import Entry, chapters, types


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    return JsonResponse(description(base_url(request)))


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    base = base_url(request)
    told = [(chapter, [shown(entry, base) for entry in chapter.entries]) for chapter in chapters()]
    return render(request, "api/docs.html", {"chapters": told, "types": types(), "base": base})


def shown(entry: Entry, base: str) -> tuple[Entry, str, int | None]:
    """An operation with a request to copy, and how often a token may ask for it within a minute."""
    return entry, entry.curl(base), settings.API_RATE_LIMITS.get(entry.operation.told.limit)


def base_url(request: HttpRequest) -> str:
    return settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")
