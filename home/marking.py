"""A page's blocks with an excerpt marked in them."""

from dataclasses import dataclass

from engine.document import Block, Document

LIST_KINDS = {"item": "list", "fact": "facts"}


@dataclass(frozen=True, slots=True)
class Marked:
    """A block's text in three parts; the middle one is inside the excerpt."""

    block: Block
    before: str
    marked: str
    after: str
    is_first: bool
    """True for the block in which the excerpt begins: the page opens there."""

    @property
    def label(self) -> str:
        """A fact's label, if no mark begins within it."""
        label = f"{self.block.label}:"
        return label if self.block.kind == "fact" and self.before.startswith(label) else ""

    @property
    def rest(self) -> str:
        return self.before[len(self.label) :]


@dataclass(frozen=True, slots=True)
class Group:
    """Neighbouring blocks shown together: the facts of a section, the items of a list, or one block."""

    kind: str
    blocks: tuple[Marked, ...]


def parse_mark(text: str) -> tuple[int, int]:
    """The slice that ``12-34`` names; nothing to mark for anything else."""
    start, dash, end = text.partition("-")
    if not (dash and start.isdecimal() and end.isdecimal() and len(text) < 30):
        return 0, 0
    return int(start), int(end)


def marked_blocks(document: Document, start: int, end: int) -> list[Group]:
    groups: list[Group] = []
    unmarked = True
    for block, first, last in document.spans():
        low, high = max(start, first) - first, min(end, last) - first
        inside = low < high
        text = block.text
        parts = (text[:low], text[low:high], text[high:]) if inside else (text, "", "")
        piece = Marked(block, *parts, is_first=inside and unmarked)
        unmarked = unmarked and not inside
        kind = LIST_KINDS.get(block.kind, block.kind)
        if groups and kind in LIST_KINDS.values() and groups[-1].kind == kind:
            groups[-1] = Group(kind, (*groups[-1].blocks, piece))
        else:
            groups.append(Group(kind, (piece,)))
    return groups
