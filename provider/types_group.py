"""Requests for task groups as the Task API takes them on the wire."""

from dataclasses import dataclass
from typing import Any

from provider.checks import Problem, Problems, check_metadata
from provider.sound import flaws
from provider.specs import check_task_spec
from provider.types import Invalid, TaskRunInput, parse_task_run_input

MOST_RUNS = 1_000
MOST_PROBLEMS = 100


@dataclass(frozen=True, slots=True)
class TaskGroupInput:
    metadata: dict[str, Any] | None


def parse_task_group(body: object) -> TaskGroupInput:
    """A new group, or Invalid with all that is wrong. No body at all is a group without metadata."""
    if body is not None and not isinstance(body, dict):
        raise Invalid([Problem((), "Send a JSON object, with “metadata” if you like.")])
    metadata = (body or {}).get("metadata")
    if metadata is not None and (problems := list(metadata_problems(metadata))):
        raise Invalid(problems)
    return TaskGroupInput(metadata)


def metadata_problems(metadata: object) -> Problems:
    flawed = [Problem(path, sentence) for path, sentence in flaws(metadata, ("metadata",))]
    yield from flawed or check_metadata(metadata)


def parse_group_runs(body: object) -> list[TaskRunInput]:
    """The runs to add, in their order, or Invalid. One that has no task spec takes the default one."""
    if not isinstance(body, dict) or not isinstance(body.get("inputs"), list):
        raise Invalid([Problem(("inputs",), "Send a JSON object with “inputs”, a list of runs.")])
    inputs, default = body["inputs"], body.get("default_task_spec")
    if len(inputs) > MOST_RUNS:
        many = f"Add at most {MOST_RUNS:,} runs at once; there are {len(inputs):,}. Send the rest later."
        raise Invalid([Problem(("inputs",), many)])
    if default is not None and (problems := list(default_problems(default))):
        raise Invalid(problems)
    return parse_each([with_default(item, default) for item in inputs])


def default_problems(spec: object) -> Problems:
    flawed = [Problem(path, sentence) for path, sentence in flaws(spec, ("task_spec",))]
    for problem in flawed or check_task_spec(spec):
        yield Problem(("default_task_spec", *problem.loc[1:]), problem.message)


def with_default(item: object, default: object) -> object:
    lacks = isinstance(item, dict) and item.get("task_spec") is None and default is not None
    return item | {"task_spec": default} if lacks else item


def parse_each(items: list[object]) -> list[TaskRunInput]:
    requests, problems = [], []
    for index, item in enumerate(items):
        try:
            requests.append(parse_task_run_input(item))
        except Invalid as refused:
            problems += [
                Problem(("inputs", index, *each.loc), f"Run {index + 1}: {each.message}", each.status)
                for each in refused.problems
            ]
        if len(problems) >= MOST_PROBLEMS:
            break
    if problems:
        raise Invalid(problems[:MOST_PROBLEMS])
    return requests
