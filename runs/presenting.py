"""What the templates of a run need beyond its row."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from runs.links import domain_of, link_to
from runs.models import Citation, Line, Run, RunEvent
from runs.rows import Row, row_at, rows_of

MOST_EVENTS_SHOWN = 200
MOST_KEPT = 5_000
KEPT: dict[tuple[UUID, datetime], SafeString] = {}
"""Rendered lines of the history, by run and moment of change; about 1 KB each."""


def run_context(run: Run, path: str | None = None) -> dict[str, Any]:
    """For ``run-live``, the part of a page that changes while a run moves, one field's evidence open."""
    live = live_context(run)
    return live | evidence_context(run, live["rows"], path)


def live_context(run: Run) -> dict[str, Any]:
    events = list(run.events.order_by("-pk")[:MOST_EVENTS_SHOWN])[::-1]
    stats = next((event.stats for event in reversed(events) if event.kind == RunEvent.Kind.STATS), None)
    rows = rows_of(run)
    return {
        "run": run,
        "events": [event for event in events if event.kind != RunEvent.Kind.STATS],
        "stats": stats,
        "rows": rows,
        "cursor": events[-1].pk if events else 0,
    }


def evidence_context(run: Run, rows: list[Row], path: str | None) -> dict[str, Any]:
    row = row_at(rows, path)
    citations = list(row.basis.citations.all()) if row and row.basis else []
    domains = {domain_of(citation.url) or "library" for citation in citations}
    return {
        "run": run,
        "chosen": row,
        "citations": [Source(item) for item in citations],
        "domains": len(domains),
    }


class Source:
    """A citation as a reader sees it."""

    def __init__(self, citation: Citation) -> None:
        self.title = citation.title or citation.url
        self.url = citation.url
        self.domain = domain_of(citation.url) or "starter library"
        self.excerpts = [
            {"text": excerpt["text"], "link": link_to(citation.url, excerpt)} for excerpt in citation.excerpts
        ]
        self.link = self.excerpts[0]["link"] if self.excerpts else link_to(citation.url, {"text": ""})


def rows_html(lines: Sequence[Line]) -> list[SafeString]:
    """The lines of the history. What has not changed is neither read nor rendered again."""
    kept = {line: html for line in lines if (html := KEPT.get((line.pk, line.modified_at)))}
    changed = Run.objects.for_rows().in_bulk([line.pk for line in lines if line not in kept])
    return [
        kept.get(line) or row_html(changed[line.pk]) for line in lines if line in kept or line.pk in changed
    ]


def row_html(run: Run) -> SafeString:
    html = render_to_string("runs/history.html#run-row", {"run": run})
    if len(KEPT) >= MOST_KEPT:
        KEPT.clear()
    KEPT[run.pk, run.modified_at] = html
    return html
