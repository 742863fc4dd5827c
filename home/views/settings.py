"""What a member sets for themselves, and an admin for the workspace."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from runs.links import absolute_for
from teams.access import admin_required, member_required
from teams.forms import TokenForm
from teams.models import Role, Token
from teams.tokens import create_token, revoke_token
from web.htmx import page


@require_GET
@login_required
def settings(request: HttpRequest) -> HttpResponse:
    """Lead to the first page of the settings, which is open to everybody."""
    return redirect("home:account")


@require_GET
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """See who is signed in, and change how."""
    return render(
        request, "home/account.html", {"memberships": request.user.memberships.select_related("workspace")}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@member_required
def tokens(request: HttpRequest) -> HttpResponse:
    """See the workspace's tokens, and make one, whose text is in this answer and in no other."""
    if not request.member.may(Role.ADMIN):
        return tokens_are_made_by(request)
    form = TokenForm(request.POST if request.method == "POST" else None, maker=request.member)
    if not form.is_valid():
        return token_page(request, form, status=422 if form.is_bound else 200)
    made, text = create_token(workspace=request.workspace, created_by=request.member, **form.token())
    return token_page(request, TokenForm(maker=request.member), made=made, text=text)


@require_POST
@never_cache
@admin_required
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """Let a token open nothing from now on."""
    token = get_object_or_404(Token, workspace=request.workspace, pk=token_id)
    revoke_token(token=token)
    if not request.htmx:
        return redirect("home:tokens")
    return token_page(request, TokenForm(maker=request.member), revoked=token)


def token_page(request: HttpRequest, form: TokenForm, *, status: int = 200, **news: object) -> HttpResponse:
    context = {
        "form": form,
        "tokens": request.workspace.tokens.listed(),
        "runs_url": absolute_for(request)("/v1/tasks/runs"),
        **news,
    }
    return page(request, "home/tokens.html", context, "tokens", status=status)


def tokens_are_made_by(request: HttpRequest) -> HttpResponse:
    """Say who can help, to a member who is no admin."""
    if request.method == "POST":
        raise PermissionDenied("Only an admin of the workspace makes tokens.")
    admins = request.workspace.members.filter(role=Role.ADMIN).select_related("user").order_by("pk")
    return render(request, "home/tokens_closed.html", {"admins": admins})
