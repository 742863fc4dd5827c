"""What the frame around every page shows."""

from django.http import HttpRequest
from django.urls import reverse

THEMES = ("system", "light", "dark")
RAIL = (
    ("Home", "home:home", "house"),
    ("Playground", "playground:playground", "flask-conical"),
    ("Runs", "runs:history", "list"),
    ("Library", "home:library", "book-open"),
)


def rail(request: HttpRequest) -> dict[str, object]:
    """The rail's links, the chosen colours."""
    theme = request.COOKIES.get("theme", "")
    links = [(name, reverse(view), icon) for name, view, icon in RAIL]
    return {
        "theme": theme if theme in THEMES else "system",
        "account_url": reverse("home:account"),
        "rail": [
            {"name": name, "url": url, "icon": icon, "current": is_current(request.path, url)}
            for name, url, icon in links
        ],
    }


def is_current(path: str, url: str) -> bool:
    return path == url if url == "/" else path.startswith(url)
