from datetime import timedelta

from django.db import OperationalError
from django.utils import timezone

from dispatch.heartbeat import Heartbeat
from dispatch.leases import worker_name
from dispatch.models import SILENT_AFTER, Worker


class Beats:
    """An event that is set after so many beats; what the table holds at each of them is kept."""

    def __init__(self, beats):
        self.left, self.seen, self.waited = beats, [], []

    def wait(self, seconds):
        self.waited.append(seconds)
        self.seen.append(list(Worker.objects.values_list("name", "queue")))
        self.left -= 1
        return self.left == 0


def beating(queue="research", beats=1):
    heart = Heartbeat(queue)
    heart.over = Beats(beats)
    heart.run()
    return heart.over


def seen(name, queue, ago):
    return Worker.objects.create(name=name, queue=queue, seen_at=timezone.now() - ago)


def test_a_worker_says_that_it_lives_until_it_stops(db):
    over = beating("dispatch,research", beats=2)
    assert over.seen == [[(worker_name(), "dispatch,research")]] * 2
    assert not Worker.objects.exists()


def test_it_says_so_three_times_before_it_would_count_as_silent(db):
    assert beating().waited == [SILENT_AFTER.total_seconds() / 3]


def test_workers_that_are_long_gone_are_forgotten(db):
    seen("gone", "research", 3 * SILENT_AFTER)
    assert ("gone", "research") not in beating().seen[0]


def test_a_database_that_is_away_for_a_beat_does_not_end_the_heart(db, monkeypatch, caplog):
    monkeypatch.setattr(Worker.objects, "update_or_create", fail_once(Worker.objects.update_or_create))
    assert beating(beats=2).seen == [[], [(worker_name(), "research")]]
    assert "it tries again" in caplog.text


def fail_once(work):
    calls = []

    def failing(**fields):
        calls.append(fields)
        if len(calls) == 1:
            raise OperationalError("locked")
        return work(**fields)

    return failing


def test_a_queue_is_silent_when_no_living_worker_serves_it(db):
    assert Worker.objects.all().silent_queues() == ["dispatch", "research"]
    seen("a", "dispatch", timedelta())
    seen("b", "research", SILENT_AFTER + timedelta(seconds=1))
    assert Worker.objects.all().silent_queues() == ["research"]
    seen("c", "dispatch,research", timedelta())
    assert Worker.objects.all().silent_queues() == []
