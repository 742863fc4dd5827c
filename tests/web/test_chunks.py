"""Frames on their way through a real server, which are written past ASGI's `send`."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import wraps
from types import SimpleNamespace

import httpx
import pytest
import uvicorn
import uvloop

from tests.web.world import World, running_hub, until
from web import live
from web.chunks import chunk_of, cycle_of
from web.hub import OVER, RESYNC, Frame, Hub

ADDRESS = "/events?topics=a"
LARGE = "x" * 100_000


def in_loop(test: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    """A test that is a coroutine, in the kind of event loop that the server uses."""

    @wraps(test)
    def run(*args: object, **named: object) -> None:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(test(*args, **named))

    return run


class Stream:
    """What a browser is sent, event by event."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.lines = response.aiter_lines()

    async def event(self) -> str:
        """The next one that is no ping; empty once the stream has ended as HTTP ends a body."""
        told: list[str] = []
        async with asyncio.timeout(5):
            async for line in self.lines:
                if line:
                    told.append(line)
                elif "event: ping" in told:
                    told.clear()
                else:
                    return "\n".join(told)
        return ""


@asynccontextmanager
async def served() -> AsyncIterator[tuple[Hub, World, httpx.AsyncClient]]:
    """The hub's stream at `/events`, on a free port, by the server that Groundwork runs on."""
    async with running_hub() as (hub, world):

        async def application(scope, receive, send):
            await live.answer(hub, world.authorise, scope, receive, send)

        options = {"loop": "none", "http": "httptools", "lifespan": "off", "log_config": None}
        options |= {"timeout_graceful_shutdown": 1}
        server = uvicorn.Server(uvicorn.Config(application, port=0, **options))
        task = asyncio.create_task(server.serve())
        await until(lambda: server.started)
        port = server.servers[0].sockets[0].getsockname()[1]
        try:
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=5) as client:
                yield hub, world, client
        finally:
            hub.close()
            server.should_exit = True
            await task


@asynccontextmanager
async def opened(hub: Hub, client: httpx.AsyncClient) -> AsyncIterator[Stream]:
    async with client.stream("GET", ADDRESS) as response:
        assert response.status_code == 200
        await until(lambda: all(page._held is None for page in hub.everybody()))
        yield Stream(response)


def never(coroutine: object) -> None:
    raise AssertionError("a frame went through `send`")


@in_loop
async def test_a_frame_is_written_without_send(monkeypatch):
    async with served() as (hub, world, client), opened(hub, client) as stream:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(live, "begun", never)
            world.happen("a")
            assert await stream.event() == "id: 1\nevent: swap\ndata: <p id=a>[1]</p>"
            world.happen("a")
            assert await stream.event() == "id: 2\nevent: swap\ndata: <p id=a>[2]</p>"


async def said(client: httpx.AsyncClient, hub: Hub, world: World) -> bytes:
    """Every byte of an answer with two frames, as it is on the wire."""
    url = client.base_url
    reader, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(f"GET {ADDRESS} HTTP/1.1\r\nHost: {url.host}\r\n\r\n".encode())
    await until(lambda: hub.everybody() and all(page._held is None for page in hub.everybody()))
    for number in (1, 2):
        world.happen("a")
        await until(lambda number=number: hub.cursor == number)
        await asyncio.sleep(0.05)
    hub.close()
    text = await asyncio.wait_for(reader.readuntil(b"0\r\n\r\n"), 5)
    writer.close()
    return text.partition(b"\r\n\r\n")[2]


@in_loop
async def test_the_bytes_are_those_that_send_would_write():
    async with served() as (hub, world, client):
        past = await said(client, hub, world)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(live, "cycle_of", lambda send: None)
        async with served() as (hub, world, client):
            through = await said(client, hub, world)
    assert past == through
    assert past.count(b"event: swap") == 2


@in_loop
async def test_a_browser_that_reads_nothing_for_a_while_gets_all_in_order():
    async with served() as (hub, world, client):
        world.html = LARGE + "{numbers}"
        async with opened(hub, client) as stream:
            (page,) = hub.everybody()
            while not page._cycle.flow.write_paused:
                world.happen("a")
                await until(lambda: hub.cursor == len(world.events))
            for _ in range(3):
                world.happen("a")
                await until(lambda: hub.cursor == len(world.events))
            count = len(world.events)
            heard = [await stream.event() for _ in range(count)]
            assert [event[event.rindex("[") :] for event in heard] == [f"[{at + 1}]" for at in range(count)]


async def reset(client: httpx.AsyncClient, hub: Hub, *, requests: int) -> None:
    """Ask for the stream so often on one connection, and break it off as soon as the first is heard."""
    here = socket.create_connection((client.base_url.host, client.base_url.port))
    here.sendall(requests * f"GET {ADDRESS} HTTP/1.1\r\nHost: groundwork\r\n\r\n".encode())
    known = len(hub.everybody())
    await until(lambda: len(hub.everybody()) > known)
    await until(lambda: all(page._held is None for page in hub.everybody()))
    here.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    here.close()


@pytest.mark.parametrize("requests", [1, 2])
@in_loop
async def test_one_that_breaks_off_is_in_no_others_way(requests, caplog):
    async with served() as (hub, world, client), opened(hub, client) as stream:
        for number in range(1, 4):
            await reset(client, hub, requests=requests)
            await asyncio.sleep(0.05)
            world.happen("a")
            assert await stream.event() == f"id: {number}\nevent: swap\ndata: <p id=a>[{number}]</p>"
        await until(lambda: len(hub.everybody()) == 1)
        for page in hub.everybody():
            page._opened -= 20  # a ping is due
        await asyncio.sleep(1.2)
        assert not any(task.done() for task in hub.tasks)
        world.happen("a")
        assert "[4]" in await stream.event()
    assert not [record for record in caplog.records if record.name.startswith("web")]


@in_loop
async def test_a_broken_topic_ends_the_stream():
    async with served() as (hub, world, client), opened(hub, client) as stream:
        world.broken = {"a"}
        world.happen("a")
        assert await stream.event() == ""


def test_a_chunk_has_its_length_before_it():
    assert chunk_of([Frame(1, b"one\n\n"), Frame(2, b"another\n\n")]) == b"e\r\none\n\nanother\n\n\r\n"


def test_frames_that_come_after_one_another_are_not_mixed_up():
    first, second = [Frame(1, b"one")], [Frame(2, RESYNC)]
    assert [chunk_of(first), chunk_of(second), chunk_of(first)] == [
        b"3\r\none\r\n",
        b"%x\r\n%b\r\n" % (len(RESYNC), RESYNC),
        b"3\r\none\r\n",
    ]


def test_no_chunk_is_made_of_the_end_of_a_stream():
    assert chunk_of([Frame(1, b"one"), Frame(2, OVER)]) == b""


@pytest.mark.parametrize("send", [print, SimpleNamespace(send=print).send, lambda message: None])
def test_what_is_no_server_of_ours_is_answered_through_send(send):
    assert cycle_of(send) is None
