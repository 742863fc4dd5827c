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


@pytest.fixture(autouse=True)
def nothing_refused(monkeypatch):
    monkeypatch.setattr("web.full._refused_at", float("-inf"))


@pytest.fixture
def workers(db: None) -> None:
    Worker.objects.create(name="one:1", queue="dispatch")
    Worker.objects.create(name="one:2", queue="research")


def test_all_is_well(visitor, workers, settings):
    settings.KEYLESS = True
    answer = visitor.get("/healthz")
    told = answer.json()
    assert answer.status_code == 200
    assert told.pop("version")
    assert told == HEALTHY


def test_the_reader_level_is_named_where_it_is_there(visitor, workers, settings):
    settings.KEYLESS = False
    assert visitor.get("/healthz").json()["engine"] == "reader"


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


def test_it_says_when_there_is_no_room_to_write(visitor, workers, monkeypatch):
    monkeypatch.setattr("web.full.has_room", lambda: False)
    answer = visitor.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["database"].startswith("full; free some space")


def test_it_says_when_a_full_disk_keeps_a_database_from_being_read(visitor, workers, monkeypatch):
    def full():
        raise OperationalError("database or disk is full")

    monkeypatch.setattr("home.views.health.Page.objects.exists", full)
    assert visitor.get("/healthz").json()["database"].startswith("full")


def test_it_says_when_the_database_is_away(visitor, workers, monkeypatch):
    def away():
        raise OperationalError("the disk is gone")

    monkeypatch.setattr("home.views.health.Page.objects.exists", away)
    answer = visitor.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["database"].startswith("away")
    assert "the disk is gone" not in answer.content.decode()


def test_without_its_broker_it_works_and_says_that_it_is_slower(visitor, workers, settings):
    settings.REDIS_URL = "redis+socket:///nowhere/broker.sock"
    answer = visitor.get("/healthz")
    assert (answer.status_code, answer.json()["healthy"]) == (200, True)
    assert answer.json()["broker"].startswith("away")
    assert answer.json()["degraded"].startswith("The broker does not answer")
    assert "nowhere" not in answer.content.decode()


def test_a_broker_that_answers_is_well(visitor, workers, settings, monkeypatch):
    settings.REDIS_URL = "redis://127.0.0.1:1"
    monkeypatch.setattr("home.views.health.Redis.ping", lambda self: True)
    told = visitor.get("/healthz").json()
    assert told["broker"] == "ok"
    assert "degraded" not in told


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
