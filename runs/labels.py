"""A run's input, or a value, in a few words."""

from typing import Any

from provider.types_conversation import conversation_in

LABEL_LENGTH = 200


def label_of_input(asked: Any) -> str:
    """The label of a run; that of a conversation is what it asks."""
    talk = conversation_in(asked)
    return label_of(talk.question if talk else asked)


def label_of(value: Any, limit: int = LABEL_LENGTH) -> str:
    """One line of at most `limit` characters that tells one input from another."""
    text = " ".join(plain(value).split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def plain(value: Any) -> str:
    """A JSON value as a person would write it: no braces, no quotes."""
    if isinstance(value, dict):
        return " · ".join(plain(item) for item in value.values() if item not in (None, "", [], {}))
    if isinstance(value, list):
        return ", ".join(plain(item) for item in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
