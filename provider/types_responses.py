"""A request as OpenAI's SDKs send it to the Responses API. Every refusal is a 400, as its clients expect."""

import re
from dataclasses import dataclass, replace
from typing import Any

from provider.checks import MAX_METADATA_KEY as MAX_TASK_METADATA_KEY
from provider.checks import Problem, Problems
from provider.sound import quoted
from provider.specs import check_sizes
from provider.types import Invalid, TaskRunInput
from provider.types_conversation import (
    PLAIN_TEXT,
    Answering,
    Message,
    check_format,
    check_messages,
    check_sound,
    check_switch,
    conversation_of,
    message_of,
    refuse,
    task_of,
)

MODEL = "parallel"
PROCESSORS = {"low": "lite", "medium": "base", "high": "pro"}
"""What carries out each effort. The three cost and take about what these processors do, one to another."""
FORMATS = ("text", "json_object", "json_schema")
MAX_CHARS = 20_000
MAX_METADATA = 16
MAX_METADATA_KEY = 64
MAX_METADATA_VALUE = 512
FIELDS = ("model", "input", "instructions", "metadata", "reasoning", "text", "previous_response_id")

_RESPONSE_ID = re.compile(r"resp_([0-9a-f]{32})")


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponsesRequest:
    """A request that passed every check. `instructions` and `metadata` are echoed as they were sent."""

    messages: tuple[Message, ...]
    instructions: str | None = None
    effort: str = "medium"
    answering: Answering = PLAIN_TEXT
    stream: bool = False
    previous_response_id: str | None = None
    metadata: dict[str, str] | None = None

    def as_task(self) -> TaskRunInput:
        talk = conversation_of(self.messages)
        said = "\n\n".join(part for part in (self.instructions, talk.instructions) if part)
        previous = self.previous_response_id and interaction_of(self.previous_response_id)
        talk = replace(talk, instructions=said)
        return task_of(talk, self.answering, PROCESSORS[self.effort], previous, metadata=self.short_metadata)

    @property
    def short_metadata(self) -> dict[str, str] | None:
        """What of the metadata a task may carry, whose names are shorter than a response's."""
        own = self.metadata or {}
        return {name: text for name, text in own.items() if len(name) <= MAX_TASK_METADATA_KEY} or None


def response_id(run_id: str) -> str:
    """A run's name as that of a response."""
    return run_id.replace("trun_", "resp_", 1)


def interaction_of(response: str) -> str:
    return response.replace("resp_", "trun_", 1)


def parse_responses_request(body: object) -> ResponsesRequest:
    """The request in `body` (parsed JSON), or Invalid with all that is wrong. Other fields are ignored."""
    if not isinstance(body, dict):
        raise Invalid([Problem((), "Send a JSON object with “model” and “input”.", 400)])
    refuse(_as_400(check_sound(body, *FIELDS)))
    refuse(_as_400(_problems(body)))
    request = ResponsesRequest(
        messages=tuple(message_of(one) for one in _messages(body["input"])),
        instructions=body.get("instructions"),
        effort=(body.get("reasoning") or {}).get("effort") or "medium",
        answering=_answering((body.get("text") or {}).get("format")),
        stream=bool(body.get("stream")),
        previous_response_id=body.get("previous_response_id"),
        metadata=body.get("metadata"),
    )
    refuse(_check_length(request))
    task = request.as_task()
    refuse(_as_400(check_sizes(task.task_spec, task.input)))
    return request


def _as_400(problems: Problems) -> Problems:
    return (replace(problem, status=400) for problem in problems)


def _problems(body: dict[str, Any]) -> Problems:
    yield from _check_model(body.get("model"))
    yield from check_messages(_messages(body.get("input")), "input")
    if not isinstance(body.get("instructions"), str | None):
        yield Problem(("instructions",), "Give “instructions” as text.")
    if body.get("background"):
        yield Problem(("background",), "Leave “background” out: an answer is waited for.")
    yield from check_switch(body.get("stream"), "stream")
    yield from _check_effort(body.get("reasoning"))
    yield from _check_text(body.get("text"))
    yield from _check_metadata(body.get("metadata"))
    yield from _check_previous(body.get("previous_response_id"))


def _messages(given: object) -> object:
    """The input as a list of messages: a text is one from the user."""
    return [{"role": "user", "content": given}] if isinstance(given, str) else given


def _check_model(model: object) -> Problems:
    if not isinstance(model, str) or model.lower() != MODEL:
        yield Problem(("model",), f"Set “model” to {MODEL}: there is no other.")


def _check_effort(reasoning: object) -> Problems:
    if reasoning is None:
        return
    if not isinstance(reasoning, dict):
        yield Problem(("reasoning",), "Give “reasoning” as an object with “effort”.")
    elif reasoning.get("effort") not in (None, *PROCESSORS):
        yield Problem(("reasoning", "effort"), f"Set the effort to one of {', '.join(PROCESSORS)}.")


def _check_text(text: object) -> Problems:
    given = text.get("format") if isinstance(text, dict) else None
    if not isinstance(text, dict | None):
        yield Problem(("text",), "Give “text” as an object with “format”.")
    elif given is None:
        return
    elif not isinstance(given, dict) or given.get("type") not in FORMATS:
        yield Problem(("text", "format"), f"Set the type of the format to one of {', '.join(FORMATS)}.")
    elif given["type"] == "json_schema":
        yield from check_format(given, ("text", "format"))


def _answering(given: dict[str, Any] | None) -> Answering:
    """``json_object`` is accepted and answered in plain text, as the API's guide has it."""
    if given is None or given["type"] != "json_schema":
        return PLAIN_TEXT
    return Answering("json_schema", given["schema"])


def _check_metadata(value: object) -> Problems:
    if value is None:
        return
    if not isinstance(value, dict):
        yield Problem(("metadata",), "Give “metadata” as an object of short names and texts.")
        return
    if len(value) > MAX_METADATA:
        yield Problem(
            ("metadata",), f"Keep the metadata to {MAX_METADATA} entries; there are {len(value):,}."
        )
    for key, item in value.items():
        if len(key) > MAX_METADATA_KEY:
            yield Problem(
                ("metadata",), f"Shorten the metadata name {quoted(key)} to {MAX_METADATA_KEY} characters."
            )
        if not isinstance(item, str) or len(item) > MAX_METADATA_VALUE:
            most = f"at most {MAX_METADATA_VALUE} characters"
            yield Problem(("metadata", key), f"Give the metadata value of {quoted(key)} as text of {most}.")


def _check_previous(value: object) -> Problems:
    if value is not None and not (isinstance(value, str) and _RESPONSE_ID.fullmatch(value)):
        yield Problem(
            ("previous_response_id",), "Give “previous_response_id” as the id of an earlier response."
        )


def _check_length(request: ResponsesRequest) -> Problems:
    total = len(request.instructions or "") + sum(len(message.content) for message in request.messages)
    if total > MAX_CHARS:
        yield Problem(
            ("input",),
            f"Shorten the input to {MAX_CHARS:,} characters, the instructions with it; there are {total:,}.",
            400,
        )
