"""Who may open a page: members with the role that it needs. Whoever is signed out is sent to sign in."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from teams.models import Member, Role, User

View = Callable[..., HttpResponseBase]


def member_of(user: User) -> Member | None:
    """The user's first membership; it decides which workspace a page shows."""
    member = Member.objects.select_related("workspace").filter(user=user).order_by("pk").first()
    if member:
        member.user = user  # it is here already
    return member


def sign_in_first(request: HttpRequest) -> HttpResponseBase:
    """Lead to the sign-in page and back; what is no page to come back to is refused with a sentence."""
    if request.htmx or request.method not in ("GET", "HEAD"):
        raise PermissionDenied("You are signed out. Sign in again, then reload the page you came from.")
    return redirect_to_login(request.get_full_path())


def role_required(role: Role) -> Callable[[View], View]:
    """Let members with this role in; the view finds ``request.member`` and ``request.workspace``."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return sign_in_first(request)
            member = member_of(request.user)
            if member is None:
                raise PermissionDenied("You belong to no workspace here. Ask its admin to add you.")
            if not member.may(role):
                raise PermissionDenied(
                    f"Your role is {member.get_role_display().lower()}; this needs {role.label.lower()}. "
                    "An admin of the workspace can change that."
                )
            request.member, request.workspace = member, member.workspace
            return view(request, *args, **kwargs)

        return guarded

    return decorate


member_required = role_required(Role.VIEWER)
editor_required = role_required(Role.EDITOR)
admin_required = role_required(Role.ADMIN)
