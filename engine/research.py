"""The engine's front door: one question against the indexed sources, answered with evidence. No network, no model.

The same input over the same index gives the same output, byte for byte.
"""

from collections.abc import Sequence
from typing import Any

from engine.auto import answer_auto
from engine.finder import Finder
from engine.library import Library
from engine.output import Output, Progress
from engine.policy import read_policy
from engine.structured import answer_schema
from engine.subject import Subject, identify
from engine.textual import answer_text
from engine.tiers import tier_of
from engine.trace import OnProgress, Trace


def ignore(progress: Progress) -> None:
    """Listen to nothing."""


def research(
    *,
    input: str | dict[str, Any],
    task_spec: dict[str, Any] | None,
    processor: str,
    scopes: Sequence[str],
    source_policy: dict[str, Any] | None = None,
    on_progress: OnProgress = ignore,
) -> Output:
    """Answer a task from the pages of these scopes.

    ``on_progress`` hears every step; what it raises stops the research and reaches the caller. ValueError for an
    unknown processor or a policy date that is none.
    """
    tier = tier_of(processor)
    library = Library(scopes, read_policy(source_policy))
    trace = Trace(on_progress, library, announces=tier.announces)
    schema = output_schema(task_spec, structured=tier.structured)
    subject = identify(input, library, wording=str(schema), most_pages=tier.pages)
    trace.plan(_plan(subject))
    trace.stats(20)
    finder = Finder(library, subject, tier, trace)
    if "json_schema" in schema:
        output = answer_schema(schema["json_schema"], finder, subject, trace)
    elif schema["type"] == "auto":
        output = answer_auto(finder, subject, tier)
    else:
        output = answer_text(schema.get("description") or "", finder, subject)
    trace.stats(100)
    return output


def output_schema(task_spec: dict[str, Any] | None, *, structured: bool) -> dict[str, Any]:
    """The output schema in its long form: with ``json_schema``, or of type ``auto`` or ``text``."""
    stated = (task_spec or {}).get("output_schema")
    if isinstance(stated, str):
        return {"type": "text", "description": stated}
    if stated:
        return stated
    return {"type": "auto" if structured else "text"}


def _plan(subject: Subject) -> str:
    titles = ", ".join(page.title for page in subject.pages)
    return (
        f"Read the input as {subject.name}; pages: {titles}."
        if subject.pages
        else "No page bears a name from the input."
    )
