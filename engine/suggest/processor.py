"""Which processor suits a task spec: the cheapest whose budget covers what is asked for."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.schema import Field, read_schema

_LADDER = ("lite", "base", "core", "core2x", "pro", "ultra", "ultra2x", "ultra4x", "ultra8x")
_UP_TO = {"base": 5, "core": 10, "core2x": 14, "pro": 20, "ultra": 30, "ultra2x": 50}
"""Points, of which a plain field counts one, that each processor is up to."""
OFFERED = tuple(name for name in _LADDER if name != "lite")
"""What is chosen from where the caller names nothing: the API never suggests its smallest by itself."""
_NARRATIVE = re.compile(
    r"\b(?:analy[sz]e|analysis|compare|comparison|comprehensive|detailed|in-depth|explain|why|strategy|trends?|outlook"
    r"|forecast|report|assess\w*|evaluat\w*|market|landscape|history|risks?|recommend\w*|rank\w*)\b",
    re.I,
)
_TEXT_POINTS, _WORD_POINTS, _LIST_POINTS, _LEVEL_POINTS = 5, 2, 2, 3
_MOST_TEXT = 15_000


def suggest_processor(task_spec: Mapping[str, Any], choose_from: Sequence[str] | None = None) -> list[str]:
    """Processors, the best first: the cheapest that is up to the task and those above, then the lesser ones.

    ``choose_from`` are the names to choose from, ``-fast`` twins among them; unknown names are left out.
    """
    known = {name: at for at, name in enumerate(_LADDER)}
    offered = OFFERED if choose_from is None else choose_from
    names = [name for name in dict.fromkeys(offered) if name.removesuffix("-fast") in known]
    names.sort(key=lambda name: (known[name.removesuffix("-fast")], name))
    least = known[_least(_points(task_spec.get("output_schema")))]
    enough = [name for name in names if known[name.removesuffix("-fast")] >= least]
    return enough + [name for name in reversed(names) if name not in enough]


def _least(points: int) -> str:
    return next((name for name, most in _UP_TO.items() if points <= most), "ultra4x")


def _points(output_schema: Any) -> int:
    """How much is asked for: fields, lists, nesting, and words that ask for more than a look-up."""
    if isinstance(output_schema, Mapping):
        inner = output_schema.get("json_schema", output_schema)
        if isinstance(inner, Mapping) and ("properties" in inner or "$ref" in inner):
            root = read_schema(dict(inner))
            return sum(_worth(field, depth) for field, depth in _leaves(root, 0))
        output_schema = output_schema.get("description") or ""
    text = str(output_schema or "")[:_MOST_TEXT]
    return _TEXT_POINTS + _WORD_POINTS * len({word.lower() for word in _NARRATIVE.findall(text)})


def _leaves(field: Field, depth: int) -> Iterator[tuple[Field, int]]:
    """The fields that hold values, each with the number of objects in lists around it."""
    if field.kind == "object":
        for member in field.fields:
            yield from _leaves(member, depth)
    elif field.item is not None and field.item.kind == "object":
        yield from _leaves(field.item, depth + 1)
    else:
        yield field, depth


def _worth(field: Field, depth: int) -> int:
    worth = _LIST_POINTS if field.kind == "array" else 1
    worth += (
        _WORD_POINTS if _NARRATIVE.search(f"{field.name.replace('_', ' ')} {field.description[:1000]}") else 0
    )
    return worth + (_LEVEL_POINTS - 1) * depth
