"""Who may call the API: holders of a workspace token, sent as ``x-api-key`` or as a bearer."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponseBase

from api.errors import error
from teams.models import Role
from teams.tokens import find_token, token_in

View = Callable[..., HttpResponseBase]

UNAUTHORIZED = (
    "Unauthorized: invalid or missing credentials. Send a token of this workspace as x-api-key or as a "
    "bearer; script/manage createtoken makes one."
)


def may_only_read(role: Role) -> str:
    return f"This token may only read. Use one with the role {role.label.lower()}."


def token_required(role: Role, view: View) -> View:
    """Let tokens of this role in; the view finds ``request.token`` and ``request.workspace``."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        token = find_token(token_in(request))
        if token is None:
            return error(401, UNAUTHORIZED)
        if not token.may(role):
            return error(403, may_only_read(role))
        request.token, request.workspace = token, token.workspace
        return view(request, *args, **kwargs)

    return guarded
