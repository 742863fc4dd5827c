"""Rules on what a schema is built of: its root, types, unions, arrays, enums and references."""

from provider.json_tokens import written
from provider.json_tree import Change, Fix, Node, add_member, remove_item, remove_member, replace
from provider.lint.schema import (
    COMBINATIONS,
    DEFINITIONS,
    PARTS,
    TYPES,
    UNIONS,
    Findings,
    Place,
    Schema,
    repaired_type,
)
from provider.sound import quoted

PLAIN_TYPES = ("string", "integer", "number", "boolean")


def root_is_object(schema: Schema) -> Findings:
    """The root's type is "object": not a union, not a list of types."""
    root = schema.root
    found = root.node.get("type")
    if found and found.node.value == "object":
        return
    message = "The whole must be an object: its fields are what is researched."
    if root.node.kind != "object":
        yield root.finding(f'{message} Write {{"type": "object", "properties": {{…}}}}.')
    elif found is None and root.node.members and not root.node.get("properties"):
        yield root.finding(
            f"{message} This looks like something else; a JSON sample can be turned into a schema."
        )
    elif found is None:
        change = add_member(schema.text, root.node, '"type": "object"')
        yield root.finding(message, Fix('Add "type": "object"', (change,)))
    elif "object" in root.types:
        yield root.finding(message, Fix('Make it "object"', (replace(found.node, '"object"'),)), found)
    else:
        yield root.finding(f"{message} Put this inside of one.", at=found)


def root_has_properties(schema: Schema) -> Findings:
    found = schema.root.node.get("properties")
    if schema.root.node.kind != "object":
        return
    if found is None or (found.node.kind == "object" and not found.node.members):
        yield schema.root.finding("Add a first field.", at=found)


def root_is_no_union(schema: Schema) -> Findings:
    found = schema.root.node.get("anyOf")
    if found:
        yield schema.root.finding("The whole cannot be one of several. Move “anyOf” into a field.", at=found)


def schemas_are_objects(schema: Schema) -> Findings:
    """Wherever a schema belongs stands an object (or true or false)."""
    for place in schema.places:
        node = place.node
        if node.kind == "object" or isinstance(node.value, bool) or place.role == "root":
            continue
        json = _schema_for(node.value, place.role) if isinstance(node.value, str) else None
        fix = (
            Fix(f"Write {json}" if len(json) < 60 else "Make it a description", (replace(node, json),))
            if json
            else None
        )
        yield place.finding('A schema belongs here, for example {"type": "string"}.', fix, node)


def _schema_for(words: str, role: str) -> str | None:
    """A schema of the type that is named, or else of a text with these words as its description."""
    meant = repaired_type(words)
    if meant in PLAIN_TYPES or (meant == "null" and role in UNIONS):
        return written({"type": meant})
    return None if meant or not words.strip() else written({"type": "string", "description": words})


def properties_are_maps(schema: Schema) -> Findings:
    for place in schema.places:
        for word in ("properties", *DEFINITIONS):
            found = place.node.get(word)
            if found and found.node.kind != "object":
                yield place.finding(f"“{word}” must be an object: each name with its schema.", at=found)


def types_are_known(schema: Schema) -> Findings:
    for place in schema.places:
        found = place.node.get("type")
        for word in (found.node.items or [found.node]) if found else []:
            if word.value in TYPES:
                continue
            meant = repaired_type(word.value)
            fix = Fix(f'Make it "{meant}"', (replace(word, f'"{meant}"'),)) if meant else None
            said = quoted(word.value) if isinstance(word.value, str) else "This"
            yield place.finding(f"{said} is not a type. The types are {', '.join(TYPES)}.", fix, word)


def types_are_given(schema: Schema) -> Findings:
    for place in schema.places:
        if place.node.kind != "object" or place.role == "root" or place.node.get("type"):
            continue
        if any(place.node.get(word) for word in (*COMBINATIONS, "const")) or _enum_values(place):
            continue
        if place.role in (*PARTS, "additionalProperties"):
            continue
        meant = "object" if place.is_object else "array" if place.node.get("items") else "string"
        change = add_member(schema.text, place.node, f'"type": "{meant}"')
        fix = Fix(f'Add "type": "{meant}"', (change,))
        yield place.finding("No type is given, so anything may come back.", fix)


def null_is_in_a_union(schema: Schema) -> Findings:
    for place in schema.places:
        found = place.node.get("type")
        if not found or place.types != ["null"] or place.role in ("root", *UNIONS, *DEFINITIONS):
            continue
        fix = Fix('Make it ["string", "null"]', (replace(found.node, '["string", "null"]'),))
        yield place.finding('"null" alone can hold nothing. Name a second type beside it.', fix, found)


def arrays_have_items(schema: Schema) -> Findings:
    for place in schema.places:
        if "array" in place.types and not place.node.get("items") and not place.node.get("prefixItems"):
            change = add_member(schema.text, place.node, '"items": {"type": "string"}')
            message = "This list does not say what it holds. Describe one entry in “items”."
            yield place.finding(message, Fix("Let it hold texts", (change,)))


def items_is_one_schema(schema: Schema) -> Findings:
    for place in schema.places:
        found = place.node.get("items")
        if found and found.node.kind == "array":
            message = "“items” describes every entry with one schema, not with a list of them."
            only = found.node.items[0] if [item.kind for item in found.node.items] == ["object"] else None
            yield place.finding(message, _unwrapped(found.node, only) if only else None, found)
        elif found and found.node.kind != "object" and not isinstance(found.node.value, bool):
            yield place.finding('“items” must be a schema, for example {"type": "string"}.', at=found)


def _unwrapped(outer: Node, inner: Node) -> Fix:
    changes = (Change(outer.start, inner.start, ""), Change(inner.end, outer.end, ""))
    return Fix("Use its one schema", changes)


def enums_list_values(schema: Schema) -> Findings:
    for place in schema.places:
        found = place.node.get("enum")
        if found and not found.node.items:
            fix = Fix("Remove “enum”", (remove_member(place.node, found),))
            yield place.finding("“enum” must list at least one value.", fix, found)


def _enum_values(place: Place) -> list[Node]:
    found = place.node.get("enum")
    return found.node.items if found else []


def enum_values_differ(schema: Schema) -> Findings:
    for place in schema.places:
        found = place.node.get("enum")
        seen: set[str] = set()
        for index, item in enumerate(_enum_values(place)):
            value = written(item.as_python())
            if found and value in seen:
                fix = Fix("Remove it", (remove_item(found.node, index),))
                said = quoted(item.value) if isinstance(item.value, str) else value
                yield place.finding(f"{said} is listed twice.", fix, item)
            seen.add(value)


def references_resolve(schema: Schema) -> Findings:
    for place in schema.places:
        found = place.node.get("$ref")
        if not found or schema.at_pointer(found.node.value):
            continue
        near = schema.near_pointer(found.node.value)
        fix = Fix(f"Make it {quoted(near)}", (replace(found.node, written(near)),)) if near else None
        message = 'Nothing in this schema has that address. Write "#/$defs/…" with the name of a definition.'
        yield place.finding(message, fix, found)
