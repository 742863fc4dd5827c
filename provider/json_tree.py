"""A JSON text as a tree with positions, and the changes that can be made to the text of one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

Path = tuple[str | int, ...]


class Change(NamedTuple):
    """Put `insert` in place of the characters from `start` up to `end`."""

    start: int
    end: int
    insert: str


class Fix(NamedTuple):
    """What one click does: changes that don't overlap, in the order of the text."""

    label: str
    changes: tuple[Change, ...]


@dataclass(slots=True)
class Node:
    """A value and where it stands. Of members with the same name the last one counts."""

    kind: Literal["object", "array", "string", "number", "constant"]
    start: int
    end: int
    value: Any = None
    members: list["Member"] = field(default_factory=list)
    items: list["Node"] = field(default_factory=list)

    def get(self, name: str) -> "Member | None":
        return next((member for member in reversed(self.members) if member.name == name), None)

    def as_python(self) -> Any:
        if self.kind == "object":
            return {member.name: member.node.as_python() for member in self.members}
        if self.kind == "array":
            return [item.as_python() for item in self.items]
        return self.value


class Member(NamedTuple):
    name: str
    start: int
    name_end: int
    node: Node

    @property
    def end(self) -> int:
        return self.node.end


class Slip(NamedTuple):
    """One way in which a text is not JSON. `path` leads to the value that it stands in."""

    rule: str
    message: str
    start: int
    end: int
    path: Path
    fix: Fix | None = None


class Parsed(NamedTuple):
    """`root` is None where a slip leaves the rest of the text without a meaning."""

    root: Node | None
    slips: list[Slip]


def replace(node: Node, json: str) -> Change:
    return Change(node.start, node.end, json)


def add_member(text: str, node: Node, json: str) -> Change:
    """Write `json` ('"name": value') behind the last member, laid out as that one is."""
    if not node.members:
        return Change(node.start + 1, node.start + 1, json)
    last = node.members[-1]
    line = text.rfind("\n", node.start, last.start) + 1
    indent = text[line : last.start] if line else ""
    own_line = bool(line) and not indent.strip(" \t")
    return Change(last.end, last.end, f",\n{indent}{json}" if own_line else f", {json}")


def add_item(node: Node, json: str) -> Change:
    if not node.items:
        return Change(node.start + 1, node.start + 1, json)
    return Change(node.items[-1].end, node.items[-1].end, f", {json}")


def remove_member(node: Node, member: Member) -> Change:
    return _removal(node.members, node.members.index(member))


def remove_item(node: Node, at: int) -> Change:
    return _removal(node.items, at)


def _removal(entries: Sequence[Node | Member], at: int) -> Change:
    """Takes the comma along: up to the next neighbour, or for the last one from the end of the one before."""
    if at + 1 < len(entries):
        return Change(entries[at].start, entries[at + 1].start, "")
    return Change(entries[at - 1].end if at else entries[at].start, entries[at].end, "")
