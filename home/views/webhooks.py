"""The webhooks of a workspace: the secret that signs them, what was sent to whom, and sending it again."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from dispatch import delivery as deliveries
from dispatch import webhooks as signing
from dispatch.models import Delivery, WebhookSecret
from teams.access import admin_required, editor_required
from teams.models import Role
from web.htmx import page

ROWS = 50


@require_GET
@editor_required
def webhooks(request: HttpRequest) -> HttpResponse:
    """See what was told to whom, and how a receiver checks it."""
    return webhook_page(request)


@require_POST
@never_cache
@admin_required
def show_secret(request: HttpRequest) -> HttpResponse:
    """Show the secret that signs, made now if it was never needed."""
    return webhook_page(request, shown=signing.secret_of(request.workspace))


@require_POST
@never_cache
@admin_required
def rotate_secret(request: HttpRequest) -> HttpResponse:
    """Replace the secret, and show the new one where no reload of the answer could replace it again."""
    made = signing.rotate_secret(workspace=request.workspace)
    if not request.htmx:
        messages.success(request, "The secret is replaced. For 24 hours the old one signs beside it.")
        return redirect("home:webhooks")
    return webhook_page(request, shown=made, is_new=True)


@require_GET
@editor_required
def delivery(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """See one delivery: what was sent, and what came of each attempt."""
    shown = delivery_or_404(request, run_id)
    return render(request, "home/delivery.html", {"delivery": shown, "attempts": shown.attempts.all()})


@require_POST
@editor_required
def redeliver(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Send it again, under the same id."""
    again = delivery_or_404(request, run_id)
    deliveries.redeliver(delivery=again)
    messages.success(
        request, "It is sent again now, with the same id. Reload the page to see what came of it."
    )
    return redirect(again)


def delivery_or_404(request: HttpRequest, run_id: UUID) -> Delivery:
    return get_object_or_404(
        Delivery.objects.in_workspace(request.workspace).select_related("run"), pk=run_id
    )


def webhook_page(
    request: HttpRequest, *, shown: WebhookSecret | None = None, is_new: bool = False
) -> HttpResponse:
    present, *replaced = list(request.workspace.webhook_secrets.signing()) or [None]
    found = rows_of(request)
    context = {
        "may_admin": request.member.may(Role.ADMIN),
        "secret": present,
        "replaced": replaced,
        "shown": shown,
        "is_new": is_new,
        "deliveries": found[:ROWS],
        "older": found[ROWS - 1] if len(found) > ROWS else None,
        "is_first_page": "before" not in request.GET,
    }
    return page(request, "home/webhooks.html", context, "webhook-secret")


def rows_of(request: HttpRequest) -> list[Delivery]:
    """The newest deliveries, or those before the one the address names; one more than a page shows."""
    found = Delivery.objects.in_workspace(request.workspace)
    if before := request.GET.get("before"):
        found = found.older_than(delivery_or_404(request, uuid_or_404(before)))
    return list(found.for_rows().newest_first()[: ROWS + 1])


def uuid_or_404(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None
