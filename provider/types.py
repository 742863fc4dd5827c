"""A run request as the Task API takes it on the wire, and the warnings that it draws."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from itertools import islice
from typing import Any, Literal

from provider import lint
from provider.checks import (
    Problem,
    Problems,
    check_advanced_settings,
    check_data_sources_fit,
    check_enable_events,
    check_input,
    check_mcp_servers,
    check_memory_scope_key,
    check_metadata,
    check_previous_interaction_id,
    check_processor,
    check_source_policy,
    check_webhook,
)
from provider.fit import BrokenSchema, misfits
from provider.sound import chars_of, compact, flaws
from provider.specs import (
    InputSpec,
    OutputSpec,
    check_sizes,
    check_task_spec,
    input_schema_of,
    output_schema_of,
)

__all__ = [
    "InputSpec",
    "Invalid",
    "OutputSpec",
    "Problem",
    "RunWarning",
    "TaskRunInput",
    "chars_of",
    "input_schema_of",
    "output_schema_of",
    "parse_task_run_input",
    "warnings_for",
]

MAX_PROBLEMS = 100


class Invalid(Exception):
    """A request that the API refuses, with everything that is wrong with it (at most MAX_PROBLEMS)."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(" ".join(problem.message for problem in problems))
        self.problems = problems

    @property
    def status(self) -> int:
        """The HTTP status to answer with: 403 when nothing but the processor is wrong."""
        return max(problem.status for problem in self.problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRunInput:
    """A request that passed every check, its values as they were sent. None: the field was not sent."""

    input: str | dict[str, Any]
    processor: str
    task_spec: dict[str, Any] | None = None
    metadata: dict[str, str | int | float | bool] | None = None
    source_policy: dict[str, Any] | None = None
    advanced_settings: dict[str, Any] | None = None
    previous_interaction_id: str | None = None
    mcp_servers: list[dict[str, Any]] | None = None
    enable_events: bool | None = None
    webhook: dict[str, Any] | None = None
    memory_scope_key: str | None = None

    def as_sent(self) -> dict[str, Any]:
        """The body of the request, without the fields that were left out or null."""
        named = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: value for name, value in named if value is not None}


FIELD_CHECKS: dict[str, Callable[[object], Problems]] = {
    "input": check_input,
    "processor": check_processor,
    "task_spec": check_task_spec,
    "metadata": check_metadata,
    "source_policy": check_source_policy,
    "advanced_settings": check_advanced_settings,
    "previous_interaction_id": check_previous_interaction_id,
    "mcp_servers": check_mcp_servers,
    "enable_events": check_enable_events,
    "webhook": check_webhook,
    "memory_scope_key": check_memory_scope_key,
}
REQUIRED = ("input", "processor")


def parse_task_run_input(body: object) -> TaskRunInput:
    """The request in `body` (parsed JSON), or Invalid with all that is wrong. Unknown fields are ignored."""
    if not isinstance(body, dict):
        raise Invalid([Problem((), "Send a JSON object with “input” and “processor”.")])
    sent = {name: body[name] for name in FIELD_CHECKS if body.get(name) is not None}
    problems = list(islice(_problems(sent), MAX_PROBLEMS))
    if problems:
        raise Invalid(problems)
    return TaskRunInput(**sent)


def _problems(sent: dict[str, Any]) -> Problems:
    for name in REQUIRED:
        if name not in sent:
            yield Problem((name,), f"Add “{name}”: the API needs it.")
    sound = {}
    for name, value in sent.items():
        flawed = [Problem(path, sentence) for path, sentence in islice(flaws(value, (name,)), MAX_PROBLEMS)]
        yield from flawed or FIELD_CHECKS[name](value)
        if not flawed:
            sound[name] = value
    yield from check_data_sources_fit(sound)
    yield from check_sizes(sound.get("task_spec"), sound.get("input"))


@dataclass(frozen=True, slots=True)
class RunWarning:
    """What the API tells about a run it accepted all the same."""

    type: Literal["spec_validation_warning", "input_validation_warning", "warning"]
    message: str
    detail: dict[str, Any] | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def warnings_for(request: TaskRunInput) -> list[RunWarning]:
    """What the API would say about the spec and about an input that does not fit it."""
    return [*_spec_warnings(request), *_input_warnings(request)]


def _spec_warnings(request: TaskRunInput) -> list[RunWarning]:
    """One warning for each rule, with every place that breaks it."""
    schema = output_schema_of(request.task_spec).json_schema
    broken: dict[str, list[lint.Problem]] = {}
    for problem in lint.lint(compact(schema), processor=request.processor) if schema else []:
        if problem.rule not in lint.ADVICE:
            broken.setdefault(problem.rule, []).append(problem)
    return [_spec_warning(rule, problems) for rule, problems in broken.items()]


def _spec_warning(rule: str, problems: list[lint.Problem]) -> RunWarning:
    places = [".".join(str(step) for step in problem.path) for problem in problems]
    more = f" The same holds at {len(problems) - 1} more places." if len(problems) > 1 else ""
    return RunWarning("spec_validation_warning", problems[0].message + more, {"rule": rule, "places": places})


def _input_warnings(request: TaskRunInput) -> list[RunWarning]:
    spec = input_schema_of(request.task_spec)
    if spec is None or spec.json_schema is None:
        return []
    try:
        sentences = misfits(spec.json_schema, request.input)
    except BrokenSchema as error:
        sentences = [f"The input could not be checked, because its schema is not valid JSON Schema. {error}."]
    return [RunWarning("input_validation_warning", sentence) for sentence in sentences]
