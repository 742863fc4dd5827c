"""A run that somebody watches shows its steps as they are told."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

from dispatch.hosted import watching
from dispatch.hosted.watching import MOST_WATCHED, Watchers
from provider.answers import Progress, TaskRun, read_run
from provider.errors import Doubtful, Refused

PATIENCE = 10


def step(message: str) -> Progress:
    return Progress("plan", message, "", 0, 0, 0.0, ())


def state(status: str) -> TaskRun:
    return read_run({"run_id": "trun_0", "status": status})


class Told:
    """A client whose streams tell these, one stream after another; the last one then stays open."""

    def __init__(self, *streams: list) -> None:
        self.streams, self.asked = list(streams), 0

    async def run_events(self, run_id: str) -> AsyncIterator[Progress | TaskRun]:
        self.asked += 1
        for event in self.streams.pop(0) if self.streams else []:
            if isinstance(event, Exception):
                raise event
            yield event
        if not self.streams:
            await asyncio.Event().wait()


class Kept:
    """A database that keeps what it is given; the run is over here once `is_over`."""

    def __init__(self) -> None:
        self.steps: list[str] = []
        self.begun: list[str] = []
        self.is_over = False
        self.news = asyncio.Event()

    async def surely(self, function, group, run, steps=None):
        self.news.set()
        if steps is None:
            self.begun += run
            return None
        self.steps += [each.message for each in steps]
        return not self.is_over

    async def until(self, happened) -> None:
        while not happened():
            self.news.clear()
            await self.news.wait()


def watched(client: Told, happened, monkeypatch) -> Kept:
    """What was kept of a run's stream, once that has come about."""
    monkeypatch.setattr(watching.Backoff, "next", lambda self: 0.0)

    async def watch() -> Kept:
        kept = Kept()
        watchers = Watchers(client, kept)
        watchers.watch(None, uuid4(), "trun_0")
        try:
            async with asyncio.timeout(PATIENCE / 5):
                await kept.until(lambda: happened(kept))
        finally:
            await watchers.stop()
        return kept

    return asyncio.run(watch())


def test_a_first_step_is_kept_at_once(monkeypatch):
    kept = watched(Told([state("running"), step("one")]), lambda kept: kept.steps, monkeypatch)
    assert (kept.steps, kept.begun) == (["one"], ["trun_0"])


def test_a_step_soon_after_another_does_not_wait_for_a_third(monkeypatch):
    client = Told([step("one"), step("two")])
    watched(client, lambda kept: kept.steps == ["one", "two"], monkeypatch)


def test_the_last_steps_are_kept_with_the_end(monkeypatch):
    client = Told([step("one"), step("two"), state("completed")], [])
    kept = watched(client, lambda kept: len(kept.steps) == 2, monkeypatch)
    assert kept.steps == ["one", "two"]


def test_a_stream_that_breaks_is_taken_up_again(monkeypatch):
    client = Told([step("one"), Doubtful("It broke.")], [step("one"), step("two"), state("completed")], [])
    kept = watched(client, lambda kept: "two" in kept.steps, monkeypatch)
    assert kept.steps[-1] == "two"


def test_a_stream_that_is_refused_is_left(monkeypatch):
    client = Told([step("one"), Refused("No.", 404)], [])
    watched(client, lambda kept: kept.steps, monkeypatch)
    assert client.asked == 1


def test_no_more_are_watched_at_a_time_than_a_few():
    async def watch() -> int:
        watchers = Watchers(Told([]), Kept())
        for _ in range(MOST_WATCHED + 5):
            watchers.watch(None, uuid4(), "trun_0")
        number = len(watchers.tasks)
        await watchers.stop()
        return number

    assert asyncio.run(watch()) == MOST_WATCHED
