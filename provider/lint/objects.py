"""Rules on objects: which of their fields are required, what they are called, what else may come."""

import difflib
from collections.abc import Iterator

from provider.json_tokens import written
from provider.json_tree import (
    Change,
    Fix,
    Member,
    Node,
    add_item,
    add_member,
    remove_item,
    remove_member,
    replace,
)
from provider.lint.schema import COMBINATIONS, MAX_GUESSES, PARTS, UNIONS, Findings, Place, Schema
from provider.sound import quoted

LONG_NAME = 100
COVERED_NAMES = ("citations", "confidence", "evidence", "reasoning", "source", "sources", "source_urls")
"""What every result carries anyway, for each field, in its basis."""


def _names(node: Node) -> list[str] | None:
    """The texts in a list of texts; None if it is anything else."""
    if node.kind != "array" or any(item.kind != "string" for item in node.items):
        return None
    return [item.value for item in node.items]


def required_is_a_list(schema: Schema) -> Findings:
    for place in schema.places:
        found = place.node.get("required")
        if not found or _names(found.node) is not None:
            continue
        message = "“required” belongs to an object and lists the names of its fields."
        if place.properties:
            fix = Fix("List all fields", (replace(found.node, written(list(place.properties))),))
        else:
            fix = Fix("Remove it", (remove_member(place.node, found),))
        yield place.finding(message, fix, found)


def required_lists_all(schema: Schema) -> Findings:
    for place in schema.objects():
        found = place.node.get("required")
        listed = _names(found.node) if found else []
        if listed is None:
            continue
        known = set(listed)
        missing = [name for name in place.properties if name not in known]
        if missing:
            some = ", ".join(quoted(name) for name in missing[:3]) + (", …" if len(missing) > 3 else "")
            message = (
                f"Not required: {some}. Require every field; one that may be unknown is nullable instead."
            )
            fix = Fix("Require all", (_require(schema.text, place, found, missing),))
            yield place.finding(message, fix, found)


def _require(text: str, place: Place, found: Member | None, missing: list[str]) -> Change:
    if found is None:
        return add_member(text, place.node, f'"required": {written(missing)}')
    return add_item(found.node, ", ".join(map(written, missing)))


def required_names_exist(schema: Schema) -> Findings:
    for place, found in _lists_of_names(schema):
        listed = {item.value for item in found.node.items}
        free = [name for name in place.properties if name not in listed][:MAX_GUESSES]
        for index, item in enumerate(found.node.items):
            if item.value not in place.properties:
                near = difflib.get_close_matches(item.value[:80], free, n=1) if index < MAX_GUESSES else []
                if near:
                    fix = Fix(f"Make it {quoted(near[0])}", (replace(item, written(near[0])),))
                else:
                    fix = Fix("Remove it from the list", (remove_item(found.node, index),))
                yield place.finding(f"There is no field {quoted(item.value)} to require.", fix, item)


def required_names_differ(schema: Schema) -> Findings:
    for place, found in _lists_of_names(schema):
        seen: set[str] = set()
        for index, item in enumerate(found.node.items):
            if item.value in seen and item.value in place.properties:
                fix = Fix("Remove it", (remove_item(found.node, index),))
                yield place.finding(f"{quoted(item.value)} is listed twice.", fix, item)
            seen.add(item.value)


def _lists_of_names(schema: Schema) -> Iterator[tuple[Place, Member]]:
    """Each `required` whose fields all stand beside it, and not in some other part of a combination."""
    for place in schema.places:
        found = place.node.get("required")
        combined = place.role in (*PARTS, *UNIONS) or any(place.node.get(word) for word in COMBINATIONS)
        if found and _names(found.node) is not None and not combined:
            yield place, found


def additional_properties_are_closed(schema: Schema) -> Findings:
    message = "Any further field may come back here. Close the object with “additionalProperties”: false."
    for place in schema.objects():
        found = place.node.get("additionalProperties")
        if place.role in PARTS or place.node.get("allOf"):
            continue
        if found is None:
            change = add_member(schema.text, place.node, '"additionalProperties": false')
            yield place.finding(message, Fix("Close the object", (change,)))
        elif found.node.kind == "object":
            yield place.finding(f"{message} For free names, use a list of name and value.", at=found)
        elif found.node.value is not False:
            yield place.finding(message, Fix("Close the object", (replace(found.node, "false"),)), found)


def names_are_not_covered(schema: Schema) -> Findings:
    # A reference may lead into any field; one that is removed would take its target away.
    refers = any(place.node.get("$ref") for place in schema.places)
    for place in schema.properties():
        if place.name in COVERED_NAMES and place.parent:
            message = (
                f"Every field comes with its own basis, so {quoted(place.name)} only repeats part of it. "
                "Remove it, or name what you mean."
            )
            yield place.finding(message, None if refers else _without(place, place.parent))


def _without(place: Place, parent: Place) -> Fix | None:
    """Takes the field away, and out of `required`; an object's only field stays."""
    fields = parent.node.get("properties")
    listed = parent.node.get("required")
    names = (_names(listed.node) if listed else None) or []
    unsafe = len(parent.properties) < 2 or names.count(place.name) > 1
    if not fields or not place.member or unsafe:
        return None
    changes = [remove_member(fields.node, place.member)]
    if listed and place.name in names:
        changes.append(remove_item(listed.node, names.index(place.name)))
    return Fix("Remove the field", tuple(sorted(changes)))


def names_are_given(schema: Schema) -> Findings:
    for place in schema.properties():
        if not place.name.strip():
            yield place.finding("A field has an empty name. Give it one that says what its value is.")


def names_are_short(schema: Schema) -> Findings:
    for place in schema.properties():
        if len(place.name) > LONG_NAME:
            yield place.finding(
                f"The name of a field has {len(place.name):,} characters. Give it a short one, and say the "
                "rest in its description."
            )


def fields_are_described(schema: Schema) -> Findings:
    for place in schema.properties():
        target = schema.target(place)
        if not _description(place) and not (target and _description(target)):
            yield place.finding(
                f"Say in a description what {quoted(place.name)} is to hold, and in which form."
            )


def _description(place: Place) -> str:
    found = place.node.get("description")
    return found.node.value.strip() if found and isinstance(found.node.value, str) else ""
