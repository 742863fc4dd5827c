"""For a shell: one command that starts the run, one that waits for its result."""

import shlex
from typing import Any

from runs.snippets.literals import JSON, PROVIDER_HEADER, literal

slug, label, language = "curl", "curl", "shell"

KEY = '-H "x-api-key: $PARALLEL_API_KEY"'


def render(body: dict[str, Any], base_url: str, provider: str = "") -> str:
    runs = f"{base_url}/v1/tasks/runs"
    return "\n".join(
        [
            f"curl -sS {shlex.quote(runs)} \\",
            f"  {KEY} \\",
            *([f"  -H {shlex.quote(f'{PROVIDER_HEADER}: {provider}')} \\"] if provider else []),
            "  -H 'Content-Type: application/json' \\",
            f"  --data-raw {shlex.quote(literal(body, JSON))}",
            "",
            "# With the run_id from the answer; waits until the run is done:",
            f'curl -sS {shlex.quote(runs)}/"$RUN_ID"/result {KEY}',
            "",
        ]
    )
