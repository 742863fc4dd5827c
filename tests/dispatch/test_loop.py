from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import OperationalError as DatabaseAway
from kombu.exceptions import OperationalError as BrokerAway
from kombu.transport.redis import Channel
from redis.exceptions import RedisError

from dispatch import bootstep, loop, tasks
from dispatch.hands import Broker, Hands
from dispatch.loop import Loop
from runs.models import Run
from runs.services import cancel_run
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


def away(run_id):
    raise BrokerAway("away")


@pytest.fixture
def here(monkeypatch):
    """The runs that our own threads were given."""
    given = []
    monkeypatch.setattr(Hands, "take", lambda hands, run_id: given.append(run_id))
    return given


@pytest.mark.parametrize("error", [BrokerAway("away"), ConnectionRefusedError()])
def test_what_can_not_be_published_is_carried_out_here(start, signal, here, error):
    def publish(run_id):
        raise error

    run = start()
    turns(publish)
    assert here == [run.pk]


def test_what_lay_at_a_broker_that_went_away_is_carried_out_here(start, signal, here):
    published, broker, run = [], Broker(), start()
    made = Loop(published.append, broker)
    made.look()
    assert (published, here) == ([run.pk], [])
    broker.failed(BrokerAway("away"))
    made.look()
    made.look()
    assert (published, here) == ([run.pk], [run.pk])


def test_once_the_broker_is_back_all_that_waits_is_published(start, signal, here):
    published, broker, run = [], Broker(), start()
    broker.failed(BrokerAway("away"))
    made = Loop(published.append, broker)
    made.look()
    broker.look()
    made.look()
    assert published == [run.pk]


def test_webhooks_are_delivered_here_too(start, signal, here, monkeypatch):
    run = start(webhook={"url": "https://receiver.example/hook"})
    cancel_run(run=run)
    monkeypatch.setattr(loop, "publish_delivery", away)
    turns(away)
    assert here == [run.pk]


def test_there_are_as_many_threads_as_research_workers_up_to_a_bound(settings):
    settings.RESEARCH_WORKERS = 2
    assert loop.own_threads() == 2
    settings.RESEARCH_WORKERS = 50
    assert loop.own_threads() == loop.MOST_THREADS


def test_our_own_hands_do_what_a_research_worker_does(monkeypatch):
    named = []
    monkeypatch.setattr(loop, "carry_out", lambda run_id, research: named.append((run_id, research)))
    loop.carry_out_here("one")
    assert named == [("one", loop.research_here)]


def test_on_a_full_disk_nothing_is_begun_and_all_of_it_once_there_is_room(
    queued, start, signal, monkeypatch, caplog
):
    published, fresh = [], start()
    made = Loop(published.append)
    monkeypatch.setattr(loop, "has_room", lambda: False)
    made.look()
    assert published == []
    assert "Free some space" in caplog.text
    monkeypatch.setattr(loop, "has_room", lambda: True)
    made.look()
    assert set(published) == {queued.pk, fresh.pk}


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
    monkeypatch.setattr(bootstep, "Broker", lambda ping: thread("broker"))
    monkeypatch.setattr(bootstep, "Loop", lambda publish, broker: thread("loop"))
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
    all_of_them = ["heartbeat of dispatch,research", "broker", "loop", "hosted"]
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


def test_a_broker_is_asked_whether_it_is_there(settings):
    settings.REDIS_URL = "redis+socket:///nowhere/broker.sock"
    with pytest.raises(RedisError):
        bootstep.ping()


def test_without_a_broker_there_is_nobody_to_ask(settings):
    settings.REDIS_URL = ""
    bootstep.ping()


def test_a_channel_puts_messages_back_only_while_its_connection_is_whole():
    channel = Channel.__new__(Channel)
    channel.connection = SimpleNamespace(client=None)
    assert not channel.do_restore
    channel.connection = SimpleNamespace(client="a connection")
    assert channel.do_restore


def test_workers_wait_for_a_broker_and_senders_do_not(settings):
    assert settings.CELERY_BROKER_CONNECTION_MAX_RETRIES is None
    assert settings.CELERY_BROKER_CHANNEL_ERROR_RETRY
    assert settings.CELERY_BROKER_TRANSPORT_OPTIONS["max_retries"] == 0


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
    made.was_away = False
    for _ in range(2):
        let_lapse(queued)
        made.look()
    assert published == [queued.pk, queued.pk]
