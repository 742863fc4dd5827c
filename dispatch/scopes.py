"""Which of the engine's sources a workspace may read."""

from engine.starter import STARTER


def own_scope(workspace_id: int) -> str:
    """The scope of the sources that the workspace itself has added."""
    return f"workspace-{workspace_id}"


def scopes_of(workspace_id: int) -> tuple[str, ...]:
    """The starter library, which all share, and the workspace's own."""
    return STARTER, own_scope(workspace_id)
