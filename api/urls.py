"""The addresses of the table of operations that Django serves, and what is said at all others under /v1."""

from collections.abc import Callable
from functools import partial

from django.http import HttpRequest, HttpResponseBase
from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt

from api.access import token_required
from api.errors import error
from api.operation import Operation
from api.operations import OPERATIONS
from api.reading import Refused
from api.views.description import docs, openapi
from api.views.webhook import parallel
from teams.models import Role

app_name = "api"


def view_of(operations: list[Operation]) -> Callable[..., HttpResponseBase]:
    """One view for all methods of an address. No browser sends a token by itself: no CSRF check is needed."""
    views = {
        operation.method: token_required(operation.role, operation.serve)
        for operation in operations
        if operation.serve
    }
    not_allowed = token_required(Role.VIEWER, partial(refuse, [operation.method for operation in operations]))

    @csrf_exempt
    def view(request: HttpRequest, **names: str) -> HttpResponseBase:
        try:
            return views.get(request.method, not_allowed)(request, **names)
        except Refused as refused:
            return refused.answer

    return view


def refuse(methods: list[str], request: HttpRequest, **names: str) -> HttpResponseBase:
    answer = error(405, f"This address takes {' and '.join(methods)}.")
    answer["Allow"] = ", ".join(methods)
    return answer


@csrf_exempt
def unknown(request: HttpRequest) -> HttpResponseBase:
    return error(404, "There is nothing at this address. /api/docs lists what is served.")


def by_path() -> dict[str, list[Operation]]:
    found: dict[str, list[Operation]] = {}
    for operation in OPERATIONS:
        for address in operation.paths:
            found.setdefault(address, []).append(operation)
    return found


def django_route(address: str) -> str:
    return address.removeprefix("/").replace("{", "<str:").replace("}", ">")


urlpatterns = [
    path("api/openapi.json", openapi, name="openapi"),
    path("api/docs", docs, name="docs"),
    path("webhooks/parallel", parallel, name="webhook_in"),
]
urlpatterns += [path(django_route(address), view_of(its)) for address, its in by_path().items()]
urlpatterns.append(re_path(r"^v1(?:beta)?/", unknown))
