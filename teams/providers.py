"""The providers of a workspace: added, changed, chosen for new runs, removed."""

import hashlib
from functools import partial
from itertools import count
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from teams.models import Provider, Workspace
from teams.secrets import Unreadable, seal
from teams.tokens import is_own

FROM_ENVIRONMENT = "parallel"
"""The slug of the provider that PARALLEL_API_KEY brings; an admin may give it any name."""
RESERVED = {"new"}
"""What stands in a provider's place in an address of the settings."""
LONGEST_SLUG = 40
"""So that a number, or what marks a removed one, still fits behind it."""


class EngineStays(Exception):
    """The built-in engine is part of the installation and can't be removed, as a sentence for the user."""


@transaction.atomic
def create_hosted_provider(
    *,
    workspace: Workspace,
    name: str,
    base_url: str,
    key: str,
    webhook_secret: str = "",
    make_default: bool = False,
    **limits: Any,
) -> Provider:
    """Add a hosted provider. `limits` are ``runs_per_minute``, ``most_in_flight`` and ``usd_per_day``."""
    provider = workspace.providers.create(
        slug=free_slug(workspace, name),
        name=name,
        kind=Provider.Kind.HOSTED,
        base_url=base_url,
        sealed_key=seal(key),
        sealed_webhook_secret=seal(webhook_secret),
        **limits,
    )
    if make_default:
        choose(provider)
    return provider


def free_slug(workspace: Workspace, name: str) -> str:
    """An address for this name that no provider of the workspace has."""
    wanted = slugify(name)[:LONGEST_SLUG].strip("-") or "provider"
    taken = RESERVED | set(workspace.providers.values_list("slug", flat=True))
    candidates = (wanted if number == 1 else f"{wanted}-{number}" for number in count(1))
    return next(slug for slug in candidates if slug not in taken)


def change_provider(*, provider: Provider, key: str = "", webhook_secret: str = "", **fields: Any) -> None:
    """Change what is given; an empty key or webhook secret keeps the stored one. The address stays."""
    secrets = {"sealed_key": key, "sealed_webhook_secret": webhook_secret}
    fields |= {name: seal(text) for name, text in secrets.items() if text}
    fields["changed_at"] = timezone.now()
    for name, value in fields.items():
        setattr(provider, name, value)
    Provider.objects.filter(pk=provider.pk, removed_at=None).update(**fields)


@transaction.atomic
def make_default(*, provider: Provider) -> None:
    """Give new runs to this provider from now on."""
    choose(provider)


def choose(provider: Provider) -> None:
    """Inside a transaction; of two admins who choose at once, the second waits for the first."""
    Workspace.objects.select_for_update().get(pk=provider.workspace_id)
    others = Provider.objects.filter(workspace=provider.workspace_id, is_default=True)
    others.exclude(pk=provider.pk).update(is_default=False)
    Provider.objects.filter(pk=provider.pk).update(is_default=True)
    provider.is_default = True


@transaction.atomic
def remove_provider(*, provider: Provider) -> None:
    """Give it no more runs. Its runs stay and its name is free again; `forget_secrets` clears its key."""
    if not provider.is_hosted:
        raise EngineStays("The built-in engine is part of this installation and stays.")
    now = timezone.now()
    gone = {"removed_at": now, "changed_at": now, "is_default": False}
    gone |= {"slug": f"{provider.slug[:LONGEST_SLUG]}-{provider.pk}x"}
    was_default = Provider.objects.filter(pk=provider.pk, is_default=True).exists()
    Provider.objects.filter(pk=provider.pk).update(**gone)
    if was_default:
        choose(engine_of(provider.workspace))


def forget_secrets(*, provider: Provider) -> None:
    """Clear the key and the webhook secret of a removed provider: nothing is fetched from it any more."""
    removed = Provider.objects.filter(pk=provider.pk, removed_at__isnull=False)
    removed.update(sealed_key="", sealed_webhook_secret="")


def engine_of(workspace: Workspace) -> Provider:
    return workspace.providers.usable().filter(kind=Provider.Kind.ENGINE).earliest("pk")


def provider_from_environment(workspace: Workspace) -> None:
    """Make the provider that PARALLEL_API_KEY names, and the default, or change it as the environment did.

    What an earlier start saw already changes nothing, so that whatever an admin did to it since then stays.
    A token of this installation, as scripts of the same shell use it, is no such key: runs would come back.
    """
    key, base_url = settings.PARALLEL_API_KEY, settings.PARALLEL_BASE_URL
    seen = settings.DATA_DIR / "provider.version"
    version = hashlib.sha256(f"{base_url}\n{key}".encode()).hexdigest()
    if not key or is_own(key) or (seen.exists() and seen.read_text() == version):
        return
    present = workspace.providers.usable().hosted().filter(slug=FROM_ENVIRONMENT).first()
    if present is None:
        create_hosted_provider(
            workspace=workspace, name="Parallel", base_url=base_url, key=key, make_default=True
        )
    elif not holds(present, base_url, key):
        change_provider(provider=present, base_url=base_url, key=key)
    transaction.on_commit(partial(seen.write_text, version))


def holds(provider: Provider, base_url: str, key: str) -> bool:
    try:
        return provider.base_url == base_url and provider.key == key
    except Unreadable:
        return False
