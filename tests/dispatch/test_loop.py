from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import OperationalError as DatabaseAway
from kombu.exceptions import OperationalError as BrokerAway

from dispatch import bootstep, loop, tasks
from dispatch.loop import Loop
from runs.models import Run
from runs.status import Status
from tests.dispatch.conftest import let_lapse


class Rounds:
    """An event that is set after so many looks at it; waiting for it takes no time and is remembered."""

    def __init__(self, rounds):
        self.left, self.waited = rounds, []

    def is_set(self):
        self.left -= 1
        return self.left < 0

    def wait(self, seconds):
        self.waited.append(seconds)

    def clear(self):
        pass

    def set(self):
        self.left = 0


@pytest.fixture
def signal(monkeypatch):
    made = Rounds(0)
    monkeypatch.setattr(loop, "_something_new", made)
    return made


def turns(publish, rounds=1):
    """Run the loop for so many turns in this thread."""
    made = Loop(publish)
    made.over = Rounds(rounds)
    made.run()
    return made


def test_new_runs_are_claimed_and_published(start, signal):
    published, run = [], start()
    turns(published.append)
    assert published == [run.pk]
    assert Run.objects.get(pk=run.pk).status == Status.QUEUED


def test_a_loop_that_starts_publishes_what_the_last_one_left(queued, signal):
    published = []
    turns(published.append, rounds=3)
    assert published == [queued.pk]


def test_what_was_abandoned_is_published_again(queued, signal):
    assert queued.move_to(Status.RUNNING)
    let_lapse(queued)
    published = []
    turns(published.append)
    assert published == [queued.pk]


def test_the_search_for_abandoned_runs_is_not_made_at_every_turn(workspace, signal, monkeypatch):
    sweeps = []
    monkeypatch.setattr(loop, "requeue_abandoned", lambda: sweeps.append(1) or [])
    turns(lambda run_id: None, rounds=5)
    assert len(sweeps) == 1


def test_a_turn_without_work_waits_a_moment_for_a_call(workspace, signal):
    turns(lambda run_id: None, rounds=2)
    assert signal.waited == [loop.LOOK_EVERY_SECONDS] * 2


@pytest.mark.parametrize("away", [BrokerAway("away"), ConnectionRefusedError(), DatabaseAway("locked")])
def test_what_can_not_be_published_now_is_published_later(start, signal, caplog, away):
    run, calls = start(), []

    def publish(run_id):
        calls.append(run_id)
        if len(calls) == 1:
            raise away

    turns(publish)
    assert "it tries again" in caplog.text
    turns(publish)
    assert calls == [run.pk, run.pk]


def test_a_database_that_is_away_does_not_end_the_loop(start, signal, monkeypatch, caplog):
    claim, published, run = loop.claim_pending, [], start()

    def once_away():
        monkeypatch.setattr(loop, "claim_pending", claim)
        raise DatabaseAway("locked")

    monkeypatch.setattr(loop, "claim_pending", once_away)
    ended = turns(published.append, rounds=2)
    assert published == [run.pk]
    assert ended.over.waited == [1]


def test_a_call_wakes_the_loop():
    loop._something_new.clear()
    tasks.wake()
    assert loop._something_new.is_set()
    loop._something_new.clear()


@pytest.fixture
def threads(monkeypatch):
    """The names of the threads that a worker starts and stops, in order."""
    done = []

    def thread(name):
        return SimpleNamespace(
            start=lambda: done.append(f"start {name}"),
            stop=lambda: done.append(f"stop {name}"),
            wake=lambda: done.append(f"wake {name}"),
        )

    monkeypatch.setattr(bootstep, "Heartbeat", lambda queues: thread(f"heartbeat of {queues}"))
    monkeypatch.setattr(bootstep, "Loop", lambda publish: thread("loop"))
    monkeypatch.setattr(bootstep, "Hosted", lambda: thread("hosted"))
    monkeypatch.setattr(loop, "_others", [])
    return done


def worker(*queues):
    consume_from = dict.fromkeys(queues)
    return SimpleNamespace(
        app=SimpleNamespace(amqp=SimpleNamespace(queues=SimpleNamespace(consume_from=consume_from)))
    )


def test_a_worker_of_the_dispatch_queue_runs_the_loop(threads):
    step = bootstep.DispatchStep(worker("research", "dispatch"))
    step.start(worker("research", "dispatch"))
    step.stop(None)
    all_of_them = ["heartbeat of dispatch,research", "loop", "hosted"]
    assert threads == [*(f"start {name}" for name in all_of_them), *(f"stop {name}" for name in all_of_them)]


def test_a_message_wakes_those_who_carry_runs_to_hosted_providers(threads, signal):
    bootstep.DispatchStep(worker("dispatch")).start(worker("dispatch"))
    tasks.wake()
    assert threads[-1] == "wake hosted"


def test_a_worker_of_the_research_queue_only_says_that_it_lives(threads):
    bootstep.DispatchStep(worker("research")).start(worker("research"))
    assert threads == ["start heartbeat of research"]


def test_a_run_is_published_by_its_id_and_without_trying_twice(monkeypatch, start):
    sent, run = [], start()
    send = SimpleNamespace(send_task=lambda name, **options: sent.append((name, options)))
    monkeypatch.setattr(bootstep, "current_app", send)
    bootstep.publish(run.pk)
    assert sent == [("dispatch.tasks.research", {"args": [str(run.pk)], "retry": False})]


def test_a_run_that_nobody_takes_is_not_published_every_second(queued, signal, monkeypatch):
    monkeypatch.setattr(loop, "SWEEP_EVERY_SECONDS", 0)
    published, made = [], Loop(lambda run_id: published.append(run_id))
    for _ in range(3):
        let_lapse(queued)
        made.look()
    assert published == [queued.pk]


def test_a_run_that_nobody_took_for_long_is_published_again(queued, signal, monkeypatch):
    monkeypatch.setattr(loop, "SWEEP_EVERY_SECONDS", 0)
    monkeypatch.setattr(loop, "lease_length", lambda: timedelta(0))
    published, made = [], Loop(lambda run_id: published.append(run_id))
    for _ in range(2):
        let_lapse(queued)
        made.look()
    assert published == [queued.pk, queued.pk]
