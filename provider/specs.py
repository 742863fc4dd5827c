"""A task spec: the forms in which a schema may be given, and what is wrong with one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from provider.checks import Loc, Problem, Problems
from provider.lint import errors_of
from provider.lint.limits import MAX_SPEC_CHARS, MAX_TOTAL_CHARS
from provider.sound import chars_of

Kind = Literal["json", "text", "auto"]


@dataclass(frozen=True, slots=True)
class OutputSpec:
    """What a task is to answer with. `json_schema` only for json, `description` only for text."""

    kind: Kind
    json_schema: dict[str, Any] | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class InputSpec:
    """What a task takes. `json_schema` only for json, `description` only for text."""

    kind: Literal["json", "text"]
    json_schema: dict[str, Any] | None = None
    description: str | None = None


def output_schema_of(task_spec: Mapping[str, Any] | None) -> OutputSpec:
    """The output schema in one form; no task spec is the same as an auto schema."""
    form = (task_spec or {}).get("output_schema")
    if form is None:
        return OutputSpec("auto")
    if isinstance(form, str):
        return OutputSpec("text", description=form)
    return OutputSpec(kind_of(form), form.get("json_schema"), form.get("description"))


def input_schema_of(task_spec: Mapping[str, Any] | None) -> InputSpec | None:
    form = (task_spec or {}).get("input_schema")
    if form is None:
        return None
    if isinstance(form, str):
        return InputSpec("text", description=form)
    return InputSpec(kind_of(form), form.get("json_schema"), form.get("description"))


def kind_of(form: Mapping[str, Any]) -> Any:
    """The type of a schema; where it is left out, a `json_schema` says json."""
    return form.get("type") or ("json" if "json_schema" in form else "text")


def check_task_spec(value: object) -> Problems:
    if not isinstance(value, dict):
        yield Problem(("task_spec",), "Give “task_spec” as an object with an “output_schema”.")
        return
    if value.get("output_schema") is None:
        yield Problem(
            ("task_spec", "output_schema"),
            "Add an “output_schema”, or leave “task_spec” out for an automatic one.",
        )
    else:
        yield from _check_form(value["output_schema"], "output_schema", ("json", "text", "auto"))
        yield from _check_output_schema(value)
    if value.get("input_schema") is not None:
        yield from _check_form(value["input_schema"], "input_schema", ("json", "text"))


def _check_form(form: object, name: str, kinds: tuple[str, ...]) -> Problems:
    loc: Loc = ("task_spec", name)
    if isinstance(form, str):
        return
    if not isinstance(form, dict):
        yield Problem(loc, f"Give “{name}” as text or as an object with a “type”.")
    elif "properties" in form and "json_schema" not in form:
        yield Problem(loc, f'Wrap the JSON schema: “{name}” is {{"type": "json", "json_schema": …}}.')
    elif kind_of(form) not in kinds:
        yield Problem((*loc, "type"), f"Set the type of “{name}” to one of {', '.join(kinds)}.")
    elif kind_of(form) == "json" and not isinstance(form.get("json_schema"), dict):
        yield Problem((*loc, "json_schema"), "Give “json_schema” as a JSON object.")
    elif kind_of(form) == "text" and not isinstance(form.get("description", ""), str | None):
        yield Problem((*loc, "description"), f"Give the description of “{name}” as text.")


def _check_output_schema(task_spec: dict[str, Any]) -> Problems:
    form = task_spec["output_schema"]
    schema = form.get("json_schema") if isinstance(form, dict) and kind_of(form) == "json" else None
    if isinstance(schema, dict):
        loc: Loc = ("task_spec", "output_schema", "json_schema")
        # The length of the spec is counted below, over all of it.
        found = (problem for problem in errors_of(schema) if problem.rule != "spec-length")
        yield from (Problem((*loc, *problem.path), problem.message) for problem in found)


def check_sizes(task_spec: object, task_input: object) -> Problems:
    spec_chars = chars_of(task_spec) if isinstance(task_spec, dict) else 0
    if spec_chars > MAX_SPEC_CHARS:
        yield Problem(
            ("task_spec",),
            f"Shorten the task spec to {MAX_SPEC_CHARS:,} characters; it has {spec_chars:,}. "
            "Long descriptions and enums are the usual reason.",
        )
    total = spec_chars + (chars_of(task_input) if isinstance(task_input, str | dict) else 0)
    if total > MAX_TOTAL_CHARS:
        yield Problem(
            ("input",),
            f"Shorten the input: with the task spec it may have {MAX_TOTAL_CHARS:,} characters "
            f"and has {total:,}.",
        )
