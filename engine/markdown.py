"""A page's blocks as Markdown."""

import re
from collections.abc import Iterable

from engine.document import Block

_TIGHT = frozenset({"item", "fact"})
_FENCE = re.compile(r"`{3,}")


def markdown_of(blocks: Iterable[Block]) -> str:
    """Blocks with an empty line between them; list items and facts stand line under line."""
    said: list[str] = []
    before = ""
    for block in blocks:
        if said:
            said.append("\n" if block.kind in _TIGHT and before in _TIGHT else "\n\n")
        said.append(_spelled(block))
        before = block.kind
    return "".join(said)


def _spelled(block: Block) -> str:
    match block.kind:
        case "heading":
            return f"{'#' * max(block.level, 1)} {block.text}"
        case "item" | "fact":
            return f"- {block.text}"
        case "code":
            fence = "`" * max([3, *(len(run) + 1 for run in _FENCE.findall(block.text))])
            return f"{fence}\n{block.text}\n{fence}"
    return block.text
