"""One-time sign-in links, for the owner of a fresh installation and for whoever lost a password."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from teams.models import SignInLink, User
from teams.tokens import digest

LINK_LASTS = timedelta(minutes=15)


def create_link(*, user: User) -> str:
    """A URL that signs this user in once, within 15 minutes."""
    secret = secrets.token_urlsafe(32)
    SignInLink.objects.filter(expires_at__lt=timezone.now()).delete()
    SignInLink.objects.create(user=user, digest=digest(secret), expires_at=timezone.now() + LINK_LASTS)
    return base_url() + reverse("teams:link", args=[secret])


def use_link(secret: str) -> User | None:
    """The user of an unused, unexpired link, which is used up by this call; else None."""
    now = timezone.now()
    fresh = SignInLink.objects.filter(digest=digest(secret), used_at=None, expires_at__gt=now)
    if not fresh.update(used_at=now):
        return None
    return User.objects.filter(signin_links__digest=digest(secret), is_active=True).first()


def base_url() -> str:
    """Where a browser finds this installation, without a slash at the end."""
    if settings.PUBLIC_URL:
        return settings.PUBLIC_URL
    host = "127.0.0.1" if settings.HOST in ("0.0.0.0", "::") else settings.HOST  # noqa: S104
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.PORT}"
