import pytest

from dispatch import progress
from dispatch.engine_jobs import take
from dispatch.progress import LeaseLost, Recorder, Stopped
from engine.output import Message, Stats
from runs.models import Run
from runs.outcomes import complete_run
from runs.services import cancel_run
from tests.dispatch.conftest import ANSWER, let_lapse

PLAN = Message("plan", "Read the page of France.")
STATS = Stats(considered=7, read=2, meter=45.5, sample=("/library/france/",))


@pytest.fixture
def run(queued):
    return take(queued.pk)


@pytest.fixture
def at_once(monkeypatch):
    monkeypatch.setattr(progress, "WRITE_EVERY_SECONDS", -1)


@pytest.fixture
def later(monkeypatch):
    monkeypatch.setattr(progress, "WRITE_EVERY_SECONDS", 3600)


def written(run):
    return list(run.events.exclude(kind="state").values_list("kind", "topic", "message", "stats"))


def test_a_message_and_a_count_become_events(run, at_once):
    recorder = Recorder(run)
    recorder(PLAN)
    recorder(STATS)
    stats = {"considered": 7, "read": 2, "meter": 45.5, "sample": ["/library/france/"]}
    assert written(run) == [
        ("progress_msg", "plan", "Read the page of France.", None),
        ("progress_stats", "", "", stats),
    ]


def test_what_comes_quickly_is_written_together(run, later):
    recorder = Recorder(run)
    recorder(PLAN)
    recorder(STATS)
    assert written(run) == []
    recorder.write()
    assert len(written(run)) == 2


def test_what_is_left_at_the_end_is_the_callers_to_write_once(run, later):
    recorder = Recorder(run)
    recorder(PLAN)
    assert [event.message for event in recorder.rest()] == [PLAN.message]
    assert recorder.rest() == []


def test_the_rest_comes_with_the_result_and_before_the_end(run, later):
    recorder = Recorder(run)
    recorder(PLAN)
    complete_run(run, ANSWER, recorder.rest())
    assert list(run.events.values_list("kind", flat=True))[-2:] == ["progress_msg", "state"]


def test_a_run_that_goes_on_may_go_on(run):
    assert Recorder(run).check() is None


def test_a_run_that_is_to_stop_stops_with_nothing_more_written(run, at_once):
    cancel_run(run=Run.objects.get(pk=run.pk))
    with pytest.raises(Stopped):
        Recorder(run)(PLAN)
    assert written(run) == []
    assert Run.objects.get(pk=run.pk).status == "cancelling"


def test_a_worker_that_lost_its_run_writes_nothing(run, at_once):
    let_lapse(run)
    assert take(run.pk)
    before = written(run)
    with pytest.raises(LeaseLost):
        Recorder(run)(PLAN)
    assert written(run) == before


def test_a_worker_whose_run_is_over_writes_nothing(run, at_once):
    complete_run(Run.objects.get(pk=run.pk), ANSWER)
    with pytest.raises(LeaseLost):
        Recorder(run)(PLAN)
    assert written(run) == []
