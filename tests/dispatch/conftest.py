"""Workers without processes: a research that answers at once, and leases that have run out."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from engine.output import FieldBasis, Output
from runs.models import Run
from runs.status import Status

ANSWER = Output("json", {"capital": "Paris"}, (FieldBasis("capital", "A page says it.", "high"),))


class Research:
    """Stands in for the engine: remembers what it was asked, does what `step` says, gives the answer."""

    def __init__(self, step: Callable[..., None] = lambda on_progress: None) -> None:
        self.step = step
        self.asked: list[dict] = []

    def __call__(self, *, on_progress: Callable, **asked: object) -> Output:
        self.asked.append(asked)
        self.step(on_progress)
        return ANSWER


@pytest.fixture
def queued(start: Callable[..., Run]) -> Run:
    """A run that was claimed for the engine."""
    run = start()
    assert run.move_to(Status.QUEUED, lease_until=timezone.now() + timedelta(seconds=30))
    return run


def let_lapse(run: Run) -> None:
    """Its worker was not heard of in time."""
    Run.objects.filter(pk=run.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def states_of(run: Run) -> list[str]:
    return list(run.events.filter(kind="state").values_list("after", flat=True))
