"""Answers in the shapes of OpenAI's Responses API: the object, and its stream's events in their order."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from api.chat_wire import answer_text, compact
from provider.types_responses import MODEL, ResponsesRequest
from web.text import in_pieces

CHARS_A_TOKEN = 4
"""Nothing here counts tokens; usage is an estimate by the length of English words."""

Json = dict[str, Any]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of a response before its answer. `created_at` is in seconds since 1970."""

    id: str
    created_at: int
    request: ResponsesRequest

    @property
    def item_id(self) -> str:
        return self.id.replace("resp_", "msg_", 1)


def in_progress(head: Head) -> Json:
    return response(head, status="in_progress")


def completed(head: Head, content: Any, basis: list[Json]) -> Json:
    text, spans = spanned(content)
    annotations = annotations_of(text, spans, basis)
    item = message(head, "completed", [part(text, annotations)])
    return response(head, status="completed", output=[item], usage=usage(head, text))


def failed(head: Head, sentence: str) -> Json:
    return response(head, status="failed", error={"code": "server_error", "message": sentence})


def response(head: Head, *, status: str, **known: Any) -> Json:
    return {
        "id": head.id,
        "object": "response",
        "created_at": head.created_at,
        "status": status,
        "model": MODEL,
        "error": None,
        "incomplete_details": None,
        "instructions": head.request.instructions,
        "metadata": head.request.metadata or {},
        "output": [],
        "parallel_tool_calls": False,
        "previous_response_id": head.request.previous_response_id,
        "reasoning": None,
        "temperature": None,
        "text": None,
        "tool_choice": "auto",
        "tools": [],
        "top_p": None,
        "usage": None,
    } | known


def message(head: Head, status: str, content: list[Json]) -> Json:
    return {
        "id": head.item_id,
        "type": "message",
        "role": "assistant",
        "status": status,
        "content": content,
    }


def part(text: str, annotations: list[Json]) -> Json:
    return {"type": "output_text", "text": text, "annotations": annotations, "logprobs": []}


def usage(head: Head, text: str) -> Json:
    asked = sum(len(one.content) for one in head.request.messages) + len(head.request.instructions or "")
    taken, given = -(-asked // CHARS_A_TOKEN), -(-len(text) // CHARS_A_TOKEN)
    return {
        "input_tokens": taken,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": given,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": taken + given,
    }


def spanned(content: Any) -> tuple[str, dict[str, Span]]:
    """The answer as text, and where in it each top-level field's value stands."""
    if not isinstance(content, dict):
        return answer_text(content), {}
    text, spans = "{", {}
    for name, value in content.items():
        text += ("" if text == "{" else ",") + compact(name) + ":"
        start = len(text)
        text += compact(value)
        spans[name] = (start, len(text))
    return text + "}", spans


def annotations_of(text: str, spans: dict[str, Span], basis: list[Json]) -> list[Json]:
    """A citation for each page and each part of the text that it carries, each once."""
    found: dict[tuple[str, Span], Json] = {}
    for entry in basis:
        value = spans.get(entry["field"]) or spans.get(entry["field"].partition(".")[0])
        for cited in entry["citations"]:
            for span in [value] if value else lines_said(text, cited["excerpts"] or []):
                found.setdefault((cited["url"], span), url_citation(cited, span))
    return list(found.values())


def url_citation(cited: Json, span: Span) -> Json:
    named = {"type": "url_citation", "url": cited["url"], "title": cited["title"] or cited["url"]}
    return named | {"start_index": span[0], "end_index": span[1]}


def lines_said(text: str, excerpts: list[str]) -> list[Span]:
    """The lines that the excerpts say, in whole or after their ``name:``; else all of the text."""
    found, start = [], 0
    for line in text.splitlines(keepends=True):
        said = line.strip()
        value = said.partition(": ")[2] or said
        if said and any(value in excerpt or excerpt in said for excerpt in excerpts if excerpt):
            begin = start + line.index(said)
            found.append((begin, begin + len(said)))
        start += len(line)
    return found or [(0, len(text))]


def opening_events(head: Head) -> Iterator[Json]:
    """What can be sent before anything is known."""
    yield {"type": "response.created", "response": in_progress(head)}
    yield {"type": "response.in_progress", "response": in_progress(head)}


def answer_events(head: Head, whole: Json) -> Iterator[Json]:
    """What follows when the response is there, or has failed."""
    if whole["status"] == "failed":
        yield {"type": "response.failed", "response": whole}
        return
    item = whole["output"][0]
    text = item["content"][0]["text"]
    at_item = {"output_index": 0, "item_id": head.item_id}
    at_part = at_item | {"content_index": 0}
    yield {"type": "response.output_item.added", "output_index": 0, "item": message(head, "in_progress", [])}
    yield {"type": "response.content_part.added", **at_part, "part": part("", [])}
    for piece in in_pieces(text):
        yield {"type": "response.output_text.delta", **at_part, "delta": piece, "logprobs": []}
    for index, annotation in enumerate(item["content"][0]["annotations"]):
        place = at_part | {"annotation_index": index, "annotation": annotation}
        yield {"type": "response.output_text.annotation.added", **place}
    yield {"type": "response.output_text.done", **at_part, "text": text, "logprobs": []}
    yield {"type": "response.content_part.done", **at_part, "part": item["content"][0]}
    yield {"type": "response.output_item.done", "output_index": 0, "item": item}
    yield {"type": "response.completed", "response": whole}


def frame(event: Json, number: int) -> bytes:
    """A named event of a stream with its place in the order."""
    return f"event: {event['type']}\ndata: {compact(event | {'sequence_number': number})}\n\n".encode()
