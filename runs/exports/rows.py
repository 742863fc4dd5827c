"""The rows of every export: a run each, nothing dropped, whatever became of the run."""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import prefetch_related_objects
from django.db.models.functions import Length

from runs.models import Citation, FieldBasis, Run, RunQuerySet
from runs.services import request_of
from runs.wire import Absolute, output, task_run

BATCH = 50
MOST_ENTRIES_A_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Export:
    """The runs of an export, for a format to write down."""

    runs: RunQuerySet
    absolute: Absolute

    def rows(self) -> Iterator[dict[str, Any]]:
        """Newest first, read by keyset, in batches that shrink where runs have very much evidence."""
        place, size = None, BATCH
        while batch := list(next_batch(self.runs, place, size)):
            entries = attach_evidence(batch)
            for run in batch:
                yield export_row(run, self.absolute)
            place = batch[-1]
            size = max(1, min(BATCH, MOST_ENTRIES_A_BATCH * len(batch) // max(entries, 1)))

    def fields(self) -> list[str]:
        """The names of all fields that these runs have evidence for, elements of lists left out."""
        basis = FieldBasis.objects.filter(run__in=self.runs.order_by())
        names = basis.values_list("field", flat=True).distinct().order_by(Length("field"), "field")
        heads: dict[str, None] = {}
        for name in names.iterator():
            if not belongs_to_another(name, heads):
                heads[name] = None
        return sorted(heads)


def belongs_to_another(path: str, heads: Container[str]) -> bool:
    """True for ``top_exports.0`` where ``top_exports`` is a field. Names may hold dots as well."""
    parts = path.split(".")
    ends = (length for length in range(1, len(parts)) if parts[length].isdecimal())
    return any(".".join(parts[:end]) in heads for end in ends)


def next_batch(runs: RunQuerySet, place: Run | None, size: int) -> RunQuerySet:
    rest = runs.older_than(place.created_at, place.pk) if place else runs
    return rest.for_page(evidence=False).newest_first()[:size]


def attach_evidence(runs: list[Run]) -> int:
    """Read basis and citations of these runs, and say how many entries there are.

    Django's own prefetch names every entry in a query, and SQLite limits how many a query may name.
    """
    prefetch_related_objects(runs, "basis")
    entries = {entry.pk: entry for run in runs for entry in run.basis.all()}
    cited: dict[int, list[Citation]] = {}
    for citation in Citation.objects.filter(basis__run__in=runs).order_by("basis_id", "position"):
        cited.setdefault(citation.basis_id, []).append(citation)
    for key, entry in entries.items():
        citations = entry.citations.all()
        citations._result_cache = cited.get(key, [])
        entry._prefetched_objects_cache = {"citations": citations}
    return len(entries)


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
