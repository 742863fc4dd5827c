"""What comes back from a Chat API, read with no trust in it."""

from dataclasses import dataclass
from typing import Any

import orjson

from engine.llm.problems import Unusable

LONGEST_SENTENCE = 200
MOST_TOKENS = 10_000_000
CUT_OFF = ("length", "max_tokens")


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens, as the endpoint counts them; None where it doesn't say."""

    sent: int | None = None
    answered: int | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    text: str
    usage: Usage


def read_reply(content: bytes) -> Reply:
    """The model's words; Unusable if they are none, or not all of them."""
    try:
        body = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise Unusable("The language model's answer is no JSON.") from error
    choice = first(body.get("choices")) if isinstance(body, dict) else None
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(message, dict):
        raise Unusable("The language model's answer holds no message.")
    text = text_of(message)
    if choice.get("finish_reason") in CUT_OFF:
        raise Unusable("The language model's answer was cut off before its end.")
    return Reply(text, read_usage(body.get("usage")))


def text_of(message: dict[str, Any]) -> str:
    text = message.get("content")
    if isinstance(text, list):
        parts = [part.get("text") for part in text if isinstance(part, dict)]
        text = "".join(part for part in parts if isinstance(part, str))
    if isinstance(text, str) and text.strip():
        return text
    if message.get("refusal"):
        raise Unusable("The language model refuses to answer.")
    if message.get("tool_calls") or message.get("function_call"):
        raise Unusable("The language model asks for a tool, and none is given to it.")
    raise Unusable("The language model answered without a word.")


def read_usage(usage: Any) -> Usage:
    if not isinstance(usage, dict):
        return Usage()
    return Usage(count(usage.get("prompt_tokens")), count(usage.get("completion_tokens")))


def count(value: Any) -> int | None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return min(value, MOST_TOKENS) if whole and value >= 0 else None


def first(items: Any) -> Any:
    return items[0] if isinstance(items, list) and items else None


def sentence_in(body: bytes) -> str:
    """What an error says, on one line; empty where it says nothing."""
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    for name in ("error", "message", "detail"):
        said = said.get(name, said) if isinstance(said, dict) else said
    return " ".join(said.split())[:LONGEST_SENTENCE] if isinstance(said, str) else ""
