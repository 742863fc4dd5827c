"""A JSON schema as a tree of fields: references resolved, unions decided, recursion cut off."""

from dataclasses import dataclass, replace
from typing import Any, Literal

Kind = Literal["string", "integer", "number", "boolean", "enum", "array", "object", "any", "null"]
DEEPEST = 60
"""Levels of nesting that are filled; the API allows five."""
MOST_FIELDS = 5000
"""Fields after which references are followed no further; the API allows a hundred properties."""
TYPES = frozenset({"string", "integer", "number", "boolean", "array", "object"})


@dataclass(frozen=True, slots=True)
class Field:
    """One place in the output, and what may stand there."""

    name: str
    kind: Kind
    description: str = ""
    nullable: bool = False
    choices: tuple[Any, ...] = ()
    """Of an enum: its members other than null."""
    item: "Field | None" = None
    prefix: tuple["Field", ...] = ()
    """Of an array: its first elements, where each has a schema of its own."""
    fields: tuple["Field", ...] = ()
    format: str = ""
    """Of a string: what JSON Schema calls its format, such as ``date`` or ``uri``."""


def read_schema(schema: dict[str, Any]) -> Field:
    """The tree of a whole schema. Its root is an object, whatever the schema says of it."""
    root = _Reader(schema).field("", schema, ())
    return root if root and root.kind == "object" else Field("", "object")


class _Reader:
    """Walks one schema. ``seen`` is the way to a node: the references on it, and a mark for each level."""

    def __init__(self, root: dict[str, Any]) -> None:
        self._root = root
        self._left = MOST_FIELDS

    def field(self, name: str, node: Any, seen: tuple[str, ...]) -> Field | None:
        """The field for a node; None where nothing may stand, or where it would only repeat itself."""
        if node is False or len(seen) > DEEPEST:
            return None
        self._left -= 1
        merged, seen = self._merge(node if isinstance(node, dict) else {}, seen)
        if merged is None:
            return None
        union = merged.get("anyOf") or merged.get("oneOf")
        if isinstance(union, list) and union:
            return self._of_union(name, merged, union, seen)
        return self._of_type(name, merged, seen)

    def _merge(
        self, node: dict[str, Any], seen: tuple[str, ...]
    ) -> tuple[dict[str, Any] | None, tuple[str, ...]]:
        """The node with its reference and its allOf parts folded in; what it says itself comes first."""
        while "$ref" in node:
            reference = str(node["$ref"])
            if reference in seen or self._left < 0:
                return None, seen
            seen = (*seen, reference)
            target = self._target(reference)
            node = target | {key: value for key, value in node.items() if key != "$ref"}
        for part in node.get("allOf") or ():
            merged, seen = self._merge(part if isinstance(part, dict) else {}, seen)
            node = _combined(merged or {}, node)
        return node, seen

    def _target(self, reference: str) -> dict[str, Any]:
        """What a local reference points to; an empty schema if there is no such place."""
        node: Any = self._root
        for step in reference.removeprefix("#").strip("/").split("/"):
            step = step.replace("~1", "/").replace("~0", "~")
            if step:
                node = node.get(step) if isinstance(node, dict) else None
        return node if isinstance(node, dict) else {}

    def _of_union(
        self, name: str, node: dict[str, Any], union: list[Any], seen: tuple[str, ...]
    ) -> Field | None:
        """The first branch that can be filled; null as a branch makes it nullable."""
        shared = {key: value for key, value in node.items() if key not in ("anyOf", "oneOf", "allOf")}
        branches = [
            self.field(name, shared | branch if isinstance(branch, dict) else branch, seen)
            for branch in union
        ]
        nullable = any(branch and (branch.kind == "null" or branch.nullable) for branch in branches)
        found = next((branch for branch in branches if branch and branch.kind != "null"), None)
        if found is None:
            return Field(name, "null", nullable=True) if nullable else None
        return replace(found, nullable=nullable, description=_description(node) or found.description)

    def _of_type(self, name: str, node: dict[str, Any], seen: tuple[str, ...]) -> Field | None:
        kind, nullable = _kind(node)
        field = Field(name, kind, _description(node), nullable, format=str(node.get("format") or ""))
        match kind:
            case "enum":
                choices = node["enum"] if "enum" in node else [node["const"]]
                return replace(field, choices=tuple(choice for choice in choices if choice is not None))
            case "array":
                return self._array(field, node, seen)
            case "object":
                return self._object(field, node, seen)
        return field

    def _array(self, field: Field, node: dict[str, Any], seen: tuple[str, ...]) -> Field:
        items = node.get("items", True)
        prefix = items if isinstance(items, list) else node.get("prefixItems") or []
        prefixed = [self.field(field.name, part, (*seen, "[]")) for part in prefix]
        item = None if prefix else self.field(field.name, items, (*seen, "[]"))
        return replace(field, item=item, prefix=tuple(part for part in prefixed if part))

    def _object(self, field: Field, node: dict[str, Any], seen: tuple[str, ...]) -> Field | None:
        """None where a required member cannot be filled and null is not allowed either."""
        properties, required = node.get("properties") or {}, node.get("required") or []
        open_schema = node.get("additionalProperties", True)
        members = {name: self.field(name, part, (*seen, "{}")) for name, part in properties.items()}
        for name in required:
            if name not in members:
                members[name] = self.field(name, open_schema, (*seen, "{}"))
        if any(members[name] is None for name in required):
            return replace(field, kind="null") if field.nullable else None
        return replace(field, fields=tuple(member for member in members.values() if member))


def _combined(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    both = one | {key: value for key, value in other.items() if key != "allOf"}
    both["properties"] = (one.get("properties") or {}) | (other.get("properties") or {})
    both["required"] = [*(one.get("required") or []), *(other.get("required") or [])]
    return {key: value for key, value in both.items() if value or key not in ("properties", "required")}


def _description(node: dict[str, Any]) -> str:
    return str(node.get("description") or "")


def _kind(node: dict[str, Any]) -> tuple[Kind, bool]:
    """The first type that is not null, and whether null is allowed beside it."""
    stated = node.get("type")
    types = stated if isinstance(stated, list) else [stated] if stated else []
    if "enum" in node or "const" in node:
        choices = node["enum"] if "enum" in node else [node["const"]]
        only_null = all(choice is None for choice in choices)
        return ("null" if only_null else "enum"), None in choices
    for kind in types:
        if kind in TYPES:
            return kind, "null" in types
    if "null" in types:
        return "null", True
    return (
        "object" if "properties" in node else "array" if "items" in node or "prefixItems" in node else "any"
    ), False
