import pytest
from django.db import OperationalError
from django.utils import timezone
from redis.exceptions import ConnectionError as NoRedis

from dispatch.models import SILENT_AFTER, Worker

HEALTHY = {
    "healthy": True,
    "database": "ok",
    "broker": "none",
    "workers": "ok",
    "provider": "engine",
    "engine": "keyless",
}


@pytest.fixture
def workers(db: None) -> None:
    Worker.objects.create(name="one:1", queue="dispatch")
    Worker.objects.create(name="one:2", queue="research")


def test_all_is_well(visitor, workers):
    answer = visitor.get("/healthz")
    told = answer.json()
    assert answer.status_code == 200
    assert told.pop("version")
    assert told == HEALTHY


def test_one_worker_may_serve_both_queues(visitor, db):
    Worker.objects.create(name="one:1", queue="dispatch,research")
    assert visitor.get("/healthz").status_code == 200


def test_it_says_which_queue_nobody_serves(visitor, workers):
    Worker.objects.filter(queue="research").delete()
    answer = visitor.get("/healthz")
    assert answer.status_code == 503
    assert (answer.json()["healthy"], answer.json()["workers"]) == (False, "nobody serves research")


def test_a_worker_that_fell_silent_serves_nothing(visitor, workers):
    Worker.objects.update(seen_at=timezone.now() - SILENT_AFTER)
    assert visitor.get("/healthz").json()["workers"] == "nobody serves dispatch and research"


def test_it_says_when_the_database_is_away(visitor, workers, monkeypatch):
    def away():
        raise OperationalError("the disk is gone")

    monkeypatch.setattr("home.views.health.Page.objects.exists", away)
    answer = visitor.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["database"].startswith("away")
    assert "the disk is gone" not in answer.content.decode()


def test_it_says_when_the_broker_is_away(visitor, workers, settings):
    settings.REDIS_URL = "redis+socket:///nowhere/broker.sock"
    answer = visitor.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["broker"].startswith("away")
    assert "nowhere" not in answer.content.decode()


def test_a_broker_that_answers_is_well(visitor, workers, settings, monkeypatch):
    settings.REDIS_URL = "redis://127.0.0.1:1"
    monkeypatch.setattr("home.views.health.Redis.ping", lambda self: True)
    assert visitor.get("/healthz").json()["broker"] == "ok"


def test_a_broker_that_refuses_is_not(visitor, workers, settings, monkeypatch):
    def refuse(self):
        raise NoRedis("no such broker")

    settings.REDIS_URL = "redis://127.0.0.1:1"
    monkeypatch.setattr("home.views.health.Redis.ping", refuse)
    assert visitor.get("/healthz").json()["broker"].startswith("away")


def test_health_is_never_kept_by_a_cache(visitor, workers):
    assert "no-store" in visitor.get("/healthz")["Cache-Control"]


def test_a_head_is_enough_for_whoever_only_watches(visitor, workers):
    assert visitor.head("/healthz").status_code == 200
