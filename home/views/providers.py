"""Who carries runs out: how each provider stands, and adding, changing, choosing and removing one."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from dispatch.hosted.connection import check_base_url, fault_of_connection
from dispatch.standing import connected, standings, try_again, waiting_because, wind_up
from teams.access import admin_required, member_required
from teams.forms import HostedProviderForm
from teams.models import Provider, Role
from teams.providers import change_provider, create_hosted_provider, make_default, remove_provider
from teams.secrets import Unreadable
from web import paths
from web.htmx import page


@require_GET
@never_cache
@member_required
def providers(request: HttpRequest) -> HttpResponse:
    """See each provider: whether it takes runs, how many it has, and what holds others back."""
    context = {
        "standings": standings(request.workspace),
        "may_admin": request.member.may(Role.ADMIN),
    }
    return page(request, "home/providers.html", context, "provider-list")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@admin_required
def new_provider(request: HttpRequest) -> HttpResponse:
    """Add a hosted provider, once it was seen to answer and to take the key."""
    form = form_of(request)
    if not works(request, form) or is_test(request):
        return provider_page(request, form)
    made = create_hosted_provider(workspace=request.workspace, **form.cleaned_data)
    messages.success(request, f"{made} is added: it answers and takes the key.")
    return to_the_list(request)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@admin_required
def provider(request: HttpRequest, slug: str) -> HttpResponse:
    """Change a provider. What reaches it is tried first; limits can be changed while it is away."""
    shown = provider_or_404(request, slug)
    if not shown.is_hosted and request.method == "POST":
        return HttpResponseNotAllowed(["GET", "HEAD"])
    form = form_of(request, shown)
    if not works(request, form) or is_test(request):
        return provider_page(request, form)
    change_provider(provider=shown, **form.cleaned_data)
    if form.changes_connection:
        connected(provider=shown)
    messages.success(request, f"{shown} is changed.")
    return to_the_list(request)


@require_POST
@admin_required
def use_provider(request: HttpRequest, slug: str) -> HttpResponse:
    """Give new runs to this provider."""
    chosen = provider_or_404(request, slug)
    make_default(provider=chosen)
    messages.success(request, f"New runs go to {chosen} from now on, unless somebody chooses another.")
    return redirect("home:providers")


@require_POST
@admin_required
def retry_provider(request: HttpRequest, slug: str) -> HttpResponse:
    """Try a provider now that takes no runs, and not only when its pause is over."""
    paused = hosted_or_404(request, slug)
    try_again(provider=paused)
    messages.success(request, f"{paused} is tried again now, if a run waits for it.")
    return redirect("home:providers")


@require_POST
@admin_required
def drop_provider(request: HttpRequest, slug: str) -> HttpResponse:
    """Remove a provider: what waits for it is cancelled, and what it has is fetched if it can be."""
    gone = hosted_or_404(request, slug)
    remove_provider(provider=gone)
    wind_up(provider=gone)
    messages.success(request, f"{gone} is removed. Its runs stay in the history.")
    return redirect("home:providers")


def provider_or_404(request: HttpRequest, slug: str) -> Provider:
    return get_object_or_404(request.workspace.providers.usable().select_related("upstream"), slug=slug)


def hosted_or_404(request: HttpRequest, slug: str) -> Provider:
    return get_object_or_404(request.workspace.providers.usable().hosted(), slug=slug)


def form_of(request: HttpRequest, changed: Provider | None = None) -> HostedProviderForm:
    """The form as it was sent, or as it begins."""
    return HostedProviderForm(
        request.POST if request.method == "POST" else None,
        workspace=request.workspace,
        check_address=check_base_url,
        webhook_url=settings.PUBLIC_URL and settings.PUBLIC_URL + paths.WEBHOOKS_IN,
        provider=changed,
    )


def is_test(request: HttpRequest) -> bool:
    """Whether the form was sent to be tried and not to be kept."""
    return "test" in request.POST


def works(request: HttpRequest, form: HostedProviderForm) -> bool:
    """Whether what the form says can be kept; the way to the provider is tried if it is new, or on asking."""
    if not form.is_valid():
        return False
    return connects(form) if form.changes_connection or is_test(request) else True


def connects(form: HostedProviderForm) -> bool:
    """Whether the provider answers and takes the key; if not, the form says so in the right place."""
    try:
        base_url, key = form.connection()
    except Unreadable as unreadable:
        form.add_error("key", str(unreadable))
        return False
    if sentence := fault_of_connection(base_url, key):
        form.add_error("key" if " key" in sentence else "base_url", sentence)
    return not sentence


def provider_page(request: HttpRequest, form: HostedProviderForm) -> HttpResponse:
    """The form, and the news of a test if one was asked for."""
    shown = form.provider
    context = {
        "form": form,
        "provider": shown,
        "tested": is_test(request),
        "because": shown and waiting_because(shown),
        "standing": next((each for each in standings(request.workspace) if each.provider == shown), None),
        "limits": [form[name] for name in ("runs_per_minute", "most_in_flight", "usd_per_day")],
    }
    status = 422 if form.is_bound and form.errors else 200
    return page(request, "home/provider.html", context, "provider-form", "provider-test", status=status)


def to_the_list(request: HttpRequest) -> HttpResponse:
    url = reverse("home:providers")
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
