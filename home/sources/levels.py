"""Which levels of the engine are on, in words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Level:
    name: str
    is_on: bool
    sentence: str
    """What it does where it is on, and how to turn it on where it is not."""


def levels() -> list[Level]:
    return [
        Level(
            "Keyless",
            True,
            "Finds passages by their words, and reads labels, tables, dates and numbers out of them.",
        ),
    ]
