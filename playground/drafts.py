"""The playground's form as a member left it."""

from django.http import QueryDict
from django.utils import timezone

from playground.models import Draft
from teams.models import Member

MOST_CHARACTERS = 400_000
NOT_KEPT = {"csrfmiddlewaretoken", "request_key"}


def save_draft(*, member: Member, form: QueryDict) -> bool:
    """Keep the form; False if it is too large to be kept, and then the former draft stays."""
    fields = {name: cleaned(values) for name, values in form.lists() if name not in NOT_KEPT}
    if sum(len(value) for values in fields.values() for value in values) > MOST_CHARACTERS:
        return False
    Draft.objects.update_or_create(member=member, defaults={"form": fields, "saved_at": timezone.now()})
    return True


def cleaned(values: list[str]) -> list[str]:
    """Without NUL, which PostgreSQL can't store; no field of a request may hold it anyway."""
    return [value.replace("\0", "") for value in values]


def draft_of(member: Member) -> dict[str, list[str]] | None:
    draft = Draft.objects.filter(member=member).first()
    return draft.form if draft else None
