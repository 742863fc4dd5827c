"""The playground's form as a member left it."""

from django.http import QueryDict
from django.utils import timezone

from playground.models import Draft
from teams.models import Member

MOST_CHARACTERS = 400_000
VERSION = "draft_version"
NOT_KEPT = {"csrfmiddlewaretoken", "request_key", VERSION}


class TooLong(Exception):
    """The form is too large to be kept; the former draft stays."""


class Stale(Exception):
    """The form began from another draft than the one that is kept, whose `version` this is."""

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version


def save_draft(*, member: Member, form: QueryDict) -> int:
    """Keep the form and tell its version. One that doesn't say which version it began from replaces any."""
    fields = {name: cleaned(values) for name, values in form.lists() if name not in NOT_KEPT}
    if sum(len(value) for values in fields.values() for value in values) > MOST_CHARACTERS:
        raise TooLong
    draft, is_new = Draft.objects.get_or_create(member=member, defaults={"form": fields})
    if is_new or draft.form == fields:
        return draft.version
    began = began_from(form, draft.version)
    unchanged = Draft.objects.filter(member=member, version=began)
    if not unchanged.update(form=fields, version=began + 1, saved_at=timezone.now()):
        raise Stale(version_of(member))
    return began + 1


def began_from(form: QueryDict, newest: int) -> int:
    named = form.get(VERSION, "")
    return int(named) if named.isdecimal() and len(named) < 10 else newest


def cleaned(values: list[str]) -> list[str]:
    """Without NUL, which PostgreSQL can't store; no field of a request may hold it anyway."""
    return [value.replace("\0", "") for value in values]


def draft_of(member: Member) -> dict[str, list[str]] | None:
    draft = Draft.objects.filter(member=member).first()
    return draft.form if draft else None


def version_of(member: Member) -> int:
    """The version of the member's draft; 0 while there is none."""
    return Draft.objects.filter(member=member).values_list("version", flat=True).first() or 0
