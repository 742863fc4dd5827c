"""The makers' own clients, each in the environment that its pins ask for, before a real installation.

script/test makes the environments. A program gets an address and a token, does what its users do, and prints
as JSON what came of it; the tests judge that.
"""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.clients.receiver import Receiver
from tests.crash.server import ROOT, clean_environment
from tests.e2e.installation import Installation

PROGRAMS = Path(__file__).parent / "programs"
ENVIRONMENTS = ROOT / ".venv-clients"
CHAT_PER_MINUTE = 150
Runs = Callable[..., Any]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/clients/" in item.path.as_posix():
            item.add_marker(pytest.mark.clients)


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    data = tmp_path_factory.mktemp("clients") / "data"
    limits = f"chat={CHAT_PER_MINUTE},tasks=0"
    with Installation(data, ALLOW_PRIVATE_FETCH="127.0.0.1", API_RATE_LIMITS=limits) as started:
        yield started.ready()


@pytest.fixture(scope="session")
def token(installation: Installation) -> str:
    return new_token(installation, "Clients")


@pytest.fixture(scope="session")
def api(installation: Installation, token: str) -> Iterator[httpx.Client]:
    """No client at all: requests as they are written by hand."""
    with httpx.Client(base_url=installation.url, headers={"x-api-key": token}, timeout=60) as client:
        yield client


def new_token(installation: Installation, name: str, role: str = "editor") -> str:
    return installation.manage("createtoken", "--name", name, "--role", role).split()[-1]


@pytest.fixture(scope="session")
def told_by(installation: Installation, token: str) -> Runs:
    """``told_by("parallel", "runs.py", "argument", SETTING="value")``: what the program has printed."""

    def run(client: str, program: str, *arguments: str, **settings: str) -> Any:
        address = {"GROUNDWORK_URL": installation.url, "GROUNDWORK_TOKEN": token}
        keys = {"PARALLEL_BASE_URL": installation.url, "PARALLEL_API_KEY": token, "OPENAI_API_KEY": token}
        done = subprocess.run(
            [*interpreter(client), PROGRAMS / program, *arguments],
            env={**without_keys(), "PYTHONDONTWRITEBYTECODE": "1", **address, **keys, **settings},
            capture_output=True,
            text=True,
            timeout=180,
        )
        assert done.returncode == 0, f"{program} failed:\n{done.stdout[-2000:]}\n{done.stderr[-6000:]}"
        return json.loads(done.stdout)

    return run


def interpreter(client: str) -> list[str | Path]:
    """What runs the programs of a client: its environment's Python, Node.js or the shell."""
    if client == "node":
        assert (PROGRAMS.parent / "node_modules").is_dir(), "script/test installs what these programs need."
        return ["node"]
    if client == "shell":
        return ["bash", "-euo", "pipefail"]
    python = ENVIRONMENTS / client / "bin" / "python"
    assert python.exists(), f"script/test makes the environment {python.parent.parent}."
    return [python, "-W", "error::DeprecationWarning:__main__"]


def without_keys() -> dict[str, str]:
    """The environment, without what would lead a client elsewhere."""
    foreign = ("OPENAI_", "PARALLEL_", "LANGCHAIN_", "LANGSMITH_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
    inherited = clean_environment().items()
    return {name: value for name, value in inherited if not name.upper().startswith(foreign)}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Somebody who is told by webhooks."""
    with Receiver() as listening:
        yield listening
