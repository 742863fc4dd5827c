"""What the chat page asks, and how it shows an answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dispatch.chat import Ending
from engine.output import Output
from provider.lint import lint
from provider.prices import PROCESSORS
from provider.types import Invalid, Problem
from provider.types_chat import ChatRequest, parse_chat_request
from runs.models import Citation, Run, is_element
from runs.outcomes import excerpt_json
from runs.presenting import Source
from web.text import pretty_json, read_json

LONGEST_BEFORE = 10_000
"""Characters of what was said before a question; what is older is left out, so that a talk can go on."""
MODELS = (
    ("speed", "Answers at once; not kept as a run"),
    *((name, f"{PROCESSORS[name].meant_for}; kept as a run") for name in ("lite", "base", "core")),
)
EXAMPLES = (
    "What is the capital of Kenya?",
    "When was the United Nations founded?",
    "Which languages are spoken in Switzerland?",
)
EXAMPLE_SCHEMA = {
    "type": "object",
    "properties": {"answer": {"type": ["string", "null"], "description": "The answer to the question"}},
    "required": ["answer"],
    "additionalProperties": False,
}


def read_question(sent: Mapping[str, str]) -> ChatRequest:
    """The request of a form: the talk as JSON, the model, and the schema if JSON is asked for."""
    try:
        messages = read_json(sent.get("messages", ""))
    except ValueError as unreadable:
        raise Invalid(
            [Problem(("messages",), f"Reload the page: its talk can't be read. {unreadable}")]
        ) from None
    body = {"model": sent.get("model", ""), "messages": newest(messages)}
    if sent.get("format") == "json":
        named = {"name": "answer", "schema": read_schema(sent.get("schema", ""))}
        body["response_format"] = {"type": "json_schema", "json_schema": named}
    return parse_chat_request(body)


def newest(messages: Any) -> Any:
    """The last message, with as many of those before it as there is room for."""
    if not isinstance(messages, list) or not all(is_message(one) for one in messages):
        return messages
    kept, room = messages[-1:], LONGEST_BEFORE
    for message in reversed(messages[:-1]):
        room -= len(message["content"])
        if room < 0:
            break
        kept.insert(0, message)
    return kept


def is_message(one: Any) -> bool:
    return isinstance(one, dict) and isinstance(one.get("content"), str)


def read_schema(text: str) -> Any:
    errors = [problem for problem in lint(text) if problem.severity == "error"]
    if errors:
        told = (f"Schema, line {one.line}, column {one.column}: {one.message}" for one in errors)
        raise Invalid([Problem(("schema",), sentence) for sentence in told])
    return read_json(text)


@dataclass(frozen=True, slots=True)
class Part:
    """One field of an answer with what carries it; the only one of a text has no name."""

    name: str
    confidence: str
    """``none`` for what was not found."""
    reasoning: str
    sources: list[Source]
    value: Any
    """What the sources carry; None where that is not known."""


@dataclass(frozen=True, slots=True)
class Shown:
    text: str
    is_json: bool
    parts: list[Part]


def shown_run(run: Run) -> Shown:
    """The answer of a completed run, read with its evidence."""
    sources = {
        entry.pk: [Source(citation) for citation in entry.citations.all()] for entry in run.basis.all()
    }
    content = run.result.content
    parts = [part_of(entry, sources[entry.pk], content) for entry in fields_in(run.basis.all())]
    return Shown(text_of(content), run.result.type == "json", parts)


def shown_output(output: Output) -> Shown:
    """An answer that is kept nowhere."""
    parts = [
        part_of(entry, [source_of(cited) for cited in entry.citations], output.content)
        for entry in fields_in(output.basis)
    ]
    return Shown(text_of(output.content), output.type == "json", parts)


def shown_words(text: str, is_json: bool, ending: Ending) -> Shown:
    """An answer of a provider that is kept nowhere; its pages are quoted by words alone."""
    parts = [
        part_of(entry, [quoted_source(cited) for cited in entry.citations], text)
        for entry in fields_in(ending.basis)
    ]
    try:
        return Shown(pretty_json(read_json(text)) if is_json else text, is_json, parts)
    except ValueError:  # a model may say what is no JSON
        return Shown(text, False, parts)


def quoted_source(cited: Any) -> Source:
    excerpts = [{"text": excerpt.text} for excerpt in cited.excerpts]
    return Source(Citation(url=cited.url, title=cited.title, excerpts=excerpts))


def fields_in(basis: Iterable[Any]) -> list[Any]:
    """The entries of fields; those of a list's elements say the same once more."""
    return [entry for entry in basis if not is_element(entry.field)]


def part_of(entry: Any, sources: list[Source], content: Any) -> Part:
    name = "" if entry.field == "output" else entry.field
    value = content.get(name) if isinstance(content, dict) else content if not name else None
    return Part(name, entry.confidence if entry.found else "none", entry.reasoning, sources, value)


def source_of(cited: Any) -> Source:
    excerpts = [excerpt_json(excerpt) for excerpt in cited.excerpts]
    return Source(Citation(url=cited.url, title=cited.title, excerpts=excerpts))


def text_of(content: Any) -> str:
    return content if isinstance(content, str) else pretty_json(content)
