"""A form made from an input schema, and the input that a filled-in form means.

Objects become groups, plain values become controls; what a form can't draw (lists, unions of objects) is
typed as JSON.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from web.text import pretty_json, read_json

PREFIX = "input:"
DEEPEST = 5
MOST_CONTROLS = 300
PLAIN = ("string", "integer", "number", "boolean")


@dataclass(frozen=True, slots=True)
class Control:
    """One value of the input. `kind` is text, integer, number, boolean, choice or json."""

    path: tuple[str, ...]
    kind: str
    help: str = ""
    required: bool = False
    options: tuple[Any, ...] = field(default=())

    @property
    def name(self) -> str:
        """The control's name in the form: a JSON pointer (RFC 6901) behind a prefix."""
        return PREFIX + "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in self.path)

    @property
    def label(self) -> str:
        return " › ".join(self.path)


def controls_of(schema: Any) -> list[Control]:
    """The controls for an input schema, in its order; none if it is not an object with properties."""
    found: list[Control] = []
    for control in walk(schema, ()):
        found.append(control)
        if len(found) == MOST_CONTROLS:
            break
    return found


def walk(schema: Any, path: tuple[str, ...], *, needed: bool = True) -> Iterator[Control]:
    """The controls below `path`; what is required of a group that may be left out is not required."""
    properties = schema.get("properties") if isinstance(schema, dict) else None
    if not isinstance(properties, dict):
        return
    required = schema.get("required") if isinstance(schema.get("required"), list) else []
    for name, node in properties.items():
        here = (*path, name)
        if isinstance(node, dict) and isinstance(node.get("properties"), dict) and len(here) < DEEPEST:
            yield from walk(node, here, needed=needed and name in required)
        else:
            yield control_of(here, node if isinstance(node, dict) else {}, needed and name in required)


def control_of(path: tuple[str, ...], node: dict[str, Any], required: bool) -> Control:
    about = {"help": text_of(node.get("description")), "required": required}
    options = node.get("enum")
    if isinstance(options, list) and options and all(isinstance(option, str) for option in options):
        return Control(path, "choice", options=tuple(options), **about)
    kind = plain_type(node)
    return Control(path, {"string": "text"}.get(kind, kind), **about)


def plain_type(node: dict[str, Any]) -> str:
    """The one plain type of a value, null aside; ``json`` if there is none or more."""
    given = node.get("type", "string")
    kinds = [kind for kind in (given if isinstance(given, list) else [given]) if kind != "null"]
    if "anyOf" in node or "$ref" in node or len(kinds) != 1 or kinds[0] not in PLAIN:
        return "json"
    return kinds[0]


def text_of(value: Any) -> str:
    return value if isinstance(value, str) else ""


def shown(value: Any, kind: str) -> str:
    """A value of the input as its control shows it."""
    if value is None:
        return ""
    if kind == "boolean":
        return "true" if value else "false"
    return value if isinstance(value, str) and kind != "json" else pretty_json(value)


def filled(schema: Any, given: Any) -> dict[str, str]:
    """The form's fields for an input that is there already."""
    fields = {}
    for control in controls_of(schema):
        value = given
        for part in control.path:
            value = value.get(part) if isinstance(value, dict) else None
        fields[control.name] = shown(value, control.kind)
    return fields


def read(schema: Any, form: Mapping[str, str]) -> dict[str, Any]:
    """The input that the form means. An empty control leaves its key out."""
    given: dict[str, Any] = {}
    for control in controls_of(schema):
        text = form.get(control.name, "")
        if text.strip():
            put(given, control.path, parsed(text, control.kind))
    return given


def put(given: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    for part in path[:-1]:
        given = given.setdefault(part, {})
    given[path[-1]] = value


def parsed(text: str, kind: str) -> Any:
    """The value that a text means for its control; the text itself if it means none: the run warns of it."""
    if kind in ("text", "choice"):
        return text
    try:
        value = read_json(text)
    except ValueError:
        return text
    return value if kind == "json" or is_plain(value, kind) else text


def is_plain(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, {"integer": int, "number": int | float}.get(kind, ()))
