import asyncio

import pytest

from tests.web.world import PATIENCE, in_loop, running_hub, until
from web.patience import ask_until_ready

LONG = 600.0


class Answers:
    """An application that answers with these statuses in turn, the last one for ever."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = statuses
        self.bodies: list[dict] = []

    @property
    def asked(self) -> int:
        return len(self.bodies)

    async def __call__(self, scope: dict, receive, send) -> None:
        self.bodies.append(await receive())
        status = self.statuses[min(self.asked, len(self.statuses)) - 1]
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b"%d" % status})


class Client:
    """Waits for topic ``a``. ``statuses`` is what it has received."""

    def __init__(self, hub, application: Answers, seconds: float = LONG) -> None:
        self.sent: list[dict] = []
        self.left = asyncio.Event()
        scope = {"type": "http", "path": "/", "headers": []}
        wait = {"hub": hub, "topic": "a", "seconds": seconds}
        self.waiting = asyncio.create_task(
            ask_until_ready(application, scope, self.receive, self.send, **wait)
        )

    async def receive(self) -> dict:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict) -> None:
        self.sent.append(message)

    async def answer(self) -> int | None:
        """The status that it is answered with; None if nothing was sent."""
        await asyncio.wait_for(self.waiting, PATIENCE)
        return self.sent[0]["status"] if self.sent else None


@pytest.mark.parametrize("status", [200, 401, 404, 500])
@in_loop
async def test_whatever_is_no_408_is_passed_on_at_once(status):
    async with running_hub() as (hub, _):
        application = Answers(status)
        client = Client(hub, application)
        assert await client.answer() == status
        assert application.asked == 1
        assert client.sent[1]["body"] == b"%d" % status


@in_loop
async def test_the_client_waits_until_its_topic_has_the_news():
    async with running_hub() as (hub, world):
        application = Answers(408, 408, 200)
        client = Client(hub, application)
        await until(lambda: application.asked == 1)
        world.happen("a")
        await until(lambda: application.asked == 2)
        world.happen("a")
        assert await client.answer() == 200
        assert application.asked == 3


@in_loop
async def test_news_of_another_topic_wakes_nobody():
    async with running_hub() as (hub, world):
        application = Answers(408, 200)
        client = Client(hub, application)
        await until(lambda: application.asked == 1)
        world.happen("b")
        await until(lambda: hub.cursor == 1)
        world.happen("a")
        assert await client.answer() == 200
        assert application.asked == 2


@in_loop
async def test_news_during_the_answer_is_not_missed():
    async with running_hub() as (hub, world):
        application = Answers(408, 200)

        async def slow(scope, receive, send):
            if not application.asked:
                world.happen("a")
                await until(lambda: hub.cursor == 1)
            await application(scope, receive, send)

        assert await Client(hub, slow).answer() == 200


@in_loop
async def test_a_408_goes_through_when_the_time_is_up():
    async with running_hub() as (hub, _):
        application = Answers(408)
        assert await Client(hub, application, seconds=0).answer() == 408
        assert application.asked == 1


@in_loop
async def test_it_asks_again_without_news_in_case_the_hub_missed_some(monkeypatch):
    monkeypatch.setattr("web.patience.ASK_AGAIN_SECONDS", 0)
    async with running_hub() as (hub, _):
        assert await Client(hub, Answers(408, 408, 408, 200)).answer() == 200


@in_loop
async def test_who_leaves_is_neither_answered_nor_asked_for_again():
    async with running_hub() as (hub, _):
        application = Answers(408)
        client = Client(hub, application)
        await until(lambda: application.asked == 1)
        client.left.set()
        assert await client.answer() is None
        assert application.asked == 1
        assert not hub.listeners


@in_loop
async def test_a_server_that_stops_lets_its_clients_go():
    async with running_hub() as (hub, _):
        hub.closing.set()
        assert await Client(hub, Answers(408)).answer() == 408


@in_loop
async def test_the_application_is_asked_without_a_body_and_nothing_is_drawn():
    async with running_hub() as (hub, world):
        application = Answers(408, 200)
        client = Client(hub, application)
        await until(lambda: application.asked == 1)
        world.happen("a")
        await client.answer()
        assert application.bodies == [{"type": "http.request", "body": b"", "more_body": False}] * 2
        assert not world.rendered
