"""A schema's text, read once: every place in it that is itself a schema, so that no rule has to walk."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple
from urllib.parse import unquote

from provider.json_tree import Fix, Member, Node, Path

Kind = Literal["output", "input"]

TYPES = ("string", "integer", "number", "boolean", "object", "array", "null")
# What people write who come from another language or from a form builder.
_OTHER_NAMES = {
    "str": "string", "text": "string", "date": "string", "datetime": "string", "enum": "string",
    "uuid": "string", "url": "string", "email": "string", "int": "integer", "long": "integer",
    "year": "integer", "float": "number", "double": "number", "decimal": "number", "bool": "boolean",
    "list": "array", "tuple": "array", "set": "array", "dict": "object", "map": "object",
    "record": "object", "struct": "object", "none": "null", "nil": "null", "undefined": "null",
}  # fmt: skip

DEFINITIONS = ("$defs", "definitions")
UNIONS = ("anyOf", "oneOf")
COMBINATIONS = (*UNIONS, "allOf", "$ref", "not", "if")
# The roles of schemas that only add to the one they stand in.
PARTS = ("allOf", "not", "if", "then", "else", "dependentSchemas")
MAX_GUESSES = 50
_MAPS = ("properties", *DEFINITIONS, "dependentSchemas")
_LISTS = (*UNIONS, "allOf", "prefixItems", "items")
_SINGLES = ("items", "additionalProperties", "not", "if", "then", "else")


class Finding(NamedTuple):
    """What a rule found: a sentence, the characters it is about, the way to the schema, and a way out."""

    message: str
    start: int
    end: int
    path: Path
    fix: Fix | None = None


Findings = Iterator[Finding]


@dataclass(frozen=True, eq=False)
class Place:
    """A schema within the schema. `role` is the keyword that holds it, or "root" for the whole."""

    node: Node
    path: Path
    role: str
    parent: "Place | None" = None
    member: Member | None = None

    @property
    def name(self) -> str:
        """What the schema is called where it is a field or a definition."""
        return self.member.name if self.member else ""

    @property
    def start(self) -> int:
        return self.member.start if self.member else self.node.start

    @property
    def name_end(self) -> int:
        """The end of what to mark for the whole place: its name, or its opening bracket."""
        return self.member.name_end if self.member else min(self.node.start + 1, self.node.end)

    @cached_property
    def types(self) -> list[str]:
        """The types it allows: misspelt ones put right, missing ones concluded from what describes them."""
        found = self.node.get("type")
        if found is None:
            return [
                word for word, sign in (("object", "properties"), ("array", "items")) if self.node.get(sign)
            ]
        repaired = (repaired_type(word.value) for word in found.node.items or [found.node])
        return [word for word in repaired if word is not None]

    @cached_property
    def is_object(self) -> bool:
        """The whole counts as one even where its type is yet to be written."""
        if "object" in self.types:
            return True
        bare = not any(self.node.get(word) for word in ("type", "items", *COMBINATIONS))
        return self.role == "root" and self.node.kind == "object" and bare

    @property
    def is_container(self) -> bool:
        return self.is_object or "array" in self.types

    @cached_property
    def properties(self) -> dict[str, Member]:
        found = self.node.get("properties")
        return {member.name: member for member in found.node.members} if found else {}

    def finding(self, message: str, fix: Fix | None = None, at: Member | Node | None = None) -> Finding:
        if at is None:
            return Finding(message, self.start, self.name_end, self.path, fix)
        return Finding(message, at.start, at.end, self.path, fix)


def repaired_type(word: object) -> str | None:
    """The type that was meant, or None where that would be a guess."""
    if not isinstance(word, str):
        return None
    plain = word.strip().lower()
    if plain in TYPES:
        return plain
    near = difflib.get_close_matches(plain[:20], TYPES, n=1, cutoff=0.75)
    return _OTHER_NAMES.get(plain) or (near[0] if near else None)


class Schema:
    """What the rules look at."""

    def __init__(self, text: str, root: Node, kind: Kind, input_chars: int, processor: str | None) -> None:
        self.text = text
        self.root = Place(root, (), "root")
        self.kind = kind
        self.input_chars = input_chars
        self.processor = processor
        self.places = list(_walk(self.root))
        self._by_path = {tuple(map(str, place.path)): place for place in self.places}
        self._definitions = {place.name: place.path for place in self.places if place.role in DEFINITIONS}
        self._near: dict[str, str | None] = {}

    def finding(self, message: str) -> Finding:
        """A finding about the whole, marked where its fields begin."""
        found = self.root.node.get("properties")
        return Finding(message, found.start, found.name_end, ()) if found else self.root.finding(message)

    def nearest(self, path: Path) -> Place:
        """The innermost place on the way that `path` leads."""
        ways = (tuple(map(str, path[:end])) for end in range(len(path), -1, -1))
        return next(self._by_path[way] for way in ways if way in self._by_path)

    def objects(self) -> Iterator[Place]:
        return (place for place in self.places if place.is_object)

    def properties(self) -> Iterator[Place]:
        return (place for place in self.places if place.role == "properties")

    def at_pointer(self, pointer: object) -> Place | None:
        """The place that a `$ref` names: "#" or "#/$defs/City"."""
        if not isinstance(pointer, str) or not (pointer == "#" or pointer.startswith("#/")):
            return None
        steps = unquote(pointer).split("/")[1:]
        return self._by_path.get(tuple(step.replace("~1", "/").replace("~0", "~") for step in steps))

    def near_pointer(self, pointer: object) -> str | None:
        """The pointer to a definition that a wrong one most likely means."""
        if not isinstance(pointer, str):
            return None
        # Comparing words is slow: of many broken references only the first ones get help.
        if pointer not in self._near and len(self._near) < MAX_GUESSES:
            self._near[pointer] = self._guessed(pointer.rpartition("/")[2])
        return self._near.get(pointer)

    def _guessed(self, word: str) -> str | None:
        names = list(self._definitions)[:MAX_GUESSES]
        near = difflib.get_close_matches(word[:80], names, n=1)
        steps = self._definitions[near[0]] if near else ()
        return (
            "#/" + "/".join(str(step).replace("~", "~0").replace("/", "~1") for step in steps)
            if near
            else None
        )

    def target(self, place: Place) -> Place | None:
        """The place that this one's `$ref` stands for, with a misspelt one put right."""
        found = place.node.get("$ref")
        if found is None:
            return None
        return self.at_pointer(found.node.value) or self.at_pointer(self.near_pointer(found.node.value))


def _walk(place: Place) -> Iterator[Place]:
    yield place
    for member in {member.name: member for member in place.node.members}.values():
        for child in _children(place, member):
            yield from _walk(child)


def _children(place: Place, member: Member) -> Iterator[Place]:
    word, node = member.name, member.node
    path = (*place.path, word)
    if word in _MAPS and node.kind == "object":
        for inner in {inner.name: inner for inner in node.members}.values():
            yield Place(inner.node, (*path, inner.name), word, place, inner)
    elif word in _LISTS and node.kind == "array":
        for index, item in enumerate(node.items):
            yield Place(item, (*path, index), word, place)
    elif word in _SINGLES and node.kind == "object":
        yield Place(node, path, word, place)
