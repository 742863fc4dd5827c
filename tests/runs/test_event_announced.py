"""Whoever commits events tells the web processes: once a transaction, after it, and never in its way."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
from django.db import connection, transaction

from runs import live
from runs.models import RunEvent
from runs.models.event import announce
from tests.web.valkey import Valkey
from tests.web.world import PATIENCE, in_loop, until
from web import bell
from web.bell import rings
from web.hub import Frame, Hub, News, Source

pytestmark = pytest.mark.django_db(transaction=True)
on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite counts its commits")


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch, settings) -> list[str]:
    """The addresses at which the bell was rung, on a database that has to be told of."""
    settings.REDIS_URL = "redis://broker"
    monkeypatch.setattr(connection._connections["default"], "vendor", "postgresql")
    urls: list[str] = []
    monkeypatch.setattr("runs.models.event.ring", urls.append)
    return urls


def test_it_is_told_once_and_only_after_the_commit(rung):
    with transaction.atomic():
        for _ in range(3):
            announce()
        with transaction.atomic():
            announce()
        assert rung == []
    assert rung == ["redis://broker"]


def test_each_transaction_is_told_of(rung):
    for _ in range(2):
        with transaction.atomic():
            announce()
    assert len(rung) == 2


def test_outside_of_a_transaction_it_is_told_at_once(rung):
    announce()
    assert len(rung) == 1


def test_what_is_rolled_back_is_not_told(rung):
    with transaction.atomic():
        announce()
        transaction.set_rollback(True)
    assert rung == []


def test_a_part_that_is_rolled_back_takes_nothing_from_the_rest(rung):
    with transaction.atomic():
        with transaction.atomic():
            with transaction.atomic():
                announce()
            announce()
            transaction.set_rollback(True)
        announce()
    assert len(rung) == 1


def test_what_was_told_of_before_a_part_is_rolled_back_stays(rung):
    with transaction.atomic():
        with transaction.atomic():
            with transaction.atomic():
                announce()
            transaction.set_rollback(True)
        assert connection.run_on_commit == []
        announce()
    assert len(rung) == 1


def test_a_bell_that_breaks_breaks_nothing(rung, monkeypatch, caplog):
    def broken(url: str) -> None:
        raise ValueError("this is no address")

    monkeypatch.setattr("runs.models.event.ring", broken)
    with transaction.atomic():
        announce()
    assert "this is no address" in caplog.text


def test_without_a_broker_nobody_is_told(rung, settings):
    settings.REDIS_URL = ""
    announce()
    assert rung == []


def test_sqlite_is_heard_without_being_told(rung, monkeypatch):
    monkeypatch.setattr(connection._connections["default"], "vendor", "sqlite")
    announce()
    assert rung == []


@on_postgresql
def test_whoever_logs_tells(rung, start):
    run = start()
    rung.clear()
    with transaction.atomic():
        RunEvent.objects.log(RunEvent(run=run, kind="note", message="one"))
        RunEvent.objects.log(RunEvent(run=run, kind="note", message="two"))
        RunEvent.objects.log()
        assert rung == []
    assert len(rung) == 1


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    made = Valkey(tmp_path)
    yield made
    made.kill()


async def plain(news: News) -> dict[str, list[Frame]]:
    """Of each topic the numbers of its events."""
    return {topic: [Frame(its[-1].number, [event.number for event in its])] for topic, its in news.items()}


@asynccontextmanager
async def hub_at(url: str) -> AsyncIterator[Hub]:
    hub = Hub()
    await hub.start(Source(live.newest, live.events_after, [plain], partial(rings, url)))
    try:
        yield hub
    finally:
        await hub.stop()


def note(run, words: str) -> None:
    """Commit an event on a connection of its own, as another process would."""

    def commit() -> None:
        with transaction.atomic():
            RunEvent.objects.log(RunEvent(run=run, kind="note", message=words))
        connection.close()

    thread = threading.Thread(target=commit)
    thread.start()
    thread.join(PATIENCE)


async def frames_of(listeners) -> list[list[list[int]]]:
    return [[frame.content for frame in await each.next(PATIENCE)] for each in listeners]


@on_postgresql
def test_two_hubs_hear_of_what_a_third_connection_commits(start, valkey, settings, monkeypatch):
    """They would not look by themselves, and so it is the bell that they hear."""
    settings.REDIS_URL = valkey.start().url
    monkeypatch.setattr(bell, "LOOKS_WITH_BELL", 3600)
    run = start()

    @in_loop
    async def check() -> None:
        async with AsyncExitStack() as stack:
            hubs = [await stack.enter_async_context(hub_at(valkey.url)) for _ in range(2)]
            listeners = [hub.join([f"run:{run.run_id}"], asyncio.Future) for hub in hubs]
            ears = subscribers(valkey)
            await until(lambda: next(ears) == 2)
            note(run, "one")
            newest = await live.newest()
            assert await frames_of(listeners) == [[[newest]]] * 2

    check()


@on_postgresql
def test_a_hub_whose_broker_is_away_looks_by_itself(start, valkey, settings):
    settings.REDIS_URL = valkey.url
    run = start()

    @in_loop
    async def check() -> None:
        async with hub_at(valkey.url) as hub:
            listeners = [hub.join([f"run:{run.run_id}"], asyncio.Future)]
            note(run, "one")
            assert await frames_of(listeners) == [[[await live.newest()]]]

    check()


def subscribers(valkey: Valkey) -> Iterator[int]:
    """How many listen for the bell, whenever it is asked."""
    client = bell.make_ringer(valkey.url).client
    while True:
        yield client.pubsub_numsub(bell.CHANNEL)[0][1]
