"""A chat request as OpenAI's SDKs send it to the Chat API."""

from dataclasses import dataclass
from typing import Any

from provider.checks import Problem, Problems, check_previous_interaction_id
from provider.lint.limits import MAX_TOTAL_CHARS
from provider.sound import chars_of, quoted
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

MODELS = ("speed", "lite", "base", "core")
"""``speed`` answers at once; each of the others is a run of the processor of that name."""
FORMATS = ("text", "json_object", "json_schema")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRequest:
    """A request that passed every check."""

    model: str
    messages: tuple[Message, ...]
    stream: bool = False
    answering: Answering = PLAIN_TEXT
    previous_interaction_id: str | None = None

    def as_task(self) -> TaskRunInput:
        """The run that every model but ``speed`` is."""
        talk = conversation_of(self.messages)
        return task_of(talk, self.answering, self.model, self.previous_interaction_id)


def parse_chat_request(body: object) -> ChatRequest:
    """The request in `body` (parsed JSON), or Invalid with all that is wrong.

    Unknown fields, fields that are null, and what OpenAI's API has beyond these are ignored.
    """
    if not isinstance(body, dict):
        raise Invalid([Problem((), "Send a JSON object with “model” and “messages”.")])
    refuse(check_sound(body, "model", "messages", "response_format", "previous_interaction_id"))
    refuse(_problems(body))
    request = ChatRequest(
        model=body["model"],
        messages=tuple(message_of(one) for one in body["messages"]),
        stream=bool(body.get("stream")),
        answering=_answering(body.get("response_format")),
        previous_interaction_id=body.get("previous_interaction_id"),
    )
    refuse(_check_length(request.as_task()))
    return request


def _problems(body: dict[str, Any]) -> Problems:
    yield from _check_model(body.get("model"))
    yield from check_messages(body.get("messages"), "messages")
    yield from check_switch(body.get("stream"), "stream")
    if body.get("response_format") is not None:
        yield from _check_response_format(body["response_format"])
    if body.get("previous_interaction_id") is not None:
        yield from check_previous_interaction_id(body["previous_interaction_id"])


def _check_model(model: object) -> Problems:
    if not isinstance(model, str):
        yield Problem(("model",), f"Name the model: one of {', '.join(MODELS)}.")
    elif model not in MODELS:
        yield Problem(("model",), f"There is no model {quoted(model)}. Use one of {', '.join(MODELS)}.", 404)


def _check_response_format(value: object) -> Problems:
    if not isinstance(value, dict) or value.get("type") not in FORMATS:
        yield Problem(
            ("response_format",), f"Set the type of the response format to one of {', '.join(FORMATS)}."
        )
    elif value["type"] == "json_schema":
        yield from check_format(value.get("json_schema"), ("response_format", "json_schema"))


def _answering(value: dict[str, Any] | None) -> Answering:
    if value is None:
        return PLAIN_TEXT
    named = value["json_schema"] if value["type"] == "json_schema" else {}
    return Answering(value["type"], named.get("schema"))


def _check_length(task: TaskRunInput) -> Problems:
    total = chars_of(task.input) + chars_of(task.task_spec)
    if total > MAX_TOTAL_CHARS:
        yield Problem(
            ("messages",),
            f"Shorten the conversation: with the schema it may have {MAX_TOTAL_CHARS:,} characters and has "
            f"{total:,}. Leave the oldest messages out.",
        )
