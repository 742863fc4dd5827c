"""Runs in every state."""

from collections.abc import Callable

import pytest

from runs.models import Run
from tests.runs.making import IN_EVERY_STATE


@pytest.fixture
def runs_in_every_state(start: Callable[..., Run]) -> dict[str, Run]:
    """A run for each status that a run can be in, by status."""
    return {status: bring(start(f"A run that is {status}")) for status, bring in IN_EVERY_STATE.items()}
