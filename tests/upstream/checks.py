"""Reading the bodies of requests: what the contract refuses is refused here, before anything is done."""

from typing import Any, NamedTuple

import orjson

from tests.upstream.bodies import Refused, fastapi_refusal, refusal
from tests.upstream.specs import Specs
from tests.upstream.state import RID_KEY, Run, State

TIERS = ("lite", "base", "core", "core2x", "pro", "ultra", "ultra2x", "ultra4x", "ultra8x")
PROCESSORS = frozenset(tier + speed for tier in TIERS for speed in ("", "-fast"))
MOST_INPUTS = 1000
MOST_CHARACTERS = 25_000
LONGEST_KEY, LONGEST_VALUE = 16, 512
MOST_RESTS = 1000


class Problem(NamedTuple):
    """What is wrong with one TaskRunInput, and in which field; a field of None: no word on where."""

    message: str
    field: str | None
    status: int = 422


def problem_of(body: Any) -> Problem | None:
    """What the contract has against a TaskRunInput, apart from its task_spec."""
    if not isinstance(body, dict):
        return Problem("value is not an object", None)
    given = body.get("input")
    if not isinstance(given, (str, dict)):
        return Problem("input must be a text or an object", "input")
    if not isinstance(body.get("processor"), str):
        return Problem("field required", "processor")
    if body["processor"] not in PROCESSORS:
        return Problem(f"No access to processor {body['processor']}", "processor", 403)
    return refused_on_demand(given) or metadata_problem(body.get("metadata"))


def refused_on_demand(given: str | dict[str, Any]) -> Problem | None:
    """Inputs that ask for a refusal."""
    if not isinstance(given, str) or not given.startswith("refuse "):
        return None
    if given.startswith("refuse silently"):
        return Problem("the request is not valid", None)
    return Problem("refused, as it asks for", "input") if given.startswith("refuse me") else None


def metadata_problem(metadata: Any) -> Problem | None:
    if metadata is None:
        return None
    if not isinstance(metadata, dict):
        return Problem("metadata must be an object", "metadata")
    for key, value in metadata.items():
        if len(key) > LONGEST_KEY or (isinstance(value, str) and len(value) > LONGEST_VALUE):
            return Problem("metadata has a key or value that is too long", "metadata")
        if not isinstance(value, (str, int, float, bool)):
            return Problem("metadata values are texts, numbers and booleans", "metadata")
    return None


class Intake:
    """Makes runs of TaskRunInputs."""

    def __init__(self, state: State, specs: Specs) -> None:
        self._state = state
        self._specs = specs
        self._rests: dict[bytes, bytes] = {}

    def make(self, body: dict[str, Any], default_spec: Any, now: float) -> Run:
        """The run that `body`, already found in order, asks for; SpecRefused if not with this task_spec."""
        rest = {name: value for name, value in body.items() if name not in ("input", "metadata")}
        if rest.get("task_spec") is None and default_spec is not None:
            rest["task_spec"] = default_spec
        spec = self._specs.of(rest.get("task_spec"))
        given = compact(body["input"])
        if spec.problem or len(given) + spec.length > MOST_CHARACTERS:
            raise SpecRefused(spec.problem or "task_spec and input are too long together")
        metadata = compact(body.get("metadata"))
        kept = self._shared(orjson.dumps(rest))
        return Run(self._state.new_id("trun"), given, metadata, kept, rest["processor"], spec, now)

    def _shared(self, rest: bytes) -> bytes:
        """The same bytes object for the many runs that differ in nothing but input and metadata."""
        if len(self._rests) > MOST_RESTS:
            self._rests.clear()
        return self._rests.setdefault(rest, rest)


def compact(value: Any) -> bytes:
    """JSON in as many bytes as it needs; what orjson hands out keeps a kilobyte's place in memory."""
    return bytes(memoryview(orjson.dumps(value)))


class SpecRefused(Exception):
    """The schema rules or size limits refuse a task_spec."""


def rid_of(body: dict[str, Any]) -> str | None:
    """The caller's own id among a run's metadata."""
    rid = (body.get("metadata") or {}).get(RID_KEY)
    return rid if isinstance(rid, str) else None


def parsed(raw: bytes) -> Any:
    """A request's JSON; an empty body is an empty object."""
    try:
        return orjson.loads(raw) if raw else {}
    except orjson.JSONDecodeError as wrong:
        raise refusal(422, "Request validation error", body="not JSON") from wrong


def one_run(intake: Intake, raw: bytes, now: float) -> tuple[Run, str | None]:
    """The run that ``POST …/tasks/runs`` asks for, and its rid."""
    body = parsed(raw)
    if problem := problem_of(body):
        raise refusal(problem.status, problem.message, **{problem.field or "body": problem.message})
    try:
        return intake.make(body, None, now), rid_of(body)
    except SpecRefused as refused:
        raise refusal(422, str(refused), task_spec=str(refused)) from refused


def many_runs(intake: Intake, raw: bytes, now: float) -> tuple[list[Run], list[str]]:
    """The runs that ``POST …/groups/{id}/runs`` asks for, in order, and the rids among them; all or none."""
    body = parsed(raw)
    inputs = body.get("inputs") if isinstance(body, dict) else None
    if not isinstance(inputs, list) or len(inputs) > MOST_INPUTS:
        raise fastapi_refusal(f"a list of at most {MOST_INPUTS} runs is needed", "body", "inputs")
    for place, one in enumerate(inputs):
        if problem := problem_of(one):
            raise batch_refusal(problem, place)
    return made(intake, inputs, body.get("default_task_spec"), now), [
        rid for one in inputs if (rid := rid_of(one))
    ]


def made(intake: Intake, inputs: list[dict[str, Any]], default_spec: Any, now: float) -> list[Run]:
    runs: list[Run] = []
    for place, one in enumerate(inputs):
        try:
            runs.append(intake.make(one, default_spec, now))
        except SpecRefused as refused:
            raise batch_refusal(Problem(str(refused), "task_spec"), place) from refused
    return runs


def batch_refusal(problem: Problem, place: int) -> Refused:
    if problem.status != 422:
        return refusal(problem.status, problem.message)
    where = (place, problem.field) if problem.field else ()
    return fastapi_refusal(problem.message, "body", "inputs", *where)
