"""What the templates of a run need beyond its row."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from runs.links import domain_of, link_to, stored_link
from runs.models import Citation, Line, Run, RunEvent, TaskGroup
from runs.rows import Row, row_at, rows_of
from runs.status import END, Status

MOST_EVENTS_SHOWN = 200
ANSWER_TAKES = timedelta(seconds=30)
"""A sending without an outcome is in doubt after this, also where nobody was left to say so."""
Moment = tuple[UUID, datetime]
"""A run, and when it last changed: what is rendered of the two stays true."""


class Kept:
    """Rendered parts of pages by run and moment of change; emptied when it holds `most` characters."""

    def __init__(self, most: int) -> None:
        self.most, self.size = most, 0
        self.parts: dict[Moment, SafeString] = {}

    def get(self, run: Run | Line) -> SafeString | None:
        return self.parts.get((run.pk, run.modified_at))

    def keep(self, run: Run, html: SafeString) -> SafeString:
        if self.size + len(html) > self.most:
            self.parts, self.size = {}, 0
        if len(html) <= self.most // 20:
            self.parts[run.pk, run.modified_at] = html
            self.size += len(html)
        return html


LINES = Kept(5_000_000)
"""Lines of the history, about 1,000 characters each."""
ENDED = Kept(5_000_000)
"""``run-live`` of runs that are over, about 10,000 characters each."""


def run_live_html(run: Run, request: HttpRequest | None = None, *, field: str | None = None) -> SafeString:
    """``run-live`` of a page, with one field's evidence open. Of `run`, only a line's columns are needed.

    The request is for the form that cancels. What a run came to doesn't change, so that is rendered once.
    """
    kept = None if run.is_active or field else ENDED.get(run)
    if kept is not None:
        return kept
    cursor = RunEvent.objects.newest_id()  # read first: what happens meanwhile comes over the live stream
    whole = Run.objects.for_page().without_request().get(pk=run.pk)
    context = run_context(whole, field) | {"cursor": cursor}
    html = render_to_string("runs/run.html#run-live", context, request)
    return html if whole.is_active or field else ENDED.keep(whole, html)


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
        **at_provider(run),
    }


def at_provider(run: Run) -> dict[str, Any]:
    """What is known of a run at a hosted provider: its name there, what holds it up, what is in doubt.

    Of the engine's runs nothing is asked. What dispatch keeps of a run is found by its related names.
    """
    if not run.provider.is_hosted:
        return {}
    return {
        "hosted": getattr(run, "hosted", None),
        "held_up": held_up_by(run) if run.status == Status.PENDING else None,
        "doubt_until": doubt_until(run) if run.status == Status.SUBMITTING else None,
        "twins": list(run.twins.order_by("pk")),
    }


def held_up_by(run: Run) -> Any | None:
    """The state of its provider, if that takes no runs now."""
    upstream = getattr(run.provider, "upstream", None)
    return upstream if upstream and upstream.state != "open" else None


def doubt_until(run: Run) -> datetime | None:
    """When it is found out whether the provider took a run whose sending came to no clear end."""
    hosted = getattr(run, "hosted", None)
    sent = hosted and hosted.submission
    if not sent or sent.outcome != "unknown":
        return None
    is_late = sent.sent_at < timezone.now() - ANSWER_TAKES
    return (
        sent.sent_at + timedelta(seconds=settings.DISPATCH_SETTLE_SECONDS) if sent.doubt or is_late else None
    )


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
        self.domain = domain_of(citation.url) or shelf_of(citation.url)
        self.excerpts = [
            {
                "text": excerpt["text"],
                "link": link_to(citation.url, excerpt),
                "stored": stored_link(citation.url, excerpt),
            }
            for excerpt in citation.excerpts
        ]
        self.link = self.excerpts[0]["link"] if self.excerpts else link_to(citation.url, {"text": ""})


def shelf_of(url: str) -> str:
    """Where a page without a host is kept."""
    return "uploaded file" if url.startswith("/sources/files/") else "starter library"


class Batch:
    """A task group as a reader sees it: its name, and how far its runs are."""

    def __init__(self, group: TaskGroup) -> None:
        self.group = group
        self.name = name_of(group)
        counts = group.runs.count_by_status()
        self.counts = [(status, word, count) for status, word, count in counts]
        self.total = sum(count for _, _, count in counts)
        self.done = sum(count for status, _, count in counts if status in END)

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0

    @property
    def is_active(self) -> bool:
        return self.done < self.total

    @cached_property
    def held_up(self) -> Any | None:
        """The state of a provider that takes no runs now, if runs of the batch wait for it."""
        if not any(status == Status.PENDING for status, _, _ in self.counts):
            return None
        waiting = self.group.runs.filter(status=Status.PENDING, provider__upstream__isnull=False)
        run = waiting.exclude(provider__upstream__state="open").select_related("provider__upstream").first()
        return run and run.provider.upstream


def name_of(group: TaskGroup) -> str:
    """Its metadata in a few words, which is all that its maker could call it by; else when it was made."""
    told = ", ".join(f"{name}: {value}" for name, value in (group.metadata or {}).items())
    return told or f"Batch of {group.created_at:%-d %B %Y, %H:%M}"


def batch_html(group: TaskGroup) -> SafeString:
    return render_to_string("runs/batch.html#batch-head", {"batch": Batch(group)})


def batch_row_html(group: TaskGroup) -> SafeString:
    return render_to_string("runs/batches.html#batch-row", {"batch": Batch(group)})


def rows_html(lines: Sequence[Line]) -> list[SafeString]:
    """The lines of the history. What has not changed is neither read nor rendered again."""
    kept = {line: html for line in lines if (html := LINES.get(line))}
    changed = Run.objects.for_rows().in_bulk([line.pk for line in lines if line not in kept])
    return [
        kept.get(line) or row_html(changed[line.pk]) for line in lines if line in kept or line.pk in changed
    ]


def row_html(run: Run) -> SafeString:
    return LINES.keep(run, render_to_string("runs/history.html#run-row", {"run": run}))
