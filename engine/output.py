"""What a research call gives back, and what it says while it works."""

from dataclasses import dataclass, field
from typing import Any, Literal

Confidence = Literal["high", "medium", "low"]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A verbatim slice of a stored page: ``page.text[start:end]`` of the version with this content hash."""

    text: str
    page_id: int
    content_hash: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Citation:
    """A page that carries a value, and the slices of it that do."""

    url: str
    """Relative when this installation serves the page; whoever prints it makes it absolute."""
    title: str
    excerpts: tuple[Excerpt, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldBasis:
    """The evidence behind one output field; ``field`` is a dot path such as ``top_exports.0``."""

    field: str
    reasoning: str
    confidence: Confidence
    citations: tuple[Citation, ...] = ()
    found: bool = True
    """False where the value is only the schema's honest blank: nothing in the sources says it."""
    probability: float | None = None
    """How likely the value is right, from 0 to 1, where that was measured; of a blank, what came closest."""


@dataclass(frozen=True, slots=True)
class Warning:
    """Something the caller should know about a finished run; ``type`` is the API's word for it."""

    message: str
    type: str = "warning"


@dataclass(frozen=True, slots=True)
class Output:
    """The answer: text, or JSON that fits the schema, with one basis entry per field."""

    type: Literal["text", "json"]
    content: Any
    basis: tuple[FieldBasis, ...]
    output_schema: dict[str, Any] | None = None
    """The schema that an auto run came up with; None when the caller gave one."""
    warnings: tuple[Warning, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """A line of the trace; ``kind`` ends the API's event type ``task_run.progress_msg.<kind>``."""

    kind: Literal["plan", "search", "result", "extract", "tool_call", "exec_status"]
    message: str


@dataclass(frozen=True, slots=True)
class Stats:
    """How far the research is. ``meter`` runs from 0 to 100."""

    considered: int
    read: int
    meter: float
    sample: tuple[str, ...] = field(default=())
    """A few addresses of pages that were read."""


Progress = Message | Stats
