"""Answering a page, or only the part of it that htmx is about to swap."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any], *partials: str, status: int = 200
) -> HttpResponse:
    """Render `template`, or only the partial that htmx is about to swap.

    A partial, its element's id and its name in `partials` are one word, so a client can ask for nothing
    that the view did not list.
    """
    if request.htmx.target in partials:
        template = f"{template}#{request.htmx.target}"
    response = render(request, template, context, status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response
