"""Which of the engine's sources a workspace may read."""

from engine.starter import STARTER


def scopes_of(workspace_id: int) -> tuple[str, ...]:
    """The starter library, which all share, and the workspace's own."""
    return STARTER, f"workspace-{workspace_id}"
