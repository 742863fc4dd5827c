"""The bytes of every answer: runs, outputs, groups, events, errors."""

import time
import uuid
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from tests.upstream.state import ACTIVE, Group, Run, State

JSON, HTML, EVENTS = b"application/json", b"text/html", b"text/event-stream"

RUN = (
    b'{"run_id":"%b","interaction_id":"%b","status":"%b","is_active":%b,"processor":"%b","metadata":%b,'
    b'"warnings":null,"error":%b,"taskgroup_id":%b,"created_at":"%b","modified_at":"%b",'
    b'"region":"north-1","attempt":1,"billing":{"plan":"trial","units":1}}'
)
STATE_EVENT = (
    b'event: task_run.state\ndata: {"type":"task_run.state","event_id":%b,"input":%b,"run":%b,"output":%b,'
    b'"sequence":0}\n\n'
)
STATUS_EVENT = b'event: task_group_status\ndata: {"type":"task_group_status","event_id":"%b","status":%b}\n\n'
GROUP = b'{"taskgroup_id":"%b","metadata":%b,"status":%b,"created_at":"%b","region":"north-1"}'
STATUS = (
    b'{"num_task_runs":%d,"task_run_status_counts":%b,"is_active":%b,"status_message":"%d of %d done",'
    b'"modified_at":"%b"}'
)
PING = b": ping\n\n"


class Answer(NamedTuple):
    """A status, a body, and what the head says of them."""

    status: int
    body: bytes
    kind: bytes = JSON
    headers: bytes = b""


class Refused(Exception):
    """Raised where a request is refused; holds the answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


@lru_cache(maxsize=64)
def second(moment: int) -> bytes:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment)).encode()


def stamp(moment: float) -> bytes:
    """RFC 3339 in UTC with microseconds."""
    whole = int(moment)
    return second(whole) + b".%06dZ" % int((moment - whole) * 1_000_000)


def truth(value: bool) -> bytes:
    return b"true" if value else b"false"


def run_json(state: State, run: Run) -> bytes:
    """The TaskRun, with a few fields that no contract names."""
    return RUN % (
        run.run_id.encode(),
        run.interaction_id.encode(),
        run.status.encode(),
        truth(run.status in ACTIVE),
        run.processor.encode(),
        run.metadata_json,
        error_json(state, run) if run.status == "failed" else b"null",
        b'"%b"' % run.group.group_id.encode() if run.group else b"null",
        stamp(run.created),
        stamp(run.changed),
    )


def error_json(state: State, run: Run) -> bytes:
    given = state.errors.get(run.run_id)
    return given or orjson.dumps(
        {
            "ref_id": str(uuid.uuid5(uuid.NAMESPACE_OID, run.run_id)),
            "message": "The task could not be completed",
            "detail": None,
        }
    )


def output_json(state: State, run: Run) -> bytes:
    """A completed run's output; null for others."""
    if run.status != "completed":
        return b"null"
    given = state.outputs.get(run.run_id) if state.outputs else None
    return given or run.spec.render(echo_of(run.given), run.run_id[-12:].encode())


def echo_of(given: bytes) -> bytes:
    """A run's input as text inside of a JSON string."""
    return given[1:-1] if given.startswith(b'"') else orjson.dumps(given.decode())[1:-1]


def given_output(output: Any) -> dict[str, Any]:
    """A whole output as it is; other words and objects as the content of one."""
    if isinstance(output, dict) and {"type", "content"} <= output.keys():
        return output
    if isinstance(output, str):
        return {"type": "text", "content": output, "basis": [entry("output")]}
    return {"type": "json", "content": output, "basis": [entry(name) for name in output]}


def entry(field: str) -> dict[str, Any]:
    return {"field": field, "reasoning": "It was given.", "confidence": "high", "citations": []}


def result_json(state: State, run: Run) -> bytes:
    return b'{"run":%b,"output":%b}' % (run_json(state, run), output_json(state, run))


def run_event(
    state: State, run: Run, cursor: bytes, *, with_input: bool = False, with_output: bool = False
) -> bytes:
    """A task_run.state event; `cursor` is JSON: null or a string."""
    return STATE_EVENT % (
        cursor,
        run.body_json if with_input else b"null",
        run_json(state, run),
        output_json(state, run) if with_output else b"null",
    )


def status_json(group: Group) -> bytes:
    """The group's status as it is now."""
    counts = {status: number for status, number in group.counts.items() if number}
    done = sum(number for status, number in counts.items() if status not in ACTIVE)
    active = truth(group.is_active)
    total = len(group.runs)
    return STATUS % (total, orjson.dumps(counts), active, done, total, stamp(group.modified))


def group_json(group: Group) -> bytes:
    return GROUP % (group.group_id.encode(), group.metadata_json, status_json(group), stamp(group.created))


def envelope(message: str, detail: dict[str, Any] | None = None) -> bytes:
    error = {"ref_id": str(uuid.uuid4()), "message": message, "detail": detail}
    return orjson.dumps({"type": "error", "error": error})


def refusal(status: int, message: str, **detail: Any) -> Refused:
    """A refusal in the Task API's envelope."""
    return Refused(Answer(status, envelope(message, detail or None)))


def fastapi_refusal(message: str, *loc: str | int) -> Refused:
    """A 422 in the shape that group requests get."""
    detail = [{"loc": loc, "msg": message, "type": "value_error"}]
    return Refused(Answer(422, orjson.dumps({"detail": detail})))


BAD_GATEWAY = Answer(
    502,
    b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>",
    HTML,
)
