"""The description of the API, for programs and for people. It is open to all: it holds no secret."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from api.description import description
from api.reference import chapters, types


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    return JsonResponse(description(base_url(request)))


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    base = base_url(request)
    told = [(chapter, [(entry, entry.curl(base)) for entry in chapter.entries]) for chapter in chapters()]
    return render(request, "api/docs.html", {"chapters": told, "types": types(), "base": base})


def base_url(request: HttpRequest) -> str:
    return settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")
