"""API tokens: made, recognised again, and revoked."""

import hashlib
import hmac
import secrets
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import OperationalError
from django.http import HttpRequest
from django.utils import timezone

from teams.models import Member, Role, Token, Workspace

PREFIX_LENGTH = 12
USE_IS_NOTED_EVERY = timedelta(minutes=1)


def digest(text: str) -> str:
    """A token holds 240 bits of chance, so a fast hash is as safe here as a slow one."""
    return hashlib.sha256(text.encode()).hexdigest()


def create_token(
    *,
    workspace: Workspace,
    name: str,
    role: Role = Role.EDITOR,
    created_by: Member | None = None,
    expires_at: datetime | None = None,
) -> tuple[Token, str]:
    """A new token and its text, which nobody can read again later."""
    text = f"gw_{secrets.token_hex(30)}"
    token = Token.objects.create(
        workspace=workspace,
        name=name,
        role=role,
        prefix=text[:PREFIX_LENGTH],
        digest=digest(text),
        created_by=created_by,
        expires_at=expires_at,
    )
    return token, text


def revoke_token(*, token: Token) -> bool:
    """Let this token open nothing from now on; False if it was revoked before."""
    return bool(Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now()))


def find_token(text: str) -> Token | None:
    """The usable token with this text; None if there is none."""
    token = Token.objects.usable().select_related("workspace").filter(prefix=text[:PREFIX_LENGTH]).first()
    if token is None or not hmac.compare_digest(token.digest, digest(text)):
        return None
    now = timezone.now()
    if token.last_used_at is None or token.last_used_at < now - USE_IS_NOTED_EVERY:
        with suppress(OperationalError):  # a disk that is full must not end what only reads
            Token.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


def is_own(text: str) -> bool:
    """Whether this installation made a token with this text, whatever has become of it."""
    return Token.objects.filter(digest=digest(text)).exists()


def usable_ids(ids: set[int]) -> set[int]:
    """Those of these tokens that still open their workspace."""
    return set(Token.objects.usable().filter(pk__in=ids).values_list("pk", flat=True))


def token_in(request: HttpRequest) -> str:
    """The token that a request carries as ``x-api-key`` or as a bearer; empty if it carries none."""
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    return request.headers.get("x-api-key") or (bearer.strip() if scheme.lower() == "bearer" else "")
