import pytest

from dispatch.models import Worker
from home import slowness
from home.slowness import BROKER_AWAY, slow_because
from tests.runs.making import completed

BROKER = "redis+socket:///nowhere/broker.sock"


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch):
    monkeypatch.setattr(slowness, "_last", ("", 0.0, True))


@pytest.fixture
def workers(db):
    Worker.objects.create(name="one:1", queue="dispatch")
    Worker.objects.create(name="one:2", queue="research")


def test_while_all_is_well_there_is_nothing_to_say(workers):
    assert slow_because() == []


def test_a_broker_that_is_away_is_told_of(workers, settings):
    settings.REDIS_URL = BROKER
    assert slow_because() == [BROKER_AWAY]


def test_the_broker_is_asked_once_in_a_while(workers, settings, monkeypatch):
    settings.REDIS_URL, asked, now = BROKER, [], [100.0]
    monkeypatch.setattr(slowness, "ping", lambda broker: asked.append(broker) or False)
    monkeypatch.setattr(slowness.time, "monotonic", lambda: now[0])
    assert [slow_because() for _ in range(3)] == [[BROKER_AWAY]] * 3
    now[0] += slowness.TRUE_FOR_SECONDS + 1
    slow_because()
    assert len(asked) == 2


@pytest.mark.parametrize("queue", ["dispatch", "research"])
def test_a_queue_that_nobody_serves_is_told_of(workers, queue):
    Worker.objects.filter(queue=queue).delete()
    (sentence,) = slow_because()
    assert sentence.startswith(f"No {queue} worker is at work")


def test_home_and_the_page_of_a_run_that_moves_say_it(client, start, workers, settings):
    settings.REDIS_URL = BROKER
    run, over = start(), completed(start())
    assert BROKER_AWAY in client.get("/").text
    assert BROKER_AWAY in client.get(run.get_absolute_url()).text
    assert BROKER_AWAY not in client.get(over.get_absolute_url()).text
