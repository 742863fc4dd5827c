"""A run's request as code to copy: one module a language, with `slug`, `label`, `language` and `render`.

`render(body, base_url)` takes the request as it was sent. The key is never written, only where to find it.
"""

from runs.snippets import to_curl, to_python, to_typescript

SNIPPETS = {snippet.slug: snippet for snippet in (to_curl, to_python, to_typescript)}
