"""Answers in the shapes of OpenAI's chat completions, whole and in chunks.

``basis`` and ``interaction_id`` stand once, in the last chunk, which has a choice: some clients skip chunks
without one, and join up what several chunks repeat.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from web.text import in_pieces

DONE = b"data: [DONE]\n\n"
NO_USAGE = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Head:
    """What every chunk of an answer repeats. `created` is in seconds since 1970."""

    id: str
    model: str
    created: int


@dataclass(frozen=True, slots=True)
class Reply:
    """What came out: text, or JSON as text, with the evidence of each field."""

    text: str
    basis: list[Json]
    interaction_id: str | None = None


def completion(head: Head, reply: Reply) -> Json:
    message = {"role": "assistant", "content": reply.text}
    return {
        "id": head.id,
        "object": "chat.completion",
        "created": head.created,
        "model": head.model,
        "choices": [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}],
        "usage": NO_USAGE,
        "system_fingerprint": None,
        "service_tier": None,
        "basis": reply.basis,
        "interaction_id": reply.interaction_id,
    }


def opening(head: Head) -> Json:
    """The first chunk, which can be sent before anything is known."""
    return chunk(head, {"role": "assistant", "content": ""})


def chunks(head: Head, reply: Reply) -> Iterator[Json]:
    """The chunks that follow the first."""
    for piece in in_pieces(reply.text):
        yield chunk(head, {"content": piece})
    yield closing(head, reply)


def closing(head: Head, reply: Reply) -> Json:
    """The last chunk, which also tells what carries the answer."""
    last = chunk(head, {}, finish_reason="stop")
    return last | {"basis": reply.basis, "interaction_id": reply.interaction_id}


def chunk(head: Head, delta: Json, finish_reason: str | None = None) -> Json:
    return {
        "id": head.id,
        "type": "chat.completion.chunk",
        "object": "chat.completion.chunk",
        "created": head.created,
        "model": head.model,
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}],
        "basis": [],
        "interaction_id": None,
    }


def frame(data: Json) -> bytes:
    """An unnamed event of a stream."""
    return b"data: " + orjson.dumps(data) + b"\n\n"


def answer_text(content: Any) -> str:
    """An answer as the text of a message; what is no text, as JSON."""
    return content if isinstance(content, str) else compact(content)


def compact(value: Any) -> str:
    """JSON without spaces, its letters as they are."""
    return orjson.dumps(value).decode()
