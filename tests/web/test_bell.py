"""The bell at a real broker: who listens hears it, and no broker is needed for anything but speed."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from itertools import count
from pathlib import Path

import pytest
from redis.asyncio.client import PubSub

from tests.web.valkey import Valkey
from tests.web.world import PATIENCE, in_loop, until
from web import bell
from web.bell import Ear, Ringer, rings

NOWHERE = "redis+socket:///nowhere/broker.sock"


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    """A broker that is not started yet."""
    made = Valkey(tmp_path)
    yield made
    made.kill()


@pytest.fixture
def never_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks unless the bell rings."""
    monkeypatch.setattr(bell, "LOOKS_WITH_BELL", 3600)
    monkeypatch.setattr(bell, "LOOKS_WITHOUT", 3600)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The broker is tried again without a pause."""
    monkeypatch.setattr(bell, "LONGEST_DELAY", 0.001)
    monkeypatch.setattr(bell, "FIRST_DELAY", 0.001)


@asynccontextmanager
async def listening(url: str) -> AsyncIterator[Ear]:
    ear = Ear(url)
    task = asyncio.create_task(ear.listen())
    try:
        yield ear
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def heard(ear: Ear) -> bool:
    await asyncio.wait_for(ear.rung.wait(), PATIENCE)
    ear.rung.clear()
    return True


@in_loop
async def test_all_who_listen_hear_the_bell(valkey):
    url = valkey.start().url
    async with listening(url) as one, listening(url) as other:
        for ear in (one, other):
            await until(lambda ear=ear: ear.hears)
            ear.rung.clear()
        bell.ring(url)
        assert await heard(one)
        assert await heard(other)


@in_loop
async def test_who_has_just_begun_to_listen_looks_once(valkey):
    async with listening(valkey.start().url) as ear:
        assert await heard(ear)
        assert ear.hears


@in_loop
async def test_a_broker_that_was_killed_is_heard_again(valkey, at_once):
    async with listening(valkey.start().url) as ear:
        await until(lambda: ear.hears)
        valkey.kill()
        await until(lambda: not ear.hears)
        valkey.start()
        await until(lambda: ear.hears)
        ear.rung.clear()
        Ringer(valkey.url).ring()
        assert await heard(ear)


@in_loop
async def test_a_broker_that_comes_late_is_heard(valkey, at_once, caplog):
    async with listening(valkey.url) as ear:
        await until(lambda: "looks by itself" in caplog.text)
        valkey.start()
        await until(lambda: ear.hears)


@in_loop
async def test_a_broker_that_says_nothing_is_left(tmp_path, monkeypatch):
    monkeypatch.setattr(bell, "QUIET", 0.01)
    with socket.socket(socket.AF_UNIX) as mute:
        mute.bind(str(tmp_path / "mute"))
        mute.listen()
        with pytest.raises(TimeoutError):
            await Ear(f"redis+socket://{tmp_path}/mute").subscribed()


async def silence(*_, timeout: float) -> None:
    """What is heard in `timeout` seconds without a word; it does not take as long."""


@in_loop
async def test_a_broker_that_falls_silent_is_asked_and_then_left(valkey, monkeypatch):
    monkeypatch.setattr(PubSub, "get_message", silence)
    with pytest.raises(TimeoutError, match="it has said nothing"):
        await Ear(valkey.start().url).subscribed()


@in_loop
async def test_a_quiet_broker_that_answers_is_kept(valkey, monkeypatch):
    hear, turns, heard = PubSub.get_message, count(), []

    async def every_other(channel: PubSub, *, timeout: float) -> dict | None:
        return await hear(channel, timeout=timeout) if next(turns) % 2 else None

    monkeypatch.setattr(PubSub, "get_message", every_other)
    async with listening(valkey.start().url) as ear:
        monkeypatch.setattr(ear, "hear", heard.append)
        await until(lambda: len(heard) >= 4)
    assert heard[:4] == ["subscribe", "pong", "pong", "pong"]


@in_loop
async def test_the_table_is_looked_at_though_nothing_rings(valkey, monkeypatch):
    monkeypatch.setattr(bell, "LOOKS_WITH_BELL", 0.001)
    async with listening(valkey.start().url) as ear:
        await until(lambda: ear.hears)
        ear.rung.clear()
        await asyncio.wait_for(ear.next_ring(), PATIENCE)


@pytest.mark.parametrize("url", [NOWHERE, "redis://127.0.0.1:1", "http://no.broker"])
@in_loop
async def test_the_table_is_looked_at_without_a_broker(url, monkeypatch):
    monkeypatch.setattr(bell, "LOOKS_WITHOUT", 0.001)
    looks = rings(url)
    for _ in range(3):
        await asyncio.wait_for(anext(looks), PATIENCE)
    await looks.aclose()


@in_loop
async def test_a_hundred_rings_are_one_look(valkey, never_by_itself, monkeypatch):
    async with listening(valkey.start().url) as ear:
        await until(lambda: ear.hears)
        heard, hear = [], ear.hear
        monkeypatch.setattr(ear, "hear", lambda kind: (heard.append(kind), hear(kind)))
        for _ in range(100):
            bell.ring(valkey.url)
        await until(lambda: len(heard) >= 100)
        await asyncio.wait_for(ear.next_ring(), PATIENCE)
        assert not ear.rung.is_set()


@in_loop
async def test_who_stops_looking_stops_listening(valkey):
    looks = rings(valkey.start().url)
    await anext(looks)
    await looks.aclose()
    assert [task for task in asyncio.all_tasks() if "ear" in task.get_name()] == []


@pytest.mark.parametrize("url", [NOWHERE, "redis://127.0.0.1:1"])
def test_whoever_rings_is_not_troubled_by_a_dead_broker(url, caplog):
    Ringer(url).ring()
    assert caplog.text.count("pages hear of changes a moment later") == 1


def test_a_dead_broker_is_left_alone_for_a_while(monkeypatch, caplog):
    ringer, now = Ringer(NOWHERE), [100.0]
    monkeypatch.setattr(bell.time, "monotonic", lambda: now[0])
    for _ in range(3):
        ringer.ring()
    assert len(caplog.records) == 1
    now[0] += bell.BROKER_IS_LEFT_ALONE_FOR
    ringer.ring()
    assert len(caplog.records) == 2


def test_a_broker_that_comes_back_is_rung_again(valkey, monkeypatch):
    ringer = Ringer(valkey.start().url)
    ringer.ring()
    valkey.kill()
    ringer.ring()
    assert ringer.silent_until
    valkey.start()
    ringer.silent_until = 0.0
    ringer.ring()
    assert not ringer.silent_until


@pytest.mark.parametrize(
    ("url", "as_redis"),
    [
        ("redis://one:6379/0", "redis://one:6379/0"),
        ("rediss://user:word@one", "rediss://user:word@one"),
        ("redis+socket:///data/broker/socket", "unix:///data/broker/socket"),
    ],
)
def test_an_address_is_spelt_as_the_client_wants_it(url, as_redis):
    assert bell.as_redis(url) == as_redis
