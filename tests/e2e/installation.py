"""An installation and the browser that looks at it, for browser tests and for screenshots."""

import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Self

import httpx
import psutil
from playwright.sync_api import Browser, StorageState

from tests.crash.server import ROOT, Server, clean_environment

BROWSER_ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic", "--no-first-run",
]  # fmt: skip


def launch_options() -> dict[str, Any]:
    """The browser that GROUNDWORK_TEST_BROWSER names, or the system's, or the one that Playwright brought."""
    path = os.environ.get("GROUNDWORK_TEST_BROWSER") or shutil.which("chromium")
    return {"args": BROWSER_ARGUMENTS} | ({"executable_path": path} if path else {})


class Installation(Server):
    """`script/server` on a folder of its own, with what a person does beside it in a terminal."""

    def __init__(self, data: Path, *options: str, **more: Any) -> None:
        self.data = data
        super().__init__(data, *options, **more)

    def manage(self, *arguments: str) -> str:
        """What `script/manage` printed."""
        env = {**clean_environment(), "GROUNDWORK_DATA": str(self.data)}
        command = [ROOT / "script" / "manage", *arguments]
        return subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout.strip()

    def api(self) -> httpx.Client:
        """A script with a token."""
        token = self.manage("createtoken", "--workspace", "default", "--name", "Nightly").split()[-1]
        return httpx.Client(base_url=self.url, headers={"x-api-key": token}, timeout=30)

    def ready(self, seconds: float = 120) -> Self:
        super().ready(seconds)
        return self

    def sign_in(self, browser: Browser, link: str) -> StorageState:
        """What a browser keeps after it has followed a sign-in link."""
        context = browser.new_context()
        context.new_page().goto(link)
        state = context.storage_state()
        context.close()
        return state

    @contextmanager
    def asleep(self) -> Iterator[None]:
        """Nobody does research for a while, so that a run can be seen waiting."""
        workers = [process for process in self.tree() if "research@" in " ".join(process.cmdline())]
        assert workers
        deadline = time.monotonic() + 20
        stop(workers)
        while not self.can_be_written():  # one of them was just writing, and holds everybody else up
            assert time.monotonic() < deadline, "somebody else writes all the time"
            each(workers, "resume")
            time.sleep(0.05)
            stop(workers)
        try:
            yield
        finally:
            each(workers, "resume")

    @contextmanager
    def nothing_written(self) -> Iterator[None]:
        """Whoever wants to write waits for a while; reading goes on."""
        with closing(sqlite3.connect(self.data / "groundwork.sqlite3", timeout=20)) as database:
            database.execute("BEGIN IMMEDIATE")
            try:
                yield
            finally:
                database.rollback()

    def can_be_written(self) -> bool:
        """Whether none holds the databases for longer than a write takes."""
        try:
            for name in ("groundwork", "engine"):
                with closing(sqlite3.connect(self.data / f"{name}.sqlite3", timeout=1)) as database:
                    database.execute("BEGIN IMMEDIATE")
                    database.rollback()
        except sqlite3.OperationalError:
            return False
        return True


def stop(processes: Sequence[psutil.Process]) -> None:
    """Come back when they stand still: until a thread of theirs has seen the signal, the others go on."""
    each(processes, "suspend")
    deadline = time.monotonic() + 20
    while any(process.status() != psutil.STATUS_STOPPED for process in processes):
        assert time.monotonic() < deadline, "not all could be stopped"
        time.sleep(0.005)


def each(processes: Sequence[psutil.Process], act: str) -> None:
    for process in processes:
        getattr(process, act)()


def ask(api: httpx.Client, about: str | dict[str, str], spec: object, processor: str = "lite") -> str:
    """Start a run by the API; its id."""
    body = {"input": about, "processor": processor, "task_spec": {"output_schema": spec}}
    return api.post("/v1/tasks/runs", json=body).raise_for_status().json()["run_id"]


def settle(api: httpx.Client, run_id: str, seconds: float = 30) -> None:
    """Come back when the run has ended, however it ended."""
    deadline = time.monotonic() + seconds
    while api.get(f"/v1/tasks/runs/{run_id}").raise_for_status().json()["is_active"]:
        assert time.monotonic() < deadline, f"{run_id} has not ended in {seconds} s"
        api.get(f"/v1/tasks/runs/{run_id}/result", params={"timeout": 1})
