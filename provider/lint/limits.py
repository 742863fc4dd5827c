"""Rules on sizes: how deep, how many, how long. Limits: Parallel's guide "Specify a task"."""

from collections import deque

from provider.json_tree import Node
from provider.lint.schema import DEFINITIONS, Findings, Place, Schema
from provider.prices import PROCESSORS, fields_advice
from provider.sound import chars_of

MAX_SPEC_CHARS = 15_000
MAX_TOTAL_CHARS = 25_000
MAX_NESTING = 5
ADVISED_NESTING = 3
MAX_PROPERTIES = 100
MAX_STRING_CHARS = 25_000
MAX_ENUM_VALUES = 500
LONG_ENUM = 250
MAX_LONG_ENUM_CHARS = 7_500


def nesting_has_a_limit(schema: Schema) -> Findings:
    deep = _first_below(schema, MAX_NESTING)
    if deep:
        message = (
            f"Objects and lists may be nested {MAX_NESTING} levels deep, the whole counted; this is deeper, "
            "or refers back to itself. Flatten it."
        )
        yield deep.finding(message)


def nesting_is_shallow(schema: Schema) -> Findings:
    deep = _first_below(schema, ADVISED_NESTING)
    if deep and not _first_below(schema, MAX_NESTING):
        yield deep.finding(
            f"Results are best with at most {ADVISED_NESTING} levels of nesting. Flatten it if you can."
        )


def _first_below(schema: Schema, limit: int) -> Place | None:
    levels = _levels(schema, limit + 1)
    deep = (place for place in schema.places if place.is_container and levels.get(place, 0) > limit)
    return next(deep, None)


def _levels(schema: Schema, stop: int) -> dict[Place, int]:
    """The deepest level at which each place can come back, references followed, counted up to `stop`."""
    children: dict[Place | None, list[Place]] = {}
    for place in schema.places:
        if place.role not in DEFINITIONS:
            children.setdefault(place.parent, []).append(place)
    levels: dict[Place, int] = {}
    waiting = deque([(schema.root, 0)])
    while waiting:
        place, above = waiting.popleft()
        level = min(above + place.is_container, stop)
        if level <= levels.get(place, -1):
            continue
        levels[place] = level
        target = schema.target(place)
        waiting.extend((below, level) for below in (*children.get(place, ()), *((target,) if target else ())))
    return levels


def properties_are_countable(schema: Schema) -> Findings:
    count = sum(1 for _ in schema.properties())
    if count > MAX_PROPERTIES:
        message = f"The whole schema may have {MAX_PROPERTIES} fields; it has {count:,}. Split the task."
        yield schema.finding(message)


def strings_are_short(schema: Schema) -> Findings:
    """The total length of property names, definition names, enum values and constants."""
    total = sum(len(place.name) for place in schema.places)
    total += sum(len(str(value.value)) for place in schema.places for value in _fixed_values(place))
    if total > MAX_STRING_CHARS:
        message = (
            f"All names and enum values of the whole schema may have {MAX_STRING_CHARS:,} characters; "
            f"they have {total:,}. Shorten or drop some."
        )
        yield schema.finding(message)


def _fixed_values(place: Place) -> list[Node]:
    enum, const = place.node.get("enum"), place.node.get("const")
    return (enum.node.items if enum else []) + ([const.node] if const else [])


def enums_are_countable(schema: Schema) -> Findings:
    total = 0
    for place in schema.places:
        found = place.node.get("enum")
        total += len(found.node.items) if found else 0
        if found and total > MAX_ENUM_VALUES:
            message = (
                f"All enums together may list {MAX_ENUM_VALUES} values; with this one there are {total:,}."
            )
            yield place.finding(f"{message} Use fewer, or name them in the description.", at=found)
            return


def long_enums_are_short(schema: Schema) -> Findings:
    for place in schema.places:
        found = place.node.get("enum")
        values = found.node.items if found else []
        chars = sum(len(str(value.value)) for value in values)
        if len(values) > LONG_ENUM and chars > MAX_LONG_ENUM_CHARS:
            message = f"An enum of more than {LONG_ENUM} values may have {MAX_LONG_ENUM_CHARS:,} characters"
            yield place.finding(f"{message}; this one has {chars:,}. Shorten its values.", at=found)


def spec_is_short(schema: Schema) -> Findings:
    chars = spec_chars(schema)
    if chars > MAX_SPEC_CHARS:
        message = (
            f"A task spec may have {MAX_SPEC_CHARS:,} characters; with the whole schema it has {chars:,}."
        )
        longest = max(schema.properties(), key=lambda place: len(place.name), default=None)
        if longest and len(longest.name) > MAX_SPEC_CHARS // 10:
            name = f"The name of a field has {len(longest.name):,} of them, wherever it stands: shorten it."
            yield longest.finding(f"{message} {name}")
        else:
            yield schema.finding(f"{message} Shorten descriptions and enums.")


def spec_and_input_are_short(schema: Schema) -> Findings:
    total = spec_chars(schema) + schema.input_chars
    if schema.input_chars and total > MAX_TOTAL_CHARS:
        message = (
            f"The whole schema and the input together may have {MAX_TOTAL_CHARS:,} characters; "
            f"they have {total:,}. Shorten one of them."
        )
        yield schema.finding(message)


def spec_chars(schema: Schema) -> int:
    """What a task spec of nothing but this schema counts for."""
    form = {"type": "json", "json_schema": schema.root.node.as_python()}
    return chars_of({f"{schema.kind}_schema": form})


def room_left(schema: Schema) -> int:
    """How many characters a fix may add without breaking a limit that now holds."""
    chars = spec_chars(schema)
    room = (MAX_SPEC_CHARS - chars, MAX_TOTAL_CHARS - chars - schema.input_chars)
    return min((left for left in room if left >= 0), default=MAX_SPEC_CHARS)


def fields_suit_the_processor(schema: Schema) -> Findings:
    processor = PROCESSORS.get(schema.processor or "")
    advice = fields_advice(processor, len(schema.root.properties)) if processor else None
    if advice:
        yield schema.finding(advice)
