"""What a reader is given and what it gives back."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Line:
    """The text to read a value from: what a label introduces, or a sentence."""

    text: str
    elements: tuple[str, ...] = ()
    """Of a list: its elements, each a verbatim slice of ``text``, in order."""
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A value, and where in the line it stands."""

    value: Any
    start: int
    end: int
    exact: bool = True
    """False where the line says more than the value, so that a reader might have meant something else."""
    parts: tuple["Reading", ...] = ()
    """Of a list: its elements."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a line gives no value of the requested kind, as the end of a sentence."""

    reason: str
