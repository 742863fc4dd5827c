"""Three places that say they speak the Task API: the fake, this installation, and the hosted API.

The fake is asked in every run of the tests, our own ``/v1`` too, by a real server in a thread. The hosted API
is asked where PARALLEL_API_KEY is set, which costs a few of its cheapest runs.
"""

import asyncio
import os
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from asgiref.sync import sync_to_async
from django.db import connections

from dispatch.engine_jobs import carry_out, claim_pending
from engine.research import research
from provider.client import Client
from teams.services import set_up_first_workspace
from teams.tokens import create_token
from tests.dispatch.hosted.conftest import on_a_file
from tests.upstream import running

PATIENCE = 20.0
HOSTED_PATIENCE = 600.0
KEY, URL = (
    os.environ.get("PARALLEL_API_KEY", ""),
    os.environ.get("PARALLEL_BASE_URL", "https://api.parallel.ai"),
)
OURS = pytest.mark.django_db(transaction=True, databases=["default", "engine"])


@dataclass(frozen=True)
class Place:
    name: str
    url: str
    key: str
    patience: float = PATIENCE

    def ask(self, question: Callable[[Client], Awaitable[Any]], key: str | None = None) -> Any:
        """What came of this question to a client of its own."""

        async def asked() -> Any:
            async with asyncio.timeout(self.patience):
                async with Client(self.url, self.key if key is None else key) as client:
                    return await question(client)

        return asyncio.run(asked())


class Serving(uvicorn.Server):
    """A server in a thread; signals are none of its business."""

    def __init__(self) -> None:
        from config.asgi import application  # only here: it looks at once for the static files

        super().__init__(
            uvicorn.Config(application, port=0, lifespan="on", log_level="error", timeout_graceful_shutdown=1)
        )
        self.is_up = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self.is_up.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    @property
    def url(self) -> str:
        host, port = self.servers[0].sockets[0].getsockname()[:2]
        return f"http://{host}:{port}"


class Engine(threading.Thread):
    """Stands in for dispatch and the research workers: carries out what waits, one after the other."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.wait(0.01):
            for run_id in claim_pending():
                carry_out(run_id, research)
        connections.close_all()


@contextmanager
def installation() -> Iterator[Place]:
    """Our own API, served for real, with a token for it and somebody who does the research."""
    _, token = create_token(workspace=set_up_first_workspace(), name="Contract")
    server, engine = Serving(), Engine()
    server.thread.start()
    engine.start()
    try:
        assert server.is_up.wait(PATIENCE)
        yield Place("ours", server.url, token)
    finally:
        server.should_exit = True
        engine.over.set()
        server.thread.join(PATIENCE)
        engine.join(PATIENCE)
        asyncio.run(sync_to_async(connections.close_all)())  # in the thread that the server's hub has asked


@pytest.fixture(
    params=[
        "fake",
        pytest.param("ours", marks=OURS),
        pytest.param("hosted", marks=pytest.mark.skipif(not KEY, reason="needs PARALLEL_API_KEY")),
    ]
)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    if request.param == "fake":
        with running(latency=(0.0, 0.02), key="a key") as upstream:
            yield Place("fake", upstream.url, "a key")
    elif request.param == "hosted":
        yield Place("hosted", URL, KEY, HOSTED_PATIENCE)
    else:
        request.getfixturevalue("transactional_db")
        request.getfixturevalue("small_library")
        with ExitStack() as stack:
            for alias in ("default", "engine"):
                if connections[alias].vendor == "sqlite":
                    stack.enter_context(on_a_file(tmp_path, alias))
            yield stack.enter_context(installation())
