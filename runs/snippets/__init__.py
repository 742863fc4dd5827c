"""A run's request as code to copy: one module a language, with `slug`, `label`, `language` and `render`.

`render(body, base_url, provider)` takes the request as it was sent, and the slug of the provider that is to
carry it out, if it has to be named. The key is never written, only where to find it.
"""

from types import ModuleType
from typing import Any

from runs.snippets import to_curl, to_python, to_typescript
from teams.models import Provider

__all__ = ["SNIPPETS", "snippets_of"]

SNIPPETS = {snippet.slug: snippet for snippet in (to_curl, to_python, to_typescript)}


def snippets_of(
    body: dict[str, Any], base_url: str, provider: Provider | None
) -> list[tuple[ModuleType, str]]:
    """The request in each language, for the provider that carries it out; None stands for the default."""
    named = provider.slug if provider and not provider.is_default and not provider.removed_at else ""
    return [(item, item.render(body, base_url, named)) for item in SNIPPETS.values()]
