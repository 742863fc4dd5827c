"""A run's way to a hosted provider and back."""

import pytest

from dispatch.models import HostedGroup, HostedRun, Submission, Twin
from runs.models import Result
from tests.dispatch.hosted.conftest import (
    COMPLETED,
    FAILED,
    TEXT,
    all_are,
    fresh,
    has,
    states_of,
    until,
    upstream_of,
)
from tests.upstream import RID_KEY

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "engine"]),
    pytest.mark.usefixtures("faults_seen"),
]


def test_a_run_comes_back_with_its_result_and_all_its_evidence(alone, worker, upstream):
    run = alone("France")
    worker()
    until(has(run, COMPLETED))
    (there,) = upstream_of(upstream, run)
    assert states_of(run)[:3] == ["pending", "submitting", "queued"]
    assert states_of(run)[-1] == "completed"
    result = Result.objects.get(run=run)
    assert (result.type, result.content["subject"]) == ("json", "France")
    basis = run.basis.first()
    citation = basis.citations.first()
    assert (basis.reasoning != "", citation.url[:8], citation.excerpts[0].keys()) == (
        True,
        "https://",
        {"text"},
    )
    hosted = HostedRun.objects.get(run=run)
    assert (hosted.upstream_id, hosted.interaction_id) == (there.run_id, there.interaction_id)
    assert Submission.objects.get().outcome == Submission.Outcome.ACCEPTED
