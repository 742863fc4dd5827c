"""The playground's form as a member left it."""

import re
import uuid

from django.http import QueryDict
from django.utils import timezone

from playground.models import Draft
from teams.models import Member

MOST_CHARACTERS = 400_000
VERSION, KNOWN = "draft_version", "draft_known"
NO_DRAFT = "none"
NOT_KEPT = {"csrfmiddlewaretoken", "request_key", VERSION, KNOWN}


class TooLong(Exception):
    """The form is too large to be kept; the former draft stays."""


class Stale(Exception):
    """The form began from another draft than the one that is kept, whose `version` this is."""

    def __init__(self, version: str) -> None:
        super().__init__(version)
        self.version = version


def save_draft(*, member: Member, form: QueryDict) -> str:
    """Keep the form and tell its version: the one that the page names, or one made here.

    A page names every version that it was drawn with or has sent, heard of or not. It replaces only such a
    one, so its own requests never stand in each other's way and another page's change is not lost. One that
    names none replaces any.
    """
    fields = {name: cleaned(values) for name, values in form.lists() if name not in NOT_KEPT}
    if sum(len(value) for values in fields.values() for value in values) > MOST_CHARACTERS:
        raise TooLong
    version, known = version_named(form), form.get(KNOWN, "").split()
    draft, is_new = Draft.objects.get_or_create(member=member, defaults={"form": fields, "version": version})
    if is_new or draft.form == fields:
        return draft.version
    if known and draft.version not in known:
        raise Stale(draft.version)
    unchanged = Draft.objects.filter(member=member, version=draft.version)
    if unchanged.update(form=fields, version=version, saved_at=timezone.now()):
        return version
    return save_draft(member=member, form=form)  # changed this very moment


def version_named(form: QueryDict) -> str:
    named = form.get(VERSION, "")
    return named if re.fullmatch(r"[0-9a-f]{32}", named) else uuid.uuid4().hex


def cleaned(values: list[str]) -> list[str]:
    """Without NUL, which PostgreSQL can't store; no field of a request may hold it anyway."""
    return [value.replace("\0", "") for value in values]


def draft_of(member: Member) -> dict[str, list[str]] | None:
    draft = Draft.objects.filter(member=member).first()
    return draft.form if draft else None


def version_of(member: Member) -> str:
    return Draft.objects.filter(member=member).values_list("version", flat=True).first() or NO_DRAFT
