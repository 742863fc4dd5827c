"""Waiting for a result while things happen."""

import pytest
from asgiref.sync import sync_to_async

from runs.outcomes import complete_run, fail_run
from runs.services import cancel_run
from teams.tokens import revoke_token
from tests.api.conftest import RUNS
from tests.api.streaming import Listening, open_hub
from tests.runs.making import json_output, running
from tests.web.world import in_loop, until
from web.hub import hub


@pytest.fixture
def live_run(start):
    return running(start())


def waits(run):
    return lambda: f"result:{run.run_id}" in hub.listeners


async def answer_of(run, token, change, news):
    """What a waiting client is answered once this has changed."""
    client = Listening(f"{RUNS}/{run.run_id}/result", token)
    await until(waits(run))
    await sync_to_async(change)()
    news.set()
    status = await client.status()
    return status, (await client.message())["body"].decode()


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (lambda run: complete_run(run, json_output({"capital": "Paris"})), 200),
        (lambda run: fail_run(run, "The engine failed on this task."), 404),
    ],
)
def test_who_waits_is_answered_when_the_run_ends(live_run, token, change, status):
    @in_loop
    async def story():
        async with open_hub() as news:
            answer = await answer_of(live_run, token.text, lambda: change(live_run), news)
            assert answer[0] == status
            assert ("Paris" in answer[1]) is (status == 200)

    story()


def test_who_waits_for_a_run_that_is_cancelled_is_told_so(start, token):
    run = start()

    @in_loop
    async def story():
        async with open_hub() as news:
            assert (await answer_of(run, token.text, lambda: cancel_run(run=run), news))[0] == 404

    story()


def test_a_withdrawn_token_waits_no_longer(live_run, token, monkeypatch):
    monkeypatch.setattr("web.hub.GUARD_SECONDS", 0)

    @in_loop
    async def story():
        async with open_hub() as news:
            revoke = lambda: revoke_token(token=token)  # noqa: E731
            assert (await answer_of(live_run, token.text, revoke, news))[0] == 401

    story()


def test_whoever_waits_while_the_server_stops_is_told_to_ask_again(live_run, token):
    @in_loop
    async def story():
        async with open_hub():
            client = Listening(f"{RUNS}/{live_run.run_id}/result", token.text)
            await until(waits(live_run))
            await hub.stop()
            assert await client.status() == 408

    story()


def test_a_client_that_leaves_is_answered_nothing(live_run, token):
    @in_loop
    async def story():
        async with open_hub():
            client = Listening(f"{RUNS}/{live_run.run_id}/result", token.text)
            await until(waits(live_run))
            await client.leave()
            assert client.messages.empty()
            assert not waits(live_run)()

    story()
