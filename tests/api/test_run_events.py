import asyncio

import pytest
from asgiref.sync import sync_to_async

from api.waiting import streams
from runs.models import Run, RunEvent
from runs.outcomes import complete_run
from teams.tokens import revoke_token
from tests.api.conftest import RUNS
from tests.api.streaming import Listening, open_hub
from tests.runs.making import cancelled, completed, failed, json_output, running
from tests.web.world import in_loop

OUTPUT = json_output({"capital": "Paris"})


def say(run, *texts):
    for text in texts:
        run.events.create(kind=RunEvent.Kind.MESSAGE, topic="search", message=text)


def progress(run, read):
    stats = {"considered": 9, "read": read, "meter": 10.0 * read, "sample": ["/library/france/"]}
    run.events.create(kind=RunEvent.Kind.STATS, stats=stats)


def blocks(answer):
    return [block for block in answer.content.decode().split("\n\n") if block]


@pytest.fixture
def events(api):
    def events(run, **headers):
        return api.get(f"{RUNS}/{run.run_id}/events", headers=headers)

    return events


def test_a_finished_run_is_told_again_from_its_beginning(events, start):
    run = running(start())
    say(run, "Objective: the capital")
    progress(run, 1)
    progress(run, 2)
    complete_run(run, OUTPUT)
    names = [block.split("\n")[0] for block in blocks(events(run))]
    assert names == [
        "event: task_run.state",
        "event: task_run.progress_msg.search",
        "event: task_run.progress_stats",
        "event: task_run.state",
    ]


def test_what_a_run_said_just_before_its_end_is_told_though_both_came_while_it_was_read(
    events, start, monkeypatch
):
    run, read = running(start()), streams.rows_after

    def late(first, ids):
        rows = read(first, ids)
        if Run.objects.get(pk=run.pk).is_active:
            say(run, "Last words")
            complete_run(run, OUTPUT)
        return rows

    monkeypatch.setattr(streams, "rows_after", late)
    assert "Last words" in events(run).content.decode()


def test_only_the_newest_progress_is_told(events, start):
    run = running(start())
    progress(run, 1)
    progress(run, 2)
    complete_run(run, OUTPUT)
    (stats,) = [block for block in blocks(events(run)) if "progress_stats" in block]
    assert '"num_sources_read":2' in stats
    assert '"progress_meter":20.0' in stats
    assert "http://testserver/library/france/" in stats


@pytest.mark.parametrize(("bring", "status"), [(failed, "failed"), (cancelled, "cancelled")])
def test_a_run_without_an_answer_ends_with_its_state(events, start, bring, status):
    last = blocks(events(bring(start())))[-1]
    assert f'"status":"{status}"' in last
    assert '"output":null' in last


def test_the_stream_is_framed_as_the_sdks_need_it(events, start):
    answer = events(completed(start()))
    text = answer.content.decode()
    assert answer["Content-Type"].startswith("text/event-stream")
    assert text.endswith("\n\n")
    lines = {line.partition(":")[0] for line in text.split("\n") if line}
    assert lines == {"event", "data"}


@pytest.mark.parametrize("run_id", ["trun_" + "0" * 32, "trun_1", "x"])
def test_an_id_of_no_run_is_not_found_before_any_stream(api, run_id):
    answer = api.get(f"{RUNS}/{run_id}/events")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/json"


def test_another_workspaces_run_is_no_run(outside_api, start):
    assert outside_api.get(f"{RUNS}/{completed(start()).run_id}/events").status_code == 404


def test_without_a_token_nothing_is_streamed(events, start):
    assert events(completed(start()), **{"x-api-key": "gw_no"}).status_code == 401


@pytest.fixture
def listen(token):
    def listen(run, query=""):
        return Listening(f"{RUNS}/{run.run_id}/events", token.text, query)

    return listen


@pytest.fixture
def live_run(start):
    return running(start())


def test_what_happens_while_one_listens_is_told_once_and_in_order(live_run, listen):
    @in_loop
    async def story():
        async with open_hub() as news:
            stream = listen(live_run)
            assert await stream.status() == 200
            assert (await stream.event())["run"]["status"] == "running"
            await sync_to_async(say)(live_run, "one", "two")
            news.set()
            assert [(await stream.event())["message"] for _ in range(2)] == ["one", "two"]
            await sync_to_async(complete_run)(live_run, OUTPUT)
            news.set()
            last = await stream.event()
            assert last["output"]["content"] == {"capital": "Paris"}
            assert last["run"]["is_active"] is False
            assert await stream.event() is None

    story()


def test_a_slow_reader_is_told_all_of_it_all_the_same(live_run, listen):
    @in_loop
    async def story():
        async with open_hub() as news:
            stream = listen(live_run)
            assert await stream.status() == 200
            await stream.event()
            await sync_to_async(say)(live_run, *(f"step {n}" for n in range(150)))
            await sync_to_async(complete_run)(live_run, OUTPUT)
            news.set()
            assert (await stream.types()).count("task_run.progress_msg.search") == 150

    story()


def test_a_withdrawn_token_ends_the_stream(live_run, listen, token, monkeypatch):
    monkeypatch.setattr("web.hub.GUARD_SECONDS", 0)

    @in_loop
    async def story():
        async with open_hub():
            stream = listen(live_run)
            assert await stream.status() == 200
            await stream.event()
            await sync_to_async(revoke_token)(token=token)
            assert (await stream.event())["type"] == "error"
            assert await stream.event() is None

    story()


def test_a_stream_ends_after_its_time(live_run, listen, monkeypatch):
    monkeypatch.setattr("api.waiting.streams.RUN_SECONDS", 0)

    @in_loop
    async def story():
        async with open_hub():
            stream = listen(live_run)
            assert await stream.status() == 200
            assert await stream.types() == ["task_run.state"]

    story()


def test_a_quiet_stream_is_kept_open_by_comments(live_run, listen, monkeypatch):
    monkeypatch.setattr("api.waiting.streams.PING_SECONDS", 0.001)

    @in_loop
    async def story():
        async with open_hub():
            stream = listen(live_run)
            await stream.status()
            await stream.event()
            assert [(await stream.message())["body"] for _ in range(2)] == [b": ping\n\n"] * 2
            await stream.leave()

    story()


def test_who_leaves_is_no_longer_told(live_run, listen):
    @in_loop
    async def story():
        async with open_hub():
            stream = listen(live_run)
            await stream.status()
            await stream.event()
            await stream.leave()
            await asyncio.sleep(0)
            assert stream.call.done()

    story()
