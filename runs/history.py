"""The history's questions: which runs, in which order, from which place on. All of it stands in the URL."""

import base64
import binascii
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django import forms

from provider.prices import PROCESSORS
from runs.converters import group_uuid, run_uuid
from runs.models import Line, RunQuerySet
from runs.status import Status
from teams.models import Workspace

PAGE_SIZE = 50
COUNT_UP_TO = 10_000


class HistoryForm(forms.Form):
    """The filters of the history. An empty one filters nothing."""

    q = forms.CharField(label="Search", required=False, max_length=500)
    status = forms.ChoiceField(required=False)
    processor = forms.ChoiceField(required=False)
    provider = forms.ChoiceField(required=False)
    since = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    run = forms.CharField(required=False, max_length=40)
    batch = forms.CharField(required=False, max_length=40)
    until = forms.DateField(label="To", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args, workspace: Workspace, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = [("", "Any status"), *Status.choices]
        self.fields["processor"].choices = [("", "Any processor"), *((name, name) for name in PROCESSORS)]
        providers = workspace.providers.order_by("name").values_list("slug", "name")
        self.fields["provider"].choices = [("", "Any provider"), *providers]

    def clean_run(self) -> str:
        if self.cleaned_data["run"] and run_uuid(self.cleaned_data["run"]) is None:
            raise forms.ValidationError(
                "No run has this name. A run is called trun_ and 32 digits or letters a-f."
            )
        return self.cleaned_data["run"]

    def clean_batch(self) -> str:
        if self.cleaned_data["batch"] and group_uuid(self.cleaned_data["batch"]) is None:
            raise forms.ValidationError(
                "No batch has this name. A batch is called tgrp_ and 32 digits or letters a-f."
            )
        return self.cleaned_data["batch"]

    def clean(self):
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and since > until:
            self.add_error("until", "The last day is before the first. Swap the two.")
        return self.cleaned_data

    @property
    def active(self) -> dict[str, str]:
        """The filters in use, as they stand in the URL."""
        return {name: str(value) for name, value in self.cleaned_data.items() if value}

    def choose(self, runs: RunQuerySet) -> RunQuerySet:
        data = self.cleaned_data
        if key := run_uuid(data["q"].strip()):
            runs = runs.filter(pk=key)
        elif data["q"]:
            runs = runs.mentioning(data["q"])
        if data["run"]:
            runs = runs.filter(pk=run_uuid(data["run"]))
        if data["batch"]:
            runs = runs.filter(group=group_uuid(data["batch"]))
        if data["status"]:
            runs = runs.filter(status=data["status"])
        if data["processor"]:
            runs = runs.filter(processor=data["processor"])
        if data["provider"]:
            runs = runs.filter(provider__slug=data["provider"])
        if data["since"]:
            runs = runs.filter(created_at__gte=datetime.combine(data["since"], time.min, UTC))
        if data["until"]:
            runs = runs.filter(created_at__lte=datetime.combine(data["until"], time.max, UTC))
        return runs


@dataclass(frozen=True, slots=True)
class Place:
    """A place between two runs of the history."""

    created_at: datetime
    pk: UUID

    def __str__(self) -> str:
        micros = int((self.created_at - datetime.fromtimestamp(0, UTC)) / timedelta(microseconds=1))
        return base64.urlsafe_b64encode(struct.pack(">q", micros) + self.pk.bytes).rstrip(b"=").decode()

    @classmethod
    def of(cls, line: Line) -> "Place":
        return cls(line.created_at, line.pk)

    @classmethod
    def parse(cls, text: str) -> "Place | None":
        """The place that a URL names; None if it names none."""
        try:
            raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            (micros,) = struct.unpack(">q", raw[:8])
            return cls(datetime.fromtimestamp(0, UTC) + timedelta(microseconds=micros), UUID(bytes=raw[8:]))
        except (binascii.Error, struct.error, ValueError, OverflowError):
            return None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the history, with the places where its neighbours begin."""

    lines: list[Line]
    newer: Place | None
    older: Place | None
    total: int
    counted_all: bool

    @property
    def total_text(self) -> str:
        return (
            f"{self.total:,} run{'' if self.total == 1 else 's'}"
            if self.counted_all
            else f"over {COUNT_UP_TO:,} runs"
        )


def page_of(chosen: RunQuerySet, *, after: Place | None = None, before: Place | None = None) -> Page:
    """The page after (older than) or before (newer than) a place; without one, the newest."""
    rows = chosen
    if before:
        rows = rows.newer_than(before.created_at, before.pk).order_by("created_at", "id")
    else:
        rows = (rows.older_than(after.created_at, after.pk) if after else rows).newest_first()
    lines = rows[: PAGE_SIZE + 1].lines()
    more, lines = len(lines) > PAGE_SIZE, lines[:PAGE_SIZE]
    lines = lines[::-1] if before else lines
    total = chosen.order_by()[: COUNT_UP_TO + 1].count()
    return Page(
        lines=lines,
        newer=Place.of(lines[0]) if lines and (more if before else after) else None,
        older=Place.of(lines[-1]) if lines and (before or more) else None,
        total=min(total, COUNT_UP_TO),
        counted_all=total <= COUNT_UP_TO,
    )


def address(filters: dict[str, str], **more: object) -> str:
    """The query string of the history with these filters and, say, ``after=place``."""
    query = filters | {name: str(value) for name, value in more.items() if value}
    return f"?{urlencode(query)}" if query else ""
