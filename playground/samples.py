"""An output schema from a sample of the answer that somebody would like to get."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from provider.lint import NotJson, read_json

PASTE = 'Paste a JSON object such as {"name": "United Nations"}, or a list of such objects.'
MOST_CHARACTERS = 200_000
MOST_ELEMENTS = 1_000
MOST_PROPERTIES = 100
DEEPEST = 5
LONGEST_EXAMPLE = 60

# In this order: a bool is an int to Python.
KINDS = (
    (bool, "boolean"),
    (int, "integer"),
    (float, "number"),
    (str, "string"),
    (list, "array"),
    (dict, "object"),
)
FORMS = (
    (re.compile(r"\d{4}-\d\d-\d\d"), "Date in the format YYYY-MM-DD"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*"), "Date and time in the format YYYY-MM-DDThh:mm:ssZ"),
    (re.compile(r"(0[1-9]|1[0-2])-\d{4}"), "Month in the format MM-YYYY"),
    (re.compile(r"\d{4}-(0[1-9]|1[0-2])"), "Month in the format YYYY-MM"),
    (re.compile(r"\d\d?/\d\d?/\d{4}"), "Date in the format of the example"),
    (re.compile(r"https?://\S+"), "Web address"),
    (re.compile(r"[^@\s]+@[^@\s]+\.\w+"), "E-mail address"),
)


class BadSample(ValueError):
    """No schema can be made; the message is a sentence for the person who pasted the sample."""


@dataclass
class Shape:
    """What the values seen at one place have in common."""

    kinds: set[str] = field(default_factory=set)
    nullable: bool = False
    texts: list[str] = field(default_factory=list)
    members: dict[str, "Shape"] = field(default_factory=dict)
    objects: int = 0
    seen: int = 0
    items: "Shape | None" = None


def schema_from_text(text: str) -> dict[str, object]:
    """The schema of a pasted sample; BadSample when it is not JSON or not a sample of an object."""
    if not text.strip():
        raise BadSample(PASTE)
    if len(text) > MOST_CHARACTERS:
        raise BadSample(f"The sample has {len(text):,} characters; paste at most {MOST_CHARACTERS:,}.")
    try:
        return schema_from_sample(read_json(text))
    except NotJson as error:
        raise BadSample(f"The sample is not JSON. {error}") from error


def schema_from_sample(value: object) -> dict[str, object]:
    """The schema of one object, or of a list of objects taken together.

    Every property is required; one that is null or missing somewhere may be null.
    """
    examples = value if isinstance(value, list) else [value]
    if not examples or not all(isinstance(example, dict) for example in examples):
        raise BadSample(PASTE)
    shape = Shape()
    _learn_all(shape, examples, depth=1)
    if not shape.members:
        raise BadSample("The sample has no fields; give it at least one name with a value.")
    if (count := _count(shape)) > MOST_PROPERTIES:
        raise BadSample(f"The sample has {count} fields; a schema may have {MOST_PROPERTIES}. Paste fewer.")
    return _object(shape)


def _learn_all(shape: Shape, values: Iterable[object], depth: int) -> None:
    for value in list(values)[:MOST_ELEMENTS]:
        _learn(shape, value, depth)


def _learn(shape: Shape, value: object, depth: int) -> None:
    if depth > DEEPEST and isinstance(value, dict | list):
        raise BadSample(f"The sample is nested too deep; a schema goes {DEEPEST} levels down.")
    shape.seen += 1
    if value is None:
        shape.nullable = True
        return
    shape.kinds.add(_kind(value))
    if isinstance(value, dict):
        shape.objects += 1
        for name, member in value.items():
            _learn(shape.members.setdefault(name, Shape()), member, depth + 1)
    elif isinstance(value, list):
        shape.items = shape.items or Shape()
        _learn_all(shape.items, value, depth + 1)
    else:
        shape.texts.append(value if isinstance(value, str) else json.dumps(value))


def _kind(value: object) -> str:
    """The JSON schema type of a value that is not null."""
    return next(kind for python, kind in KINDS if isinstance(value, python))


def _count(shape: Shape) -> int:
    inner = sum(_count(member) for member in shape.members.values())
    return len(shape.members) + inner + (_count(shape.items) if shape.items else 0)


def _object(shape: Shape) -> dict[str, object]:
    members = shape.members.items()
    properties = {name: _schema(member, name, member.seen < shape.objects) for name, member in members}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _schema(shape: Shape, name: str = "", sometimes_missing: bool = False) -> dict[str, object]:
    kind = _common_kind(shape)
    schema: dict[str, object] = {"type": kind}
    if name and (description := _description(shape, name, kind)):
        schema["description"] = description
    if kind == "object":
        schema |= _object(shape)
    if kind == "array":
        schema["items"] = _schema(shape.items or Shape())
    if shape.nullable or sometimes_missing:
        schema["type"] = [kind, "null"]
    return schema


def _common_kind(shape: Shape) -> str:
    """One type that holds every value seen; values that have nothing in common are asked for as text."""
    if shape.kinds == {"integer", "number"}:
        return "number"
    if len(shape.kinds) != 1:
        return "string"
    (kind,) = shape.kinds
    return "string" if kind == "object" and not shape.members else kind


def _description(shape: Shape, name: str, kind: str) -> str:
    """What the sample tells beyond the name: an example and its form. Nothing where it tells nothing."""
    if kind not in {"string", "number", "integer"} or not any(text.strip() for text in shape.texts):
        return ""
    example = next(text for text in shape.texts if text.strip())
    form = next((f" {words}." for pattern, words in FORMS if all(map(pattern.fullmatch, shape.texts))), "")
    return f"{_title(name)}, for example {_shortened(example)}.{form}"


def _title(name: str) -> str:
    """A property's name as words: "founding_date" and "foundingDate" are both "Founding date"."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name[:LONGEST_EXAMPLE])
    words = re.sub(r"[\s_-]+", " ", spaced).strip()
    return words[:1].upper() + words[1:].lower() if words else "Value"


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_EXAMPLE else f"{line[:LONGEST_EXAMPLE].rstrip()}…"
