import json
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace

import pytest
from django.utils import timezone

from dispatch import delivery as work
from dispatch import tasks
from dispatch.delivery import Courier, collect_ended, deliver, redeliver, take, wait_after
from dispatch.loop import Loop
from dispatch.models import Attempt, Cursor, Delivery
from dispatch.webhooks import rotate_secret, secret_of
from engine.net import Refused, TimedOut
from runs.models import Run, RunEvent
from runs.outcomes import complete_run, fail_run
from runs.services import cancel_run
from runs.status import Status
from tests.dispatch.conftest import ANSWER
from tests.dispatch.test_webhooks import by_the_standard, by_the_whole_text

URL = "https://receiver.example/hook"


class Receiver:
    """Stands in for the network: remembers what was sent, answers or fails as it is told to."""

    def __init__(self, *answers: object) -> None:
        self.answers = list(answers)
        self.got: list[SimpleNamespace] = []

    def __call__(self, url, body, headers, *, allow_private, timeout) -> int:
        self.got.append(SimpleNamespace(url=url, body=body, headers=headers, timeout=timeout))
        answer = self.answers.pop(0) if self.answers else 200
        if callable(answer):
            answer = answer()
        if isinstance(answer, BaseException):
            raise answer
        return answer


@pytest.fixture(autouse=True)
def allowed(settings) -> None:
    settings.ALLOW_PRIVATE_FETCH = frozenset({"127.0.0.1"})


@pytest.fixture
def ended(start):
    """A run with a webhook that is over."""

    def ended(url: str = URL, **more) -> Run:
        run = start(webhook={"url": url, **more})
        cancel_run(run=run)
        return run

    return ended


@pytest.fixture
def due(ended) -> Delivery:
    """A delivery that nobody has tried yet."""
    run = ended()
    collect_ended()
    return Delivery.objects.get(pk=run.pk)


def again(delivery: Delivery) -> Delivery:
    return Delivery.objects.get(pk=delivery.pk)


def let_time_pass(delivery: Delivery) -> None:
    """Until it is due again."""
    Delivery.objects.filter(pk=delivery.pk).update(next_at=timezone.now() - timedelta(seconds=1))


def seconds_to_go(delivery: Delivery) -> int:
    return round((again(delivery).next_at - timezone.now()).total_seconds())


# What is to be told


def complete(run):
    complete_run(run, ANSWER)


def fail(run):
    fail_run(run, "No.")


def cancel(run):
    cancel_run(run=run)
    run.move_to(Status.CANCELLED)


@pytest.mark.parametrize(
    ("end", "status"), [(complete, "completed"), (fail, "failed"), (cancel, "cancelled")]
)
def test_every_end_of_a_run_is_told_once(start, end, status):
    run = start(webhook={"url": URL})
    run.move_to(Status.QUEUED)
    run.move_to(Status.RUNNING)
    collect_ended()
    assert not Delivery.objects.exists()
    end(run)
    collect_ended()
    collect_ended()
    delivery = Delivery.objects.get()
    assert (delivery.run, delivery.workspace, delivery.url) == (run, run.workspace, URL)
    assert json.loads(delivery.body)["data"]["status"] == status


def test_a_run_without_a_webhook_is_told_to_nobody(start):
    cancel_run(run=start())
    collect_ended()
    assert not Delivery.objects.exists()


def test_many_ends_are_told_a_batch_at_a_time(ended, monkeypatch):
    monkeypatch.setattr(work, "MOST_AT_A_LOOK", 2)
    for _ in range(5):
        ended()
    counts = []
    for _ in range(4):
        collect_ended()
        counts.append(Delivery.objects.count())
    assert counts == [2, 4, 5, 5]


def test_what_was_looked_through_in_vain_is_not_looked_through_again(start, monkeypatch):
    monkeypatch.setattr(work, "WORTH_NOTING", 3)
    run = start()
    for number in range(5):
        run.events.create(kind=RunEvent.Kind.MESSAGE, message=f"Step {number}")
    collect_ended()
    assert Cursor.objects.get().event_id == RunEvent.objects.newest_id()
    cancel_run(run=run)
    collect_ended()
    assert Cursor.objects.get().event_id == RunEvent.objects.newest_id()


def test_an_end_is_not_missed_by_a_worker_killed_before_it_stored_the_delivery(ended, monkeypatch):
    ended()
    with monkeypatch.context() as patch:
        patch.setattr(work, "body_of", lambda run: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            collect_ended()
    assert Cursor.objects.get().event_id == 0
    collect_ended()
    assert Delivery.objects.count() == 1


def test_a_worker_with_an_old_cursor_stores_nothing_twice(due):
    Cursor.objects.update(event_id=0)
    before = due.body
    collect_ended()
    assert again(due).body == before


def test_of_two_workers_that_read_the_same_end_one_stores_it(ended, monkeypatch):
    ended()
    wants_news = work.wants_news

    def meanwhile(options):
        monkeypatch.setattr(work, "wants_news", wants_news)
        collect_ended()
        return wants_news(options)

    monkeypatch.setattr(work, "wants_news", meanwhile)
    collect_ended()
    assert Delivery.objects.count() == 1


# What is put on the queue


@pytest.fixture
def published(monkeypatch) -> list[str]:
    sent: list[str] = []
    app = SimpleNamespace(send_task=lambda name, args, retry: sent.append(args[0]))
    monkeypatch.setattr(work, "current_app", app)
    return sent


def test_a_look_finds_the_end_and_publishes_it_once(ended, published):
    run, courier = ended(), Courier()
    courier.look()
    courier.look()
    assert published == [str(run.pk)]


def test_the_dispatch_loop_looks_for_what_is_to_be_told(ended, published):
    run = ended()
    Loop(lambda run_id: None).look()
    assert published == [str(run.pk)]


def test_a_message_that_was_lost_is_published_again(due, published, monkeypatch):
    courier = Courier()
    courier.look()
    monkeypatch.setattr(work, "LEASE", timedelta(0))
    courier.look()
    assert published == [str(due.pk)] * 2


def test_a_retry_need_not_wait_for_the_last_message_to_be_forgotten(due, published):
    courier = Courier()
    courier.look()
    deliver(due.pk, Receiver(500))
    let_time_pass(due)
    courier.look()
    assert published == [str(due.pk)] * 2


def test_a_look_that_finds_nothing_asks_three_questions(due, published, django_assert_num_queries):
    deliver(due.pk, Receiver())
    with django_assert_num_queries(3):
        Courier().look()
    assert not published


def test_the_task_delivers_the_run_it_names(due, monkeypatch):
    named = []
    monkeypatch.setattr(work, "deliver", named.append)
    tasks.deliver(str(due.pk))
    assert named == [due.pk]


# What a receiver gets


def test_a_2xx_settles_it(due):
    receiver = Receiver(204)
    deliver(due.pk, receiver)
    settled = again(due)
    assert (settled.state, settled.last_status, settled.last_error) == ("delivered", 204, "")
    assert settled.ended_at
    assert settled.next_at is None
    assert [(attempt.http_status, attempt.error) for attempt in due.attempts.all()] == [(204, "")]
    assert receiver.got[0].url == URL
    assert receiver.got[0].timeout == 10


def test_what_is_settled_is_not_sent_again(due):
    receiver = Receiver()
    deliver(due.pk, receiver)
    deliver(due.pk, receiver)
    assert len(receiver.got) == 1


def test_it_is_signed_with_the_secret_of_its_workspace(due, workspace):
    receiver, old = Receiver(), secret_of(workspace).text
    new = rotate_secret(workspace=workspace).text
    deliver(due.pk, receiver)
    for secret in (old, new):
        assert by_the_standard(secret, receiver.got[0].headers, receiver.got[0].body)
        assert by_the_whole_text(secret, receiver.got[0].headers, receiver.got[0].body)


@pytest.mark.parametrize("answer", [301, 400, 404, 500, TimedOut("It took longer than 10 seconds.")])
def test_any_other_answer_is_tried_again(due, answer):
    deliver(due.pk, Receiver(answer))
    failed = again(due)
    assert failed.state == "pending"
    assert failed.last_error
    assert failed.attempts.get().error == failed.last_error
    assert seconds_to_go(due) == 5


def test_an_address_that_must_not_be_fetched_is_given_up_at_once(due):
    deliver(due.pk, Receiver(Refused("It is on a private network.")))
    assert (again(due).state, again(due).last_error) == ("given_up", "It is on a private network.")


def test_retries_come_later_and_later_for_two_days_at_most(due):
    waits = []
    while again(due).state == "pending":
        let_time_pass(due)
        deliver(due.pk, Receiver(500))
        if again(due).next_at:
            waits.append(seconds_to_go(due))
    assert waits == [5 * 2**n for n in range(15)]
    assert sum(waits) <= 48 * 3600 < sum(waits) + 2 * waits[-1]
    assert again(due).state == "given_up"
    assert due.attempts.count() == 16


@pytest.mark.parametrize(
    ("tries", "seconds"), [(1, 5), (2, 10), (3, 20), (15, 81920), (16, None), (40, None)]
)
def test_waits_double(tries, seconds):
    assert wait_after(tries) == (seconds and timedelta(seconds=seconds))


def test_every_attempt_carries_the_same_id_and_bytes_and_a_time_of_its_own(due, monkeypatch):
    receiver = Receiver(500, 200)
    deliver(due.pk, receiver)
    let_time_pass(due)
    later = timezone.now() + timedelta(hours=1)
    monkeypatch.setattr(work.timezone, "now", lambda: later)
    deliver(due.pk, receiver)
    first, second = receiver.got
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == again(due).event_id
    assert first.body == second.body
    assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) >= 3600


# Crashes and races


class Killed(BaseException):
    """The process ends: nothing after it is written."""


def test_a_worker_killed_after_sending_leaves_it_to_the_next_under_the_same_id(due):
    receiver = Receiver(Killed())
    with pytest.raises(Killed):
        deliver(due.pk, receiver)
    assert again(due).state == "pending"
    deliver(due.pk, receiver)
    assert len(receiver.got) == 1, "for the time of its lease it is the first worker's"
    let_time_pass(due)
    deliver(due.pk, receiver)
    assert receiver.got[0].headers["webhook-id"] == receiver.got[1].headers["webhook-id"]
    assert again(due).state == "delivered"
    assert [attempt.http_status for attempt in due.attempts.all()] == [200, None]


def test_what_kills_every_worker_is_given_up(due):
    for _ in range(16):
        let_time_pass(due)
        with pytest.raises(Killed):
            deliver(due.pk, Receiver(Killed()))
    let_time_pass(due)
    deliver(due.pk, Receiver())
    assert (again(due).state, again(due).last_error) == ("given_up", work.CUT_OFF)


def test_two_dispatchers_do_not_send_at_once(due):
    second = Receiver()
    deliver(due.pk, Receiver(lambda: deliver(due.pk, second) or 200))
    assert not second.got
    assert Attempt.objects.count() == 1


def test_of_two_that_saw_the_same_row_one_takes_it(due, monkeypatch):
    change = work.change

    def beaten(delivery, **fields):
        monkeypatch.setattr(work, "change", change)
        assert take(due.pk)
        return change(delivery, **fields)

    monkeypatch.setattr(work, "change", beaten)
    assert take(due.pk) is None


def test_what_was_settled_after_a_look_at_it_is_not_taken(due, monkeypatch):
    change = work.change

    def too_late(delivery, **fields):
        monkeypatch.setattr(work, "change", change)
        change(again(delivery), **work.ended(Delivery.State.DELIVERED))
        return change(delivery, **fields)

    monkeypatch.setattr(work, "change", too_late)
    assert take(due.pk) is None
    assert again(due).state == "delivered"


def test_a_worker_that_was_overtaken_does_not_write_over_the_other(due):
    def overtaken():
        let_time_pass(due)
        deliver(due.pk, Receiver(200))
        return 500

    deliver(due.pk, Receiver(overtaken))
    assert (again(due).state, again(due).last_status) == ("delivered", 200)


def test_redelivering_begins_anew_under_the_same_id(due):
    receiver = Receiver(Refused("No."))
    deliver(due.pk, receiver)
    redeliver(delivery=again(due))
    assert (again(due).state, again(due).tries) == ("pending", 0)
    deliver(due.pk, receiver)
    assert again(due).state == "delivered"
    assert len({got.headers["webhook-id"] for got in receiver.got}) == 1
    assert due.attempts.count() == 2


# Over a real connection


class Hook(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.got.append((self.path, dict(self.headers), body))
        self.send_response(self.server.answer)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hook() -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), Hook)
    server.got, server.answer = [], 200
    server.url = f"http://127.0.0.1:{server.server_port}/hook?a=b"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def delivered_to(url: str, ended) -> Delivery:
    run = ended(url)
    collect_ended()
    deliver(run.pk)
    return Delivery.objects.get(pk=run.pk)


def test_a_receiver_gets_what_it_can_verify(hook, ended, workspace):
    delivery = delivered_to(hook.url, ended)
    (path, headers, body), secret = hook.got[0], secret_of(workspace).text
    assert (path, headers["content-type"], body) == ("/hook?a=b", "application/json", delivery.body.encode())
    assert by_the_standard(secret, headers, body)
    assert by_the_whole_text(secret, headers, body)
    assert delivery.state == "delivered"


def test_a_receiver_that_fails_is_named_in_the_log(hook, ended):
    hook.answer = 500
    assert delivered_to(hook.url, ended).last_error == "The receiver answered 500 instead of a 2xx."


def test_a_receiver_that_is_closed_is_tried_again(ended):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    delivery = delivered_to(f"http://127.0.0.1:{port}/", ended)
    assert delivery.state == "pending"
    assert "refused" in delivery.last_error


def test_a_receiver_that_says_nothing_is_tried_again(ended, monkeypatch):
    monkeypatch.setattr(work, "TIMEOUT_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        delivery = delivered_to(f"http://127.0.0.1:{listening.getsockname()[1]}/", ended)
    assert delivery.state == "pending"
    assert "took longer than 0.1 seconds" in delivery.last_error


def test_a_private_address_is_not_called_unless_it_is_allowed(hook, ended, settings):
    settings.ALLOW_PRIVATE_FETCH = frozenset()
    delivery = delivered_to(hook.url, ended)
    assert delivery.state == "given_up"
    assert "private network" in delivery.last_error
    assert not hook.got
