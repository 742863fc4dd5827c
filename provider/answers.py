"""What a provider answers, read with care: the documented fields by name, and all that came beside them.

Whatever does not have the documented shape is ``Unreadable``; fields that nobody here knows are kept in
``raw``. The shapes are those of the Task API's public description.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from provider.errors import StreamError, Unreadable

STATUSES = frozenset(
    {"queued", "action_required", "running", "completed", "failed", "cancelling", "cancelled"}
)
OVER = frozenset({"completed", "failed", "cancelled"})
CONFIDENCES = frozenset({"high", "medium", "low"})
LONGEST_ID = 100
LONGEST_CURSOR = 200
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class TaskRun:
    run_id: str
    interaction_id: str
    """The run's own id where an older API leaves it out."""
    status: str
    raw: Json

    @property
    def is_over(self) -> bool:
        return self.status in OVER

    @property
    def error(self) -> str:
        """Why it failed, as far as it is said."""
        error = self.raw.get("error")
        return str(error.get("message") or "") if isinstance(error, dict) else ""

    @property
    def metadata(self) -> Json:
        metadata = self.raw.get("metadata")
        return metadata if isinstance(metadata, dict) else {}

    @property
    def warnings(self) -> list[Json]:
        warnings = self.raw.get("warnings")
        return [item for item in warnings if isinstance(item, dict)] if isinstance(warnings, list) else []


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Words of a page, as the provider quotes them."""

    text: str


@dataclass(frozen=True, slots=True)
class Citation:
    url: str
    title: str
    excerpts: tuple[Excerpt, ...]


@dataclass(frozen=True, slots=True)
class FieldBasis:
    field: str
    reasoning: str
    confidence: Literal["high", "medium", "low", ""]
    citations: tuple[Citation, ...]
    found: bool = True


@dataclass(frozen=True, slots=True)
class Output:
    type: Literal["text", "json"]
    content: Any
    basis: tuple[FieldBasis, ...]
    output_schema: Json | None
    more: Json
    """The fields of the output that are none of the above, as they came."""
    warnings: tuple[()] = ()


@dataclass(frozen=True, slots=True)
class RunEvent:
    """A run as it stands, from a group's stream or listing."""

    event_id: str
    run: TaskRun
    raw_output: Json | None

    @property
    def output(self) -> Output | None:
        """What came out of it, if the event says so; read when it is asked for, since most lists are long."""
        return read_output(self.raw_output) if self.raw_output else None


@dataclass(frozen=True, slots=True)
class StatusEvent:
    """How many of a group's runs have which status."""

    event_id: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class GroupStatus:
    size: int
    counts: Mapping[str, int]

    @property
    def over(self) -> int:
        return sum(self.counts.get(status, 0) for status in OVER)


@dataclass(frozen=True, slots=True)
class Progress:
    """A step of one run's trace: a message of some kind, or how far it is."""

    kind: str
    """``plan``, ``search``, …; ``stats`` for how far it is."""
    message: str
    timestamp: str
    considered: int
    read: int
    meter: float
    sample: tuple[str, ...]


def load(body: bytes) -> Any:
    """The JSON; NUL characters, which no database keeps in a text, are taken out of it."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Unreadable(f"The provider's answer is not JSON ({error}).") from error
    return without_nul(value) if b"\\u0000" in body else value


def without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, list):
        return [without_nul(item) for item in value]
    if isinstance(value, dict):
        return {name.replace("\0", ""): without_nul(item) for name, item in value.items()}
    return value


def read_object(value: Any, what: str) -> Json:
    if not isinstance(value, dict):
        raise Unreadable(f"The provider's answer holds no {what}.")
    return value


def read_id(value: Any, what: str) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_ID:
        raise Unreadable(f"The provider's answer names no {what}.")
    return value


def read_run(value: Any) -> TaskRun:
    run = read_object(value, "run")
    run_id, status = read_id(run.get("run_id"), "run"), run.get("status")
    if not isinstance(status, str) or status not in STATUSES:
        raise Unreadable(f"The provider gives the run {run_id} a status that is not known.")
    interaction = run.get("interaction_id")
    named = interaction if isinstance(interaction, str) and 0 < len(interaction) <= LONGEST_ID else run_id
    return TaskRun(run_id, named, status, run)


def read_output(value: Any) -> Output:
    output = read_object(value, "output")
    kind, content = output.get("type"), output.get("content")
    if kind not in ("text", "json") or not isinstance(content, str if kind == "text" else dict | list | str):
        raise Unreadable("The provider's output is neither text nor JSON.")
    if kind == "json" and isinstance(content, str):
        content = load(content.encode())
        if content is None:
            raise Unreadable("The provider's output is empty.")
    schema = output.get("output_schema")
    known = ("type", "content", "basis", "output_schema")
    more = {name: item for name, item in output.items() if name not in known and item is not None}
    return Output(
        kind, content, read_basis(output.get("basis")), schema if isinstance(schema, dict) else None, more
    )


def read_basis(value: Any) -> tuple[FieldBasis, ...]:
    entries = value if isinstance(value, list) else []
    return tuple(read_field(entry) for entry in entries if isinstance(entry, dict))


def read_field(entry: Json) -> FieldBasis:
    confidence = entry.get("confidence")
    citations = entry.get("citations")
    return FieldBasis(
        text_in(entry, "field"),
        text_in(entry, "reasoning"),
        confidence if isinstance(confidence, str) and confidence in CONFIDENCES else "",
        tuple(read_citation(item) for item in citations if isinstance(item, dict))
        if isinstance(citations, list)
        else (),
    )


def read_citation(item: Json) -> Citation:
    """An address that is none of the web is marked so: without a host it would lead to a page of ours."""
    excerpts = item.get("excerpts")
    quoted = excerpts if isinstance(excerpts, list) else []
    url = text_in(item, "url")
    return Citation(
        url if url.startswith(("https://", "http://")) else f"invalid:{url}",
        text_in(item, "title"),
        tuple(Excerpt(text) for text in quoted if isinstance(text, str)),
    )


def text_in(item: Json, name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else ""


def read_counts(value: Any) -> GroupStatus:
    status = read_object(value, "status of the group")
    counts = status.get("task_run_status_counts")
    size = status.get("num_task_runs")
    if not isinstance(counts, dict) or not isinstance(size, int):
        raise Unreadable("The provider does not say how many runs the group has.")
    return GroupStatus(size, {word: number for word, number in counts.items() if isinstance(number, int)})


def read_group_event(value: Any) -> RunEvent | StatusEvent | None:
    """An event of a group's stream; None for a kind that is not known. An ``error`` event is Unreadable."""
    event = read_object(value, "event")
    kind, event_id = event.get("type"), cursor_in(event)
    if kind == "task_run.state":
        return RunEvent(event_id, read_run(event.get("run")), event.get("output") or None)
    if kind == "task_group_status":
        return StatusEvent(event_id, read_counts(event.get("status")).counts)
    if kind == "error":
        raise StreamError(error_sentence(event) or "The provider ended the stream with an error.")
    return None


def cursor_in(event: Json) -> str:
    """Where to go on after this event; empty if it names no place that could be kept."""
    event_id = text_in(event, "event_id")
    return event_id if len(event_id) <= LONGEST_CURSOR else ""


def read_run_event(value: Any) -> TaskRun | Progress | None:
    """An event of one run's stream; None for a kind that is not known."""
    event = read_object(value, "event")
    kind = text_in(event, "type")
    if kind == "task_run.state":
        return read_run(event.get("run"))
    if kind == "task_run.progress_stats":
        return read_stats(event)
    if kind.startswith("task_run.progress_msg."):
        word = kind.rpartition(".")[2]
        return Progress(word, text_in(event, "message"), text_in(event, "timestamp"), 0, 0, 0.0, ())
    return None


def read_stats(event: Json) -> Progress:
    stats = event.get("source_stats")
    counts = stats if isinstance(stats, dict) else {}
    sample = counts.get("sources_read_sample")
    meter = event.get("progress_meter")
    return Progress(
        "stats",
        "",
        "",
        whole(counts.get("num_sources_considered")),
        whole(counts.get("num_sources_read")),
        min(max(float(meter), 0.0), 100.0) if isinstance(meter, int | float) else 0.0,
        tuple(item for item in sample if isinstance(item, str))[:10] if isinstance(sample, list) else (),
    )


def whole(value: Any) -> int:
    return value if isinstance(value, int) and 0 <= value < 2**31 else 0


def error_sentence(value: Any) -> str:
    """What an error envelope says, the Task API's or OpenAI's; empty if it says nothing."""
    error = value.get("error") if isinstance(value, dict) else None
    message = error.get("message") if isinstance(error, dict) else None
    return message[:500] if isinstance(message, str) else ""
