"""On PostgreSQL: somebody holds a run's row while its sending ends."""

import threading

import pytest
from django.db import connection, transaction

from dispatch.hosted.groups import store_group
from dispatch.hosted.settling import settle
from dispatch.hosted.submitting import accept, claim, give_back
from runs.models import Run, RunEvent
from tests.dispatch.hosted.conftest import fresh, until

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "engine"]),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time"),
]


class Doing(threading.Thread):
    """Does it in a connection of its own."""

    def __init__(self, act) -> None:
        super().__init__(daemon=True)
        self.act, self.error = act, None
        self.start()

    def run(self) -> None:
        try:
            self.act()
        except BaseException as error:
            self.error = error
        finally:
            connection.close()

    def waits_or_is_done(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
            return not self.is_alive() or cursor.fetchone()[0] > 0

    def done(self) -> None:
        self.join(15)
        assert not self.is_alive()
        if self.error:
            raise self.error


def while_held(run: Run, act) -> None:
    """Do it while somebody is about to change this run, as a click on Cancel does."""
    with transaction.atomic():
        Run.objects.select_for_update().get(pk=run.pk)
        doing = Doing(act)
        until(doing.waits_or_is_done, "it ends, or waits for the row")
    doing.done()


@pytest.fixture
def claimed(provider, batch):
    batch("France")
    return claim(provider, store_group(provider, "tgrp_1", "first"), 10)[0]


def test_an_accepted_run_is_queued_though_somebody_holds_its_row(claimed):
    run = Run.objects.get()
    while_held(run, lambda: accept(claimed, ["trun_a"]))
    assert fresh(run).status == "queued"


def test_a_run_is_given_back_though_somebody_holds_its_row(claimed):
    run = Run.objects.get()
    while_held(run, lambda: give_back(claimed, claimed.run_ids))
    assert fresh(run).status == "pending"


def test_a_wish_to_cancel_that_comes_while_it_is_given_back_holds(claimed):
    run = Run.objects.get()
    with transaction.atomic():
        Run.objects.filter(pk=run.pk).update(cancel_wanted=True)
        doing = Doing(lambda: give_back(claimed, claimed.run_ids))
        until(doing.waits_or_is_done, "it ends, or waits for the row")
    doing.done()
    assert fresh(run).status == "cancelled"


def test_two_workers_together_keep_to_a_limit(provider, batch):
    batch(*"abcd")
    type(provider).objects.update(most_in_flight=2)
    provider.refresh_from_db()
    first, second = store_group(provider, "tgrp_1", "first"), store_group(provider, "tgrp_2", "second")
    with transaction.atomic():
        claim(provider, first, 2)
        doing = Doing(lambda: claim(provider, second, 2))
        until(doing.waits_or_is_done, "it ends, or waits")
    doing.done()
    assert Run.objects.filter(status="submitting").count() == 2


def test_a_wish_to_cancel_and_a_doubt_that_is_settled_do_not_lock_each_other_out(claimed):
    """As everywhere: the rows of runs first, then the log's lock."""
    run = Run.objects.get()
    with transaction.atomic():
        Run.objects.filter(pk=run.pk).update(cancel_wanted=True)
        doing = Doing(lambda: settle(claimed.group, claimed.run_ids, {}))
        until(doing.waits_or_is_done, "it ends, or waits for the row")
        RunEvent.objects.log(RunEvent(run=run, kind=RunEvent.Kind.NOTE, message="wanted"))
    doing.done()
    assert fresh(run).status == "cancelled"
