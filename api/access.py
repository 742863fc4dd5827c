"""Who may call the API: holders of a workspace token, sent as ``x-api-key`` or as a bearer."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from api.errors import error
from teams.models import Role
from teams.tokens import find_token, token_in

View = Callable[..., HttpResponseBase]

UNAUTHORIZED = (
    "Unauthorized: invalid or missing credentials. Send a token of this workspace as x-api-key or as a "
    "bearer; script/manage createtoken makes one."
)


def token_required(role: Role) -> Callable[[View], View]:
    """Let tokens of this role in; the view finds ``request.token`` and ``request.workspace``."""

    def decorate(view: View) -> View:
        @csrf_exempt  # a token is sent on purpose; no browser adds it by itself
        @wraps(view)
        def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
            token = find_token(token_in(request))
            if token is None:
                return error(401, UNAUTHORIZED)
            if not token.may(role):
                return error(403, f"This token may only read. Use one with the role {role.label.lower()}.")
            request.token, request.workspace = token, token.workspace
            return view(request, *args, **kwargs)

        return guarded

    return decorate
