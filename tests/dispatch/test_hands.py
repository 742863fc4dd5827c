import threading
import uuid
from queue import SimpleQueue

import pytest
from kombu.exceptions import OperationalError as NotPublished
from redis.exceptions import ResponseError

from dispatch import hands
from dispatch.hands import Broker, Hands

JOB, OTHER = uuid.uuid4(), uuid.uuid4()
SOON = 10  # seconds; what should come at once must not hang a test


class Clock:
    def __init__(self, monkeypatch):
        self.now = 1000.0
        monkeypatch.setattr(hands.time, "monotonic", lambda: self.now)


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


class Queue:
    """Stands in for the broker: keeps what is published, or fails as long as it is told to."""

    def __init__(self):
        self.error, self.got, self.asked = None, [], 0

    def publish(self, job):
        self.ping()
        self.got.append(job)

    def ping(self):
        self.asked += 1
        if self.error:
            raise self.error


@pytest.fixture
def queue():
    return Queue()


@pytest.fixture
def broker(queue):
    return Broker(queue.ping)


@pytest.fixture
def own(queue, broker, monkeypatch):
    """Hands whose own threads are only told of."""
    made = Hands(broker, queue.publish, lambda job: None, most=2)
    made.own = []
    monkeypatch.setattr(made, "take", made.own.append)
    return made


def test_a_broker_that_answers_is_given_everything(own, queue):
    own.hand_out(JOB)
    assert (queue.got, own.own) == ([JOB], [])


@pytest.mark.parametrize("error", [NotPublished("no"), ConnectionRefusedError(), ResponseError("MISCONF")])
def test_what_it_does_not_take_is_done_here(own, queue, error, caplog):
    queue.error = error
    own.hand_out(JOB)
    assert own.own == [JOB]
    assert "Dispatch carries runs out by itself" in caplog.text


def test_a_broker_that_is_away_is_not_asked_again_for_every_job(own, queue, caplog):
    queue.error = ConnectionRefusedError()
    for _ in range(5):
        own.hand_out(JOB)
    assert queue.asked == 1
    assert len(caplog.records) == 1


def test_a_look_finds_that_the_broker_is_away(broker, queue):
    queue.error = ResponseError("MISCONF")
    broker.look()
    assert broker.is_away


def test_it_is_published_again_once_the_broker_answers_and_helped_until_workers_hear_it(
    own, broker, queue, clock, caplog
):
    queue.error = ConnectionRefusedError()
    own.hand_out(JOB)
    queue.error = None
    broker.look()
    assert "answers again" in caplog.text
    own.hand_out(OTHER)
    assert (queue.got, own.own) == ([OTHER], [JOB, OTHER])
    clock.now += hands.RECONNECT_SECONDS
    own.hand_out(OTHER)
    assert (queue.got, own.own) == ([OTHER, OTHER], [JOB, OTHER])


def test_the_broker_is_looked_at_until_it_is_stopped(monkeypatch):
    monkeypatch.setattr(hands, "ASK_EVERY_SECONDS", 0.001)
    asked = threading.Event()
    broker = Broker(asked.set)
    broker.start()
    assert asked.wait(SOON)
    broker.stop()
    assert not broker.is_alive()


@pytest.fixture
def done():
    return SimpleQueue()


def without_broker(work, most=2):
    broker = Broker()
    broker.is_away = True
    return Hands(broker, lambda job: None, work, most=most)


def test_own_threads_do_the_work(done):
    made = without_broker(done.put)
    made.hand_out(JOB)
    assert done.get(timeout=SOON) == JOB
    made.stop()
    assert not any(thread.is_alive() for thread in made.threads)


def test_there_are_no_more_threads_than_allowed_and_a_job_under_way_is_not_taken_twice(done):
    go_on = threading.Event()

    def work(job):
        go_on.wait(SOON)
        done.put(job)

    made = without_broker(work)
    jobs = [uuid.uuid4() for _ in range(5)]
    for job in [*jobs, *jobs]:
        made.hand_out(job)
    assert len(made.threads) == 2
    go_on.set()
    assert {done.get(timeout=SOON) for _ in jobs} == set(jobs)
    made.stop()
    assert done.empty()


def test_work_that_breaks_off_ends_neither_the_thread_nor_the_job(done, caplog):
    def work(job):
        done.put(job)
        if job == JOB:
            raise RuntimeError("the disk is gone")

    made = without_broker(work, most=1)
    made.hand_out(JOB)
    made.hand_out(OTHER)
    assert [done.get(timeout=SOON) for _ in range(2)] == [JOB, OTHER]
    made.hand_out(JOB)
    assert done.get(timeout=SOON) == JOB
    assert "is taken up again" in caplog.text
    made.stop()


def test_after_a_stop_nothing_more_is_begun(done):
    began, go_on = threading.Event(), threading.Event()

    def work(job):
        began.set()
        go_on.wait(SOON)
        done.put(job)

    made = without_broker(work, most=1)
    made.hand_out(JOB)
    made.hand_out(OTHER)
    assert began.wait(SOON)
    made.over = True
    go_on.set()
    made.stop()
    assert done.get(timeout=SOON) == JOB
    assert done.empty()
