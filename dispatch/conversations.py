"""What a run asks in the engine's terms: a conversation is its last question, after all that led to it."""

from dataclasses import dataclass
from typing import Any

from provider.types_conversation import Conversation, conversation_in

MOST_BEFORE = 10


@dataclass(frozen=True, slots=True)
class Asked:
    input: str | dict[str, Any]
    task_spec: dict[str, Any] | None
    before: tuple[str | dict[str, Any], ...] = ()
    """What may name the subject of a question that doesn't; the most telling last."""


def asked_in(task_input: str | dict[str, Any], task_spec: dict[str, Any] | None) -> Asked:
    talk = conversation_in(task_input)
    if talk is None:
        return Asked(task_input, task_spec)
    return Asked(talk.question, task_spec, said_before(talk))


def said_before(talk: Conversation) -> tuple[str, ...]:
    """What the person asked counts for more than what was answered, and that for more than instructions."""
    asked = [message.content for message in talk.before if message.role == "user"]
    answered = [message.content for message in talk.before if message.role != "user"]
    instructions = (talk.instructions,) if talk.instructions else ()
    return (*instructions, *answered[-MOST_BEFORE:], *asked[-MOST_BEFORE:])
