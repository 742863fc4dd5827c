"""What the templates of a run need beyond its row."""

from dataclasses import dataclass
from typing import Any

from runs.labels import label_of
from runs.links import domain_of, link_to
from runs.models import Citation, FieldBasis, Run, RunEvent
from runs.rows import Row, row_at, rows_of

MOST_EVENTS_SHOWN = 200
MARKS = {"high": 3, "medium": 2, "low": 1, "none": 0}


@dataclass(frozen=True, slots=True)
class Confidences:
    """How many fields of a run were found with which confidence; elements of lists are not counted again."""

    high: int
    medium: int
    low: int
    none: int

    def __iter__(self):
        counts = (("high", self.high), ("medium", self.medium), ("low", self.low), ("none", self.none))
        return iter([(name, count) for name, count in counts if count])


def confidences(basis: list[FieldBasis]) -> Confidences:
    counts = dict.fromkeys(MARKS, 0)
    for entry in basis:
        if not entry.is_element and (name := entry.confidence if entry.found else "none"):
            counts[name] += 1
    return Confidences(**counts)


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
        "confidences": confidences(list(run.basis.all())) if rows else None,
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


def row_context(run: Run) -> dict[str, Any]:
    """For ``run-row``: one line of the history."""
    result = getattr(run, "result", None)
    return {
        "run": run,
        "answer": label_of(result.content, 160) if result else "",
        "confidences": confidences(list(run.basis.all())) if result else None,
    }
