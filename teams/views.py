"""Signing in by a one-time link, and choosing how to sign in from then on."""

from django.contrib import messages
from django.contrib.auth import login, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from teams.forms import SignInForm
from teams.services import set_sign_in
from teams.signin import use_link

BACKEND = "django.contrib.auth.backends.ModelBackend"
CAME_BY_LINK = "came_by_link"
"""Marks a session in which the old password, perhaps forgotten, need not be known to set a new one."""


@require_GET
@never_cache
def link(request: HttpRequest, secret: str) -> HttpResponse:
    """Sign in with a one-time link."""
    user = use_link(secret)
    if user is None:
        return render(request, "teams/link_used.html", status=410)
    login(request, user, backend=BACKEND)
    request.session[CAME_BY_LINK] = True
    return redirect("teams:welcome")


@require_http_methods(["GET", "POST"])
@login_required
@never_cache
def welcome(request: HttpRequest) -> HttpResponse:
    """Set the e-mail address and password to sign in with; for whoever has a password, only after a link."""
    if request.user.has_usable_password() and not request.session.get(CAME_BY_LINK):
        return redirect("account_change_password")
    form = SignInForm(request.POST or None, user=request.user, initial={"email": request.user.email})
    if not form.is_valid():
        return render(request, "teams/welcome.html", {"form": form}, status=422 if form.is_bound else 200)
    set_sign_in(user=request.user, **form.cleaned_data)
    update_session_auth_hash(request, request.user)
    request.session.pop(CAME_BY_LINK, None)
    messages.success(request, "Saved. Sign in with this e-mail address and password from now on.")
    return redirect("home:home")
