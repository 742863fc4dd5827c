"""A real Office, in an event loop of its own thread, against the fake provider; and a database for both.

On SQLite the tests' database lives in memory, where threads lock each other out; here each test gets a copy
of it in a file, as an installation has one.
"""

import asyncio
import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import uvloop
from django.db import connections
from django.utils import timezone

from dispatch.hosted import state
from dispatch.hosted.service import Office
from dispatch.models import HostedGroup
from provider.types import parse_task_run_input
from runs.models import Run, RunEvent, TaskGroup
from runs.services import run_from, store_runs
from runs.status import Status
from teams.models import Provider, Workspace
from teams.providers import create_hosted_provider
from tests.upstream import RID_KEY, Upstream, running

PATIENCE = 15.0
"""Seconds until a test that waits for something gives up."""
GLANCE = 0.005
TEXT = {"output_schema": {"type": "text", "description": "One sentence."}}
Start = Callable[..., list[Run]]


def until(happened: Callable[[], Any], what: str = "", seconds: float = PATIENCE) -> Any:
    """What `happened` gives, once that is true; asked again and again, but not for ever."""
    deadline = time.monotonic() + seconds
    while not (answer := happened()):
        if time.monotonic() > deadline:
            raise AssertionError(f"It did not come about in {seconds} s: {what or happened}")
        threading.Event().wait(GLANCE)
    return answer


@contextmanager
def on_a_file(folder: Path, alias: str = "default") -> Iterator[None]:
    """A copy of the tests' SQLite database in a file; every thread that connects now gets that one."""
    memory = connections[alias]
    memory.ensure_connection()
    file = folder / f"{alias}.sqlite3"
    with closing(sqlite3.connect(file)) as copy:
        memory.connection.backup(copy)
    shared = connections.settings[alias]
    name = shared["NAME"]
    memory.settings_dict = {**shared}  # under its own name, closing it does nothing; else it would be gone
    shared["NAME"] = str(file)
    connections[alias] = type(memory)(shared, alias)
    try:
        yield
    finally:
        connections[alias].close()
        connections[alias] = memory
        shared["NAME"] = name


@pytest.fixture(autouse=True)
def shared_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    """For tests whose threads write, too: those with ``transaction=True``. A live server has its own way."""
    marker = request.node.get_closest_marker("django_db")
    writes = marker is not None and marker.kwargs.get("transaction")
    if not writes or "live_server" in request.fixturenames:
        yield
        return
    request.getfixturevalue("transactional_db")
    if connections["default"].vendor != "sqlite":
        yield
        return
    with on_a_file(tmp_path):
        yield


@pytest.fixture(autouse=True)
def dispatching(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Doubts are settled at once, a provider that fails is asked again soon; a lease is not outlived."""
    settings.DISPATCH_LEASE_SECONDS = 60
    settings.DISPATCH_SETTLE_SECONDS = 0
    settings.DISPATCH_SWEEP_SECONDS = 60
    monkeypatch.setattr(state, "FIRST_WAIT", 0.05)
    monkeypatch.setattr(state, "LONGEST_WAIT", 0.2)


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    """Its runs end within 20 ms, unless they are held."""
    with running(latency=(0.0, 0.02), heartbeat=0.05) as upstream:
        yield upstream


@pytest.fixture
def provider(workspace: Workspace, upstream: Upstream) -> Provider:
    """The fake, as the provider of all new runs."""
    return provider_at(workspace, upstream)


def provider_at(workspace: Workspace, upstream: Upstream, name: str = "Parallel", **more: Any) -> Provider:
    more = {"make_default": True} | more
    return create_hosted_provider(workspace=workspace, name=name, base_url=upstream.url, key="a key", **more)


@pytest.fixture
def batch(provider: Provider) -> Start:
    """Store runs that belong to a group of ours: ``batch("France", "Japan", processor="lite")``."""

    def batch(*inputs: Any, **more: Any) -> list[Run]:
        group = TaskGroup.objects.create(workspace=provider.workspace)
        runs = [
            run_from(
                parse_task_run_input({"processor": "lite", **more, "input": given}),
                workspace=provider.workspace,
                provider=provider,
                group=group,
                position=position,
            )
            for position, given in enumerate(inputs, 1)
        ]
        store_runs(runs)
        return runs

    return batch


@pytest.fixture
def alone(provider: Provider) -> Callable[..., Run]:
    """Store one run that belongs to no group."""

    def alone(given: Any = "France", **more: Any) -> Run:
        asked = parse_task_run_input({"processor": "lite", **more, "input": given})
        run = run_from(asked, workspace=provider.workspace, provider=provider)
        store_runs([run])
        return run

    return alone


class Worker(threading.Thread):
    """An Office that looks again and again, as a dispatch worker has it; `office` is for its own loop."""

    def __init__(self, owner: str) -> None:
        super().__init__(name=f"worker {owner}", daemon=True)
        self.owner = owner
        self.ready = threading.Event()
        self.over = False
        self.is_killed = False
        self.is_looking = True
        self.looked = 0
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(self.work())
        except BaseException as error:
            self.error = error
        self.ready.set()

    async def work(self) -> None:
        self.loop, self.office = asyncio.get_running_loop(), Office(self.owner)
        self.ready.set()
        try:
            while not self.over:
                if self.is_looking:
                    await self.office.look_again()
                    self.looked += 1
                await asyncio.sleep(GLANCE)
        finally:
            if self.is_killed:
                self.office.owner = "nobody"  # it lets nothing go
            await self.office.close()

    def begin(self) -> "Worker":
        self.start()
        assert self.ready.wait(PATIENCE)
        return self

    def call(self, act: Callable[[], Any]) -> Any:
        """What `act` gives, called in the worker's loop."""

        async def called() -> Any:
            return act()

        return asyncio.run_coroutine_threadsafe(called(), self.loop).result(PATIENCE)

    def followers(self) -> list[Any]:
        return [one for carrier in self.office.carriers.values() for one in carrier.followers.values()]

    def sweep(self) -> int:
        """Have each of its groups looked at as a whole now; how many these are."""
        return self.call(lambda: len([one.sweep_now.set() for one in self.followers()]))

    def look_twice(self) -> None:
        """Wait until a look has begun and ended after now."""
        seen = self.looked
        until(lambda: self.error or self.looked >= seen + 2, f"{self.name} looks")

    def stop(self) -> None:
        """As it is told to."""
        self.over = True
        self.join(PATIENCE)
        assert not self.is_alive(), f"{self.name} does not stop"
        if self.error:
            raise self.error

    def kill(self) -> None:
        """At once, and without letting go of what it holds."""
        self.is_killed = True
        self.stop()


@pytest.fixture
def worker() -> Iterator[Callable[..., Worker]]:
    """Start a worker: ``worker()``, ``worker("another")``; each is stopped at the end."""
    started: list[Worker] = []

    def begin(owner: str = "first") -> Worker:
        started.append(Worker(owner).begin())
        return started[-1]

    yield begin
    for one in started:
        if one.is_alive():
            one.stop()


@pytest.fixture
def faults_seen(caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """What was logged as an error: nothing, at the end, unless a test takes it out of here."""
    caplog.set_level(logging.ERROR)
    expected: list[str] = []
    yield expected
    met = [record.getMessage() for record in caplog.get_records("call") if record.levelno >= logging.ERROR]
    assert [message for message in met if not any(words in message for words in expected)] == []


def fresh(run: Run) -> Run:
    return Run.objects.get(pk=run.pk)


def has(run: Run, *statuses: str) -> Callable[[], bool]:
    return lambda: fresh(run).status in statuses


def all_are(runs: list[Run], status: str) -> Callable[[], bool]:
    ids = [run.pk for run in runs]
    return lambda: Run.objects.filter(pk__in=ids, status=status).count() == len(ids)


def states_of(run: Run) -> list[str]:
    return list(run.events.filter(kind=RunEvent.Kind.STATE).values_list("after", flat=True))


def notes_of(run: Run) -> list[str]:
    return list(run.events.filter(kind=RunEvent.Kind.NOTE).values_list("message", flat=True))


def upstream_of(upstream: Upstream, run: Run) -> list[Any]:
    """The runs that the fake has for this one of ours."""
    found = list(upstream.state.runs.values())
    return [one for one in found if (one.metadata or {}).get(RID_KEY) == run.pk.hex]


def let_lapse(owner: str = "") -> None:
    """The worker of these groups, or of all, was not heard of in time."""
    groups = HostedGroup.objects.living()
    groups = groups.filter(owner=owner) if owner else groups
    groups.update(lease_until=timezone.now() - timedelta(seconds=1))


COMPLETED, FAILED, PENDING = Status.COMPLETED, Status.FAILED, Status.PENDING
