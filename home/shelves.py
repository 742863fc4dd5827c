"""The pages of the starter library, ordered by what they are about."""

from dataclasses import dataclass

from django.db.models import Q

from engine.models import Name, Page

KINDS = {
    "country": "Countries and territories",
    "organisation": "Organisations and companies",
    "package": "Installed Python packages",
    "topic": "The Python language",
}


@dataclass(frozen=True, slots=True)
class Shelf:
    name: str
    pages: list[tuple[str, str]]
    """Address and title."""


def shelves(scope: str, words: str = "") -> list[Shelf]:
    """The shelves with the pages whose title or other names hold these words."""
    found = Page.objects.current().within([scope]).order_by("title")
    if words:
        called = Q(names__kind=Name.Kind.ALIAS, names__form__icontains=words)
        found = found.filter(Q(title__icontains=words) | called).distinct()
    rows = list(found.values_list("kind", "path", "title"))
    by_kind = {
        kind: [(path, title) for page_kind, path, title in rows if page_kind == kind] for kind in KINDS
    }
    return [Shelf(name, by_kind[kind]) for kind, name in KINDS.items() if by_kind[kind]]
