"""Rules on keywords that the API does not take, their meaning moved to where it is read: the description."""

from provider.fit import BrokenSchema, validator_of
from provider.json_tokens import written
from provider.json_tree import Change, Fix, Member, Node, remove_member, replace
from provider.lint.schema import Findings, Place, Schema, repaired_type

UNSUPPORTED = (
    "contains", "format", "maxContains", "maxItems", "maxLength", "maxProperties", "maximum", "minContains",
    "minItems", "minLength", "minProperties", "minimum", "multipleOf", "pattern", "patternProperties",
    "propertyNames", "unevaluatedItems", "unevaluatedProperties", "uniqueItems",
)  # fmt: skip

_FORMATS = {
    "date": "YYYY-MM-DD", "date-time": "ISO 8601 date and time", "time": "HH:MM:SS",
    "duration": "ISO 8601 duration", "email": "e-mail address",
    "hostname": "host name", "ipv4": "IPv4 address",
    "ipv6": "IPv6 address", "uri": "full URL", "url": "full URL", "iri": "full URL", "uuid": "UUID",
}  # fmt: skip
_LIMITS = {
    "minimum": "at least {}", "maximum": "at most {}", "minLength": "at least {} characters",
    "maxLength": "at most {} characters", "minItems": "at least {} entries", "maxItems": "at most {} entries",
    "minProperties": "at least {} fields", "maxProperties": "at most {} fields",
    "multipleOf": "a multiple of {}", "pattern": "matching {}",
}  # fmt: skip
_LONGEST_PHRASE = 120


def keywords_are_supported(schema: Schema) -> Findings:
    for place in schema.places:
        for word in UNSUPPORTED:
            found = place.node.get(word)
            if found:
                phrase = _phrase(word, found.node)
                fix = (
                    _moved(place, found, phrase)
                    if phrase
                    else Fix("Remove it", (remove_member(place.node, found),))
                )
                yield place.finding(
                    f"The API does not take “{word}”. Ask for it in the description.", fix, found
                )


def _phrase(word: str, node: Node) -> str | None:
    """The keyword's meaning in words, where it has one that a reader can use."""
    if word == "uniqueItems":
        return "no entry twice" if node.value is True else None
    if node.kind not in ("string", "number"):
        return None
    if word == "format":
        phrase = _FORMATS.get(str(node.value), f"format: {node.value}")
    else:
        phrase = _LIMITS[word].format(node.value) if word in _LIMITS else ""
    return phrase if len(phrase) <= _LONGEST_PHRASE else None


def _moved(place: Place, found: Member, phrase: str) -> Fix:
    label = f"Say “{phrase}” in the description"
    description = place.node.get("description")
    if description is None:
        sentence = phrase[0].upper() + phrase[1:]
        return Fix(label, (Change(found.start, found.end, f'"description": {written(sentence)}'),))
    words = description.node.value
    removed = remove_member(place.node, found)
    if not isinstance(words, str) or phrase in words:
        return Fix("Remove it", (removed,))
    said = f"{words.rstrip()} ({phrase})" if words.strip() else phrase
    return Fix(label, tuple(sorted((removed, replace(description.node, written(said))))))


def nullable_is_a_type(schema: Schema) -> Findings:
    message = 'JSON Schema has no “nullable”. Put "null" beside the type: ["string", "null"].'
    for place in schema.places:
        found = place.node.get("nullable")
        if found:
            changes = sorted((remove_member(place.node, found), *_null_added(place, found)))
            yield place.finding(message, Fix("Write it as a type", tuple(changes)), found)


def _null_added(place: Place, nullable: Member) -> list[Change]:
    given = place.node.get("type")
    if given is None or nullable.node.value is not True or place.role == "root":
        return []
    known = repaired_type(given.node.value) not in (None, "null")
    return [replace(given.node, f'[{written(given.node.value)}, "null"]')] if known else []


def version_is_known(schema: Schema) -> Findings:
    """A version of JSON Schema that is named is one of the published ones: no other is ever read."""
    found = schema.root.node.get("$schema")
    if found:
        try:
            validator_of({"$schema": found.node.as_python()})
        except BrokenSchema:
            fix = Fix("Remove it", (remove_member(schema.root.node, found),))
            message = "This names no published version of JSON Schema. Leave “$schema” out."
            yield schema.root.finding(message, fix, found)


def schema_is_valid(schema: Schema) -> Findings:
    """What is left to say once all other rules hold: it must be JSON Schema as the standard has it."""
    try:
        validator_of(schema.root.node.as_python())
    except BrokenSchema as error:
        place = schema.nearest(error.path)
        steps = error.path[len(place.path) :]
        yield place.finding(
            f"This is not valid JSON Schema. {error}.", at=place.node.get(str(steps[0])) if steps else None
        )
