"""A fake that serves, and somebody who asks it."""

from collections.abc import Iterator
from typing import Any

import httpx
import orjson
import pytest

from tests.upstream import Upstream, running

LITE = {"processor": "lite"}
TEXT_SPEC = {"output_schema": "One sentence"}
QUICK = (0.0, 0.02)


class Asking:
    """A client of one fake, with the few things that the tests do over and over."""

    def __init__(self, upstream: Upstream) -> None:
        self.upstream = upstream
        self.http = httpx.Client(
            base_url=upstream.url, timeout=5, verify=False
        )  # certificates take long to load

    def run(self, given: Any = "France", **more: Any) -> httpx.Response:
        return self.http.post("/v1/tasks/runs", json={"input": given, **LITE, **more})

    def run_id(self, given: Any = "France", **more: Any) -> str:
        return self.run(given, **more).json()["run_id"]

    def group_id(self) -> str:
        return self.http.post("/v1/tasks/groups", json={}).json()["taskgroup_id"]

    def add(self, group_id: str, *given: Any, **more: Any) -> httpx.Response:
        inputs = [{"input": one, **LITE} for one in given]
        return self.http.post(f"/v1/tasks/groups/{group_id}/runs", json={"inputs": inputs, **more})

    def result(self, run_id: str, timeout: float = 5) -> httpx.Response:
        return self.http.get(f"/v1/tasks/runs/{run_id}/result", params={"timeout": timeout})

    def events(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """Every event of a stream that ends."""
        return events_of(self.http.get(f"/v1/tasks/{path}", params=query).text)

    def broken_stream(self, path: str, **query: Any) -> tuple[str, type[Exception] | None]:
        """What came of a stream until it ended, broke or fell silent, and how it did."""
        text = b""
        try:
            with self.http.stream("GET", f"/v1/tasks/{path}", params=query, timeout=0.2) as stream:
                for part in stream.iter_raw():
                    text += part
        except httpx.TransportError as broken:
            return text.decode(), type(broken)
        return text.decode(), None


def events_of(text: str) -> list[dict[str, Any]]:
    """The data of each event of a whole stream; comments are left out."""
    blocks = (block for block in text.split("\n\n") if block and not block.startswith(":"))
    return [orjson.loads(block.split("\ndata: ", 1)[1]) for block in blocks]


def states(events: list[dict[str, Any]]) -> list[str]:
    """The ids of the runs that the events are about."""
    return [event["run"]["run_id"] for event in events if event["type"] == "task_run.state"]


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    """Its runs end within 20 ms."""
    with running(latency=QUICK, heartbeat=0.02) as upstream:
        yield upstream


@pytest.fixture
def asking(upstream: Upstream) -> Iterator[Asking]:
    asking = Asking(upstream)
    with asking.http:
        yield asking
