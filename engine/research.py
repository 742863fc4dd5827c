"""The engine's front door: one task against the indexed sources, answered with evidence.

The same input over the same index gives the same output, byte for byte, without a language model. No network
is used but for that model and, where a source is a search engine, for pages that it finds.
"""

from collections.abc import Sequence
from typing import Any

from engine.auto import answer_auto
from engine.finder import Finder
from engine.library import Library
from engine.live import fetch_for, queries_for
from engine.llm.analyst import Analyst
from engine.llm.endpoint import Llm
from engine.output import Output, Progress
from engine.policy import read_policy
from engine.structured import answer_schema
from engine.subject import Subject, identify
from engine.textual import answer_text
from engine.tiers import Tier, tier_of
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
    earlier: Sequence[str | dict[str, Any]] = (),
    llm: Llm | None = None,
) -> Output:
    """Answer a task from the pages of these scopes; what is left open, ``llm`` may fill from them.

    ``earlier`` are the inputs before it in the same conversation: "its population" is their subject's.

    ``on_progress`` hears every step; what it raises stops the research and reaches the caller.
    ValueError for an unknown processor or a policy date that is none.
    """
    tier = tier_of(processor)
    policy = read_policy(source_policy)
    library = Library(scopes, policy)
    trace = Trace(on_progress, library, announces=tier.announces)
    schema = output_schema(task_spec, structured=tier.structured)
    subject = identify(input, library, wording=str(schema), most_pages=tier.pages, earlier=earlier)
    trace.plan(_plan(subject))
    if tier.fetched and fetch_for(
        queries_for(subject.name, input, schema, tier.queries),
        scopes,
        most=tier.fetched,
        seconds=tier.fetch_seconds,
        policy=policy,
        trace=trace,
    ):
        library.renew()
        subject = identify(input, library, wording=str(schema), most_pages=tier.pages, earlier=earlier)
        trace.plan(_plan(subject))
    trace.stats(20)
    analyst = Analyst(llm, input, library, tier, trace) if llm else None
    output = answer_as(schema, Finder(library, subject, tier, trace), subject, tier, trace, analyst)
    trace.stats(100)
    return output


def answer_as(
    schema: dict[str, Any],
    finder: Finder,
    subject: Subject,
    tier: Tier,
    trace: Trace,
    analyst: Analyst | None = None,
) -> Output:
    """The answer in the form of an output schema, given in its long form."""
    if "json_schema" in schema:
        return answer_schema(schema["json_schema"], finder.reading(), subject, trace, analyst)
    if schema.get("type") == "auto":
        output = answer_auto(finder, subject, tier, analyst)
    else:
        output = answer_text(schema.get("description") or "", finder, analyst)
    trace.result(output.basis[0].reasoning)
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
    if not subject.pages:
        about = f"No page is about “{subject.name[:200]}”" if subject.name else "The input names no page"
        return f"{about}; every indexed passage is searched."
    titles = ", ".join(f"{page.title} ({page.kind})" for page in subject.pages)
    asked = f", year {subject.year}" if subject.year else ""
    return f"The input is about “{subject.name[:200]}”{asked}. Pages to read first: {titles}."
