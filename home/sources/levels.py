"""Which levels of the engine are on, in words."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from engine import neural


@dataclass(frozen=True, slots=True)
class Level:
    name: str
    is_on: bool
    sentence: str
    """What it does where it is on, and how to turn it on where it is not."""


def levels() -> list[Level]:
    """Each adds to the ones before it; without the later ones the engine works all the same."""
    return [
        Level(
            "Keyless",
            True,
            "Finds passages by their words, and reads labels, tables, dates and numbers out of them.",
        ),
        reader(),
        language_model(),
    ]


def reader() -> Level:
    if neural.available():
        return Level(
            "Reader",
            True,
            "A small network on this machine finds passages by their meaning, too, and reads answers out of "
            "sentences.",
        )
    return Level(
        "Reader",
        False,
        "script/server without --keyless installs it: a small network that finds passages by their meaning "
        "and reads answers out of sentences.",
    )


def language_model() -> Level:
    if settings.LLM_BASE_URL:
        return Level(
            "Language model",
            True,
            f"{settings.LLM_MODEL} at {urlsplit(settings.LLM_BASE_URL).hostname} fills what is left open. A "
            "quote that does not stand in its page word for word is dropped.",
        )
    return Level(
        "Language model",
        False,
        "An operator can name one with LLM_BASE_URL and LLM_MODEL. It fills what is left open, with quotes "
        "that are checked.",
    )
