"""Requests for a suggestion. Schemas are given as a task spec has them, or bare, as a suggestion has them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from provider.checks import Loc, Problem, Problems
from provider.fields import checked, of_type, text
from provider.prices import PROCESSORS
from provider.sound import quoted
from provider.specs import check_sizes, check_task_spec

LONGEST_INTENT = 10_000
MOST_INPUTS = 1_000
SCHEMAS = ("output_schema", "input_schema")
FORMS = ("json", "text", "auto")

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SuggestRequest:
    user_intent: str
    output_schema: Body | None = None
    """What was suggested before, as a JSON schema."""
    input_schema: Body | None = None
    inputs: list[Body] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SuggestProcessorRequest:
    task_spec: Body
    choose_from: tuple[str, ...] | None = None
    """None: among all that are suggested."""


def parse_suggest(body: object) -> SuggestRequest:
    """The request in `body` (parsed JSON), or Invalid with all that is wrong."""
    sent = checked(body, suggest_problems, levels=2)
    before = sent.get("previous_task", {})
    known = {name: before[name] for name in (*SCHEMAS, "inputs") if before.get(name)}
    return SuggestRequest(sent["user_intent"], **known)


def parse_suggest_processor(body: object) -> SuggestProcessorRequest:
    sent = checked(body, processor_problems, levels=2)
    names = sent.get("choose_processors_from")
    return SuggestProcessorRequest(wrapped(sent["task_spec"]), tuple(names) if names else None)


def suggest_problems(sent: Body) -> Problems:
    if not isinstance(sent.get("user_intent"), str) or not sent["user_intent"].strip():
        yield Problem(("user_intent",), "Say in “user_intent” what is to be found.")
    else:
        yield from text(sent, "user_intent", LONGEST_INTENT)
    yield from of_type(sent, "previous_task", dict, "an object")
    if isinstance(before := sent.get("previous_task"), dict):
        yield from previous_problems(before)


def previous_problems(before: Body) -> Problems:
    for name in SCHEMAS:
        schema = before.get(name)
        if schema is None:
            continue
        if not isinstance(schema, dict):
            yield Problem(("previous_task", name), f"Give “{name}” as a JSON schema.")
        elif schema:
            yield from schema_problems(schema, ("previous_task", name))
    inputs = before.get("inputs", [])
    if not isinstance(inputs, list) or not all(isinstance(each, dict) for each in inputs):
        yield Problem(("previous_task", "inputs"), "Give “inputs” as a list of objects.")
    elif len(inputs) > MOST_INPUTS:
        yield Problem(("previous_task", "inputs"), f"Give at most {MOST_INPUTS:,} inputs.")


def schema_problems(schema: Body, loc: Loc) -> Problems:
    """A bare schema is held to the rules of output schemas."""
    spec = {"output_schema": {"type": "json", "json_schema": schema}}
    for problem in (*check_task_spec(spec), *check_sizes(spec, None)):
        yield Problem((*loc, *problem.loc[3:]), problem.message)


def processor_problems(sent: Body) -> Problems:
    spec = sent.get("task_spec")
    if not isinstance(spec, dict):
        yield Problem(("task_spec",), "Give “task_spec” as an object with an “output_schema”.")
    else:
        yield from check_task_spec(wrapped(spec))
        yield from check_sizes(wrapped(spec), None)
    names = sent.get("choose_processors_from", [])
    if not isinstance(names, list):
        yield Problem(("choose_processors_from",), "Give “choose_processors_from” as a list of names.")
    else:
        yield from name_problems(names)


def name_problems(names: list[Any]) -> Iterator[Problem]:
    for index, name in enumerate(names):
        if not isinstance(name, str) or name not in PROCESSORS:
            shown = quoted(str(name))
            yield Problem(
                ("choose_processors_from", index),
                f"There is no processor {shown}. Use {', '.join(PROCESSORS)}.",
            )


def wrapped(spec: Body) -> Body:
    """A task spec whose bare schemas stand where a task spec has them."""
    return spec | {name: wrap(spec[name]) for name in SCHEMAS if name in spec}


def wrap(schema: Any) -> Any:
    is_bare = isinstance(schema, dict) and "json_schema" not in schema and schema.get("type") not in FORMS
    return {"type": "json", "json_schema": schema} if is_bare else schema
