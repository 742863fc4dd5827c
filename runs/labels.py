"""A run's input, or a value, in a few words."""

from typing import Any

from provider.types_conversation import conversation_in

LABEL_LENGTH = 200
LEAST_GROUPED = 10_000
"""Smaller numbers read well as they are, and years must not get a separator."""


def label_of_input(asked: Any) -> str:
    """The label of a run; that of a conversation is what it asks."""
    talk = conversation_in(asked)
    return label_of(talk.question if talk else asked)


def label_of(value: Any, limit: int = LABEL_LENGTH) -> str:
    """One line of at most `limit` characters that tells one input from another."""
    return cut(plain(value), limit)


def label_of_output(value: Any, limit: int = LABEL_LENGTH, *, names: bool = True) -> str:
    """One line of at most `limit` characters that tells what came out: ``land: 569,140 · water: 11,227``."""
    return cut(told(value, names=names), limit)


def cut(text: str, limit: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def plain(value: Any) -> str:
    """A JSON value as a person would write it: no braces, no quotes."""
    if isinstance(value, dict):
        return " · ".join(plain(item) for item in value.values() if item not in (None, "", [], {}))
    if isinstance(value, list):
        return ", ".join(plain(item) for item in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def told(value: Any, *, names: bool = True) -> str:
    """What came out, in words: each field with its name, unless there is one alone; blanks are left out."""
    if not isinstance(value, dict):
        return said(value)
    fields = {name: item for name, item in value.items() if item not in (None, "", [], {})}
    return " · ".join(f"{name}: {said(item)}" if names else said(item) for name, item in fields.items())


def said(value: Any) -> str:
    """A value inside another one, with its parts one after the other."""
    if isinstance(value, dict):
        fields = {name: item for name, item in value.items() if item not in (None, "", [], {})}
        return ", ".join(f"{name} {said(item)}" for name, item in fields.items())
    if isinstance(value, list):
        return ("; " if any(isinstance(item, dict) for item in value) else ", ").join(map(said, value))
    return spelled(value)


def spelled(value: Any) -> str:
    """A plain value in words, a large whole number with separators."""
    return f"{value:,}" if isinstance(value, int) and abs(value) >= LEAST_GROUPED else plain(value)
