"""What lets somebody listen to a stream, and whether it still does: a session of a member, or a token."""

from collections.abc import Iterable

from django.contrib.sessions.models import Session
from django.utils import timezone

from teams.models import Member, User
from teams.tokens import usable_ids

SESSION, TOKEN = "session", "token"


def session_grant(session_key: str, member: Member) -> str:
    return f"{SESSION}:{member.pk}:{session_key}:{signed_in_as(member.user)}"


def signed_in_as(user: User) -> str:
    """Changes with the user's password; empty for one who may not sign in any more."""
    return user.get_session_auth_hash()[:16] if user.is_active else ""


def token_grant(token_id: int) -> str:
    return f"{TOKEN}:{token_id}"


def usable_grants(grants: Iterable[str]) -> frozenset[str]:
    """Those that still hold: the session goes on with its member and password, the token is usable."""
    parts = {grant: grant.split(":") for grant in grants}
    sessions = {grant: its for grant, its in parts.items() if its[0] == SESSION}
    tokens = {grant: int(its[1]) for grant, its in parts.items() if its[0] == TOKEN}
    return frozenset(usable_sessions(sessions)) | frozenset(usable_tokens(tokens))


def usable_sessions(grants: dict[str, list[str]]) -> list[str]:
    if not grants:
        return []
    keys, members = {its[2] for its in grants.values()}, {int(its[1]) for its in grants.values()}
    unexpired = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    open_keys = set(unexpired.values_list("session_key", flat=True))
    rows = Member.objects.filter(pk__in=members, user__is_active=True).select_related("user")
    there = {(str(member.pk), signed_in_as(member.user)) for member in rows}
    return [grant for grant, its in grants.items() if its[2] in open_keys and (its[1], its[3]) in there]


def usable_tokens(grants: dict[str, int]) -> list[str]:
    usable = usable_ids(set(grants.values())) if grants else set()
    return [grant for grant, token_id in grants.items() if token_id in usable]
