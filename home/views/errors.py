"""What a person sees instead of a page: one sentence on what happened, one on what to do."""

import sys

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from api.errors import error
from web import paths
from web.trouble import Trouble, met


def error_page(request: HttpRequest, status: int, title: str, advice: str) -> HttpResponse:
    """A page for people; below the API's paths, where scripts ask, the API's envelope."""
    if request.path.startswith(paths.API):
        return error(status, f"{title}.")
    context = {"status": status, "title": title, "advice": advice}
    if status >= 500:
        context["messages"] = ()  # to look for some would ask the database
    response = render(request, "error.html", context, status=status)
    if status == 403 and not request.user.is_authenticated:
        response["X-Signed-Out"] = "1"  # so that a page knows it without reading the sentence
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 400, "That request cannot be read", "Go back, reload the page and try again.")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    advice = str(exception) or "Ask an admin of your workspace for access."
    return error_page(request, 403, "This is not open to you", advice)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    advice = "It may be in another workspace, or the address may be incomplete. The history lists every run."
    return error_page(request, 404, "There is nothing at this address", advice)


def server_error(request: HttpRequest) -> HttpResponse:
    """Called while the exception is handled. The database has its troubles; these pass."""
    if trouble := met(sys.exc_info()[1]):
        return later(request, trouble)
    advice = "Nothing you entered is lost. Try again; if it happens twice, the server's log says why."
    return error_page(request, 500, "Something failed on the server", advice)


def later(request: HttpRequest, trouble: Trouble) -> HttpResponse:
    if request.path.startswith(paths.API):
        answer = error(503, trouble.sentence)
    else:
        answer = error_page(request, 503, trouble.title, trouble.advice)
    answer["Retry-After"] = str(trouble.retry_after)
    return answer


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    advice = (
        "The page was open for too long, or you signed in again elsewhere. Go back, reload it and try again."
    )
    return error_page(request, 403, "This form has expired", advice)
