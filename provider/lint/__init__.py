"""What is wrong with a schema, where in its text, and how to put it right.

The rules are those of Parallel's guide "Specify a task", its page "Warnings and errors", and JSON Schema.
One function a rule, listed in RULES.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from provider.json_text import parse
from provider.json_tree import Change, Fix, Member, Node, Path, Slip
from provider.lint import keywords, limits, objects, shape
from provider.lint.schema import Finding, Findings, Kind, Schema
from provider.sound import compact

__all__ = [
    "ADVICE",
    "RULES",
    "VALIDITY",
    "Change",
    "Fix",
    "Kind",
    "NotJson",
    "Problem",
    "errors_of",
    "lint",
    "read_json",
]

Severity = Literal["error", "warning"]

# Far above any schema that keeps the limits, and read in well under a second.
MAX_TEXT = 100_000
MAX_PROBLEMS = 500
KEPT = 32
"""Schemas whose problems are remembered: the runs of a batch share theirs."""
TOO_LONG = (
    f"The whole schema has over {MAX_TEXT:,} characters; a task spec may have {limits.MAX_SPEC_CHARS:,}. "
    "Shorten it."
)
FOREIGN = re.compile(r"\s*@?[^\W\d]\w*(\s+\w|\s*[^\s\w}\]])")
"""A bare word with something behind it: the beginning of a program, not of a JSON text."""
NOT_JSON = "This is not JSON: a schema begins with { and ends with }. Paste only that part."
ENVELOPES = ("task_spec", "output_schema", "input_schema", "json_schema", "schema")

_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Problem:
    """`start` and `end` count characters from 0, `line` and `column` from 1. `path` leads to the schema."""

    rule: str
    severity: Severity
    message: str
    start: int
    end: int
    line: int
    column: int
    path: Path
    fix: Fix | None = None


Told = tuple[Severity, str, Finding]


class Rule(NamedTuple):
    slug: str
    severity: Severity
    check: Callable[[Schema], Findings]
    kinds: tuple[Kind, ...] = ("output",)


BOTH: tuple[Kind, ...] = ("output", "input")

RULES = (
    Rule("root-object", "error", shape.root_is_object, BOTH),
    Rule("root-properties", "error", shape.root_has_properties),
    Rule("root-union", "error", shape.root_is_no_union),
    Rule("schema-shape", "error", shape.schemas_are_objects, BOTH),
    Rule("properties-shape", "error", shape.properties_are_maps, BOTH),
    Rule("type-unknown", "error", shape.types_are_known, BOTH),
    Rule("type-missing", "warning", shape.types_are_given),
    Rule("null-alone", "error", shape.null_is_in_a_union),
    Rule("items-missing", "warning", shape.arrays_have_items),
    Rule("items-shape", "error", shape.items_is_one_schema, BOTH),
    Rule("enum-empty", "error", shape.enums_list_values, BOTH),
    Rule("enum-duplicate", "warning", shape.enum_values_differ, BOTH),
    Rule("ref-unresolved", "error", shape.references_resolve, BOTH),
    Rule("required-shape", "error", objects.required_is_a_list, BOTH),
    Rule("required-unknown", "error", objects.required_names_exist, BOTH),
    Rule("required-duplicate", "error", objects.required_names_differ, BOTH),
    Rule("required-all", "warning", objects.required_lists_all),
    Rule("additional-properties", "warning", objects.additional_properties_are_closed),
    Rule("covered-name", "warning", objects.names_are_not_covered),
    Rule("description-missing", "warning", objects.fields_are_described),
    Rule("name-empty", "warning", objects.names_are_given, BOTH),
    Rule("name-length", "warning", objects.names_are_short, BOTH),
    Rule("unsupported-keyword", "error", keywords.keywords_are_supported),
    Rule("nullable-keyword", "warning", keywords.nullable_is_a_type, BOTH),
    Rule("schema-version", "error", keywords.version_is_known, BOTH),
    Rule("nesting", "error", limits.nesting_has_a_limit),
    Rule("nesting-advice", "warning", limits.nesting_is_shallow),
    Rule("property-count", "error", limits.properties_are_countable),
    Rule("string-length", "error", limits.strings_are_short),
    Rule("enum-count", "error", limits.enums_are_countable),
    Rule("enum-length", "error", limits.long_enums_are_short),
    Rule("spec-length", "error", limits.spec_is_short, BOTH),
    Rule("spec-and-input-length", "error", limits.spec_and_input_are_short, BOTH),
    Rule("processor-fields", "warning", limits.fields_suit_the_processor),
)

VALIDITY = Rule("json-schema", "error", keywords.schema_is_valid)
"""Asked last, and only where no other rule finds an error: each of them says better what is wrong."""

ADVICE = ("description-missing", "name-empty", "name-length", "nesting-advice")
"""Rules that help to write a better schema and of which the API itself says nothing."""


def lint(
    text: str, *, kind: Kind = "output", input_chars: int = 0, processor: str | None = None
) -> list[Problem]:
    """All problems of the schema in `text`, in the order of the text (at most MAX_PROBLEMS).

    `input_chars` is the length of the input that the schema is sent with, `processor` the one that gets them.
    """
    if len(text) > MAX_TEXT:
        return [Problem("too-long", "error", TOO_LONG, 0, len(text), 1, 1, ())]
    if FOREIGN.match(text):
        return [Problem("not-json", "error", NOT_JSON, 0, len(text), 1, 1, ())]
    return list(_linted(text, kind, input_chars, processor))


@lru_cache(KEPT)
def _linted(text: str, kind: Kind, input_chars: int, processor: str | None) -> tuple[Problem, ...]:
    parsed = parse(text)
    told: list[Told] = [("error", slip.rule, _finding(slip)) for slip in parsed.slips]
    if parsed.root:
        root, wrapped = _unwrapped(parsed.root)
        schema = Schema(text, root, kind, input_chars, processor)
        told += _safe([*wrapped, *_ruled(schema)], parsed.slips, limits.room_left(schema))
    told.sort(key=lambda one: (one[2].start, one[2].end))
    lines = _line_starts(text)
    return tuple(_problem(*one, lines) for one in told[:MAX_PROBLEMS])


class NotJson(ValueError):
    """A text is not JSON; the message says where, and what is wrong there."""


def read_json(text: str) -> Any:
    """The value of a JSON text; NotJson for what is none, in the words of `lint`."""
    parsed = parse(text)
    if parsed.root is None or parsed.slips:
        first = min(parsed.slips, key=lambda slip: slip.start)
        found = _problem("error", first.rule, _finding(first), _line_starts(text))
        raise NotJson(f"Line {found.line}, column {found.column}: {found.message}")
    return parsed.root.as_python()


def errors_of(schema: dict[str, Any]) -> list[Problem]:
    """What makes the API refuse this output schema. Offsets are those of its compact text."""
    return [problem for problem in lint(compact(schema)) if problem.severity == "error"]


def _finding(slip: Slip) -> Finding:
    return Finding(slip.message, slip.start, slip.end, slip.path, slip.fix)


def _ruled(schema: Schema) -> list[Told]:
    told = [one for rule in RULES for one in _told(rule, schema)]
    return told if any(severity == "error" for severity, *_ in told) else [*told, *_told(VALIDITY, schema)]


def _told(rule: Rule, schema: Schema) -> Iterator[Told]:
    if schema.kind in rule.kinds:
        yield from ((rule.severity, rule.slug, finding) for finding in rule.check(schema))


def _unwrapped(root: Node) -> tuple[Node, list[Told]]:
    """The schema itself where a whole task spec or another API's envelope was pasted."""
    inner = root
    while (
        not inner.get("properties") and (member := _first(inner, ENVELOPES)) and member.node.kind == "object"
    ):
        inner = member.node
    if inner is root:
        return root, []
    fix = Fix("Keep only the schema", (Change(root.start, inner.start, ""), Change(inner.end, root.end, "")))
    message = "Only the schema itself belongs here, without the request around it."
    return inner, [("error", "wrapped", Finding(message, root.start, root.start + 1, (), fix))]


def _first(node: Node, names: tuple[str, ...]) -> Member | None:
    return next((member for name in names if (member := node.get(name))), None)


def _safe(told: list[Told], slips: list[Slip], room: int) -> list[Told]:
    """Without the fixes that could do harm.

    While the text is not JSON, an edit may land inside of what it should follow (a bracket is missing) or
    bring something back (a name is there twice). A long insertion may break a limit that now holds.
    """
    doubtful = bool(slips)
    return [
        (severity, rule, finding._replace(fix=None) if doubtful or _growth(finding.fix) > room else finding)
        for severity, rule, finding in told
    ]


def _growth(fix: Fix | None) -> int:
    return sum(len(change.insert) for change in fix.changes) if fix else 0


def _line_starts(text: str) -> list[int]:
    return [0, *(end.end() for end in _LINE_END.finditer(text))]


def _problem(severity: Severity, rule: str, found: Finding, lines: list[int]) -> Problem:
    line = bisect_right(lines, found.start)
    column = found.start - lines[line - 1] + 1
    return Problem(rule, severity, found.message, found.start, found.end, line, column, found.path, found.fix)
