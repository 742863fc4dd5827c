"""What the templates of a run need beyond its row."""

from typing import Any

from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from runs.links import domain_of, link_to
from runs.models import Citation, Run, RunEvent
from runs.rows import Row, row_at, rows_of

MOST_EVENTS_SHOWN = 200
ROW_IS_KEPT = 3600


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


def row_html(run: Run) -> SafeString:
    """One line of the history. A run that is over never changes again, so its line is rendered once."""
    if run.is_active:
        return render_row(run)
    key = f"row:{run.pk.hex}:{run.modified_at.timestamp()}"
    return cache.get_or_set(key, lambda: render_row(run), ROW_IS_KEPT)


def render_row(run: Run) -> SafeString:
    return render_to_string("runs/history.html#run-row", {"run": run})
