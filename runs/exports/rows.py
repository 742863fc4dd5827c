"""The rows of every export: a run each, nothing dropped, whatever became of the run."""

from collections.abc import Container, Iterator
from typing import Any

from django.db.models.functions import Length

from runs.models import FieldBasis, Run, RunQuerySet
from runs.services import request_of
from runs.wire import Absolute, output, task_run

BATCH = 500


def export_rows(runs: RunQuerySet, absolute: Absolute) -> Iterator[dict[str, Any]]:
    """Newest first, read in batches by keyset: a long export holds neither memory nor a transaction."""
    place: Run | None = None
    while batch := list(next_batch(runs, place)):
        for run in batch:
            yield export_row(run, absolute)
        place = batch[-1]


def export_fields(runs: RunQuerySet) -> list[str]:
    """The names of all fields that these runs have evidence for, elements of lists left out."""
    names = FieldBasis.objects.filter(run__in=runs.order_by()).values_list("field", flat=True).distinct()
    heads: dict[str, None] = {}
    for name in names.order_by(Length("field"), "field").iterator():
        if not belongs_to_another(name, heads):
            heads[name] = None
    return sorted(heads)


def belongs_to_another(path: str, heads: Container[str]) -> bool:
    """True for ``top_exports.0`` where ``top_exports`` is a field. Names may hold dots as well."""
    parts = path.split(".")
    ends = (length for length in range(1, len(parts)) if parts[length].isdecimal())
    return any(".".join(parts[:end]) in heads for end in ends)


def next_batch(runs: RunQuerySet, place: Run | None) -> RunQuerySet:
    rest = runs.older_than(place.created_at, place.pk) if place else runs
    return rest.for_page().newest_first()[:BATCH]


def export_row(run: Run, absolute: Absolute) -> dict[str, Any]:
    """A run as the API tells it, with what was asked, what came out, and which fields were not found."""
    result = getattr(run, "result", None)
    basis = list(run.basis.all())
    return {
        "run": task_run(run),
        "provider": run.provider.slug,
        "made_by": str(run.made_by or run.token or ""),
        "url": absolute(run.get_absolute_url()),
        "request": request_of(run),
        "output": output(result, basis, absolute) if result else None,
        "not_found": [entry.field for entry in basis if not entry.found],
    }
