"""A language model on this machine, asked by a run over a small library."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from engine.llm import asking, client
from engine.llm.endpoint import Llm
from engine.output import Output
from engine.research import research
from tests.engine.conftest import SCOPE, add, page
from tests.llm.server import Mode, Server, served

KEY = "sk-secret"
PORT = {
    "": [
        "The Port of Aldwick is a harbour on the Grey Sea. It handles 12.5 million tonnes of cargo each year."
    ],
    "Facts": [
        ("Operator", "Aldwick Harbour Trust"),
        ("Opened to ships on", "3 May 1887"),
        ("Deepest berth", "16.5 m"),
        ("Night pilots", "yes"),
        ("Ownership", "listed on the exchange"),
    ],
    "Neighbours": [
        "Ferries leave Aldwick for Brightsea, Calder and Dunmore. Its crews load about 2,400 ships."
    ],
}
TWIN = {
    "": ["Aldwick lies in the north. Freight in the Port of Aldwick reached 12.5 million tonnes last year."],
}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pause before asking again, and nothing is remembered of another test's endpoint."""
    monkeypatch.setattr(client, "PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(client, "TICK_SECONDS", 0.05)
    asking.forget_forms()


@pytest.fixture
def endpoint() -> Iterator[Callable[[Mode], tuple[Llm, Server]]]:
    """``endpoint(mode)`` serves it: the model to give to a run, and the server to look into."""
    with ExitStack() as stack:

        def endpoint(mode: Mode, **more: object) -> tuple[Llm, Server]:
            server = stack.enter_context(served(mode))
            return Llm(server.url, "test", KEY, **more), server

        yield endpoint


@pytest.fixture
def port(db: None) -> None:
    add([page("Port of Aldwick", PORT, kind="port"), page("Shipping news", TWIN, kind="article")])


@pytest.fixture
def run(port: None) -> Callable[..., Output]:
    """``run(llm, {"cargo": {"type": "integer"}})`` about the port."""

    def run(llm: Llm | None, fields: dict | None = None, about: object = "Port of Aldwick", **more) -> Output:
        schema = {"type": "object", "properties": fields, "required": list(fields)} if fields else None
        spec = {"output_schema": {"json_schema": schema}} if schema else more.pop("task_spec", None)
        asked = {"input": about, "task_spec": spec, "processor": "base", "scopes": [SCOPE], "llm": llm}
        return research(**asked | more)

    return run
