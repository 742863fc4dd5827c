"""What the frame around every page shows."""

from functools import cache, partial

from django.http import HttpRequest
from django.urls import reverse

from home.slowness import slow_because
from teams.access import member_of
from teams.models import Member, Role

THEMES = ("system", "light", "dark")
HIDDEN_ON_PHONES = "home:library"
"""There the rail is a bar with little room, and the page of the sources leads there too."""
RAIL = (
    ("Home", "home:home", "house"),
    ("Playground", "playground:playground", "flask-conical"),
    ("Chat", "chat:chat", "message-square"),
    ("Runs", "runs:history", "list"),
    ("Batches", "batches:batches", "layers"),
    ("Sources", "home:sources", "database"),
    ("Library", "home:library", "book-open"),
)
FOR_EDITORS = {"playground:playground", "chat:chat"}


def rail(request: HttpRequest) -> dict[str, object]:
    """The rail's links, the chosen colours, whether the reader may run anything, and what makes runs slow.

    A page without a rail, such as that of an error, asks the database nothing.
    """
    theme = request.COOKIES.get("theme", "")
    may_edit = cache(partial(is_editor, request))
    return {
        "theme": theme if theme in THEMES else "system",
        "in_settings": request.path.startswith(reverse("home:settings")),
        "may_edit": may_edit,
        "slow_because": slow_because,
        "rail": lambda: links(request.path, for_editor=may_edit() or not request.user.is_authenticated),
    }


def is_editor(request: HttpRequest) -> bool:
    member = reader(request)
    return member is not None and member.may(Role.EDITOR)


def reader(request: HttpRequest) -> Member | None:
    """The member who reads; pages that need none, such as the library's, have not looked for one."""
    if hasattr(request, "member"):
        return request.member
    return member_of(request.user) if request.user.is_authenticated else None


def links(path: str, *, for_editor: bool) -> list[dict[str, object]]:
    """What the reader's role can open; a visitor is shown all of it and asked to sign in."""
    shown = [item for item in RAIL if for_editor or item[1] not in FOR_EDITORS]
    return [
        {
            "name": name,
            "url": reverse(view),
            "icon": icon,
            "current": is_current(path, reverse(view)),
            "is_wide_only": view == HIDDEN_ON_PHONES,
        }
        for name, view, icon in shown
    ]


def is_current(path: str, url: str) -> bool:
    return path == url if url == "/" else path.startswith(url)
