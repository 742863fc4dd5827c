"""The whole way of a server, with shell scripts for its commands and a bare web server for its parts."""

import os
import socket
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest

from supervisor import __main__ as command
from supervisor import broker, installation
from supervisor.health import HealthCheck
from supervisor.loop import CannotStart
from supervisor.part import Part
from supervisor.preflight import Refused
from tests.crash.server import free_port

STOP = "kill -TERM $PPID"  # the shell's parent is the supervisor


@pytest.fixture(autouse=True)
def process_restored(signals_restored: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(os, "environ", os.environ.copy())
    umask = os.umask(0o077)
    yield
    os.umask(umask)


@pytest.fixture
def given(tmp_path: Path) -> Namespace:
    return Namespace(
        host="127.0.0.1",
        port=free_port(),
        data=tmp_path / "data",
        only=installation.KINDS,
        keyless=True,
        verbose=False,
    )


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    lines: list[str] = []
    monkeypatch.setattr(command, "say", lines.append)
    return lines


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def parts(host: str, port: int, *, with_broker: bool, only: Sequence[str]) -> list[Part]:
        if "web" not in only:
            return [Part(kind, ["sleep", "60"]) for kind in only]
        name = "web" if with_broker else "web alone"
        return [Part(name, [sys.executable, "-m", "http.server", "--bind", host, str(port)])]

    def use(**scripts: str) -> None:
        monkeypatch.setenv("REDIS_URL", "redis://elsewhere")
        monkeypatch.setattr(
            installation,
            "manage",
            lambda name, *_, **kinds: Part(name, ["sh", "-c", scripts[name]], once=True, **kinds),
        )
        monkeypatch.setattr(installation, "parts", parts)
        monkeypatch.setattr(command, "HealthCheck", partial(HealthCheck, path="/"))

    return use


def test_it_prepares_starts_says_ready_and_gives_the_link(
    given: Namespace, said: list[str], stand_in: Callable[..., None]
) -> None:
    stand_in(prepare="echo preparing", signin=f"echo link; {STOP}")
    command.serve(given)
    assert said[:3] == [
        "preparing",
        f"Starting web; logs are in {given.data}/logs.",
        f"Groundwork is ready at http://127.0.0.1:{given.port}/",
    ]
    assert sorted(said[3:]) == ["Stopping.", "link"]


def test_every_part_finds_the_installation_in_its_environment(
    given: Namespace, said: list[str], stand_in: Callable[..., None]
) -> None:
    names = ("HOST", "PORT", "DATA")
    stand_in(prepare=f"echo {' '.join(f'$GROUNDWORK_{name}' for name in names)}; {STOP}")
    command.serve(given)
    assert f"127.0.0.1 {given.port} {given.data}" in said


def test_its_address_stands_in_the_data_folder_for_as_long_as_it_runs(
    given: Namespace, said: list[str], stand_in: Callable[..., None]
) -> None:
    stand_in(prepare=f"cat {given.data}/address; {STOP}")
    command.serve(given)
    assert [line for line in said if line != "Stopping."][:2] == ["127.0.0.1", str(given.port)]
    assert not (given.data / "address").exists()


def test_a_sign_in_link_is_shown_and_kept_nowhere(
    given: Namespace, said: list[str], stand_in: Callable[..., None]
) -> None:
    stand_in(prepare="true", signin=f"echo http://sign.in/once; {STOP}")
    command.serve(given)
    assert "http://sign.in/once" in said
    assert not [path for path in given.data.rglob("*.log") if "sign.in" in path.read_text()]


def test_nothing_is_started_when_the_preparation_fails(
    given: Namespace, said: list[str], stand_in: Callable[..., None]
) -> None:
    stand_in(prepare="echo 'The disk is full.'; exit 1")
    with pytest.raises(
        CannotStart, match=r"could not be prepared \(The disk is full\.; its log is .*prepare\.log\)"
    ):
        command.serve(given)
    assert said == ["The disk is full."]


def test_nothing_is_started_after_a_stop(
    given: Namespace, said: list[str], stand_in: Callable[..., None]
) -> None:
    stand_in(prepare=STOP)
    command.serve(given)
    assert said == ["Stopping."]


def test_a_failing_link_is_said_and_the_server_stays(
    given: Namespace, said: list[str], stand_in: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(prepare="true", signin="echo 'There is no workspace.'; exit 1")
    monkeypatch.setattr(command.Supervisor, "run", lambda supervisor: None)
    command.serve(given)
    assert said[-2].startswith("No sign-in link could be made (There is no workspace.; ")


def test_without_any_broker_it_says_so_once_and_goes_on(
    given: Namespace, said: list[str], stand_in: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(prepare="echo broker:$REDIS_URL", signin=STOP)
    monkeypatch.delenv("REDIS_URL")
    monkeypatch.setattr(broker, "binaries", lambda: ["false"])
    command.serve(given)
    assert said[:3] == [command.NO_BROKER, "broker:", f"Starting web alone; logs are in {given.data}/logs."]


def test_with_a_broker_every_part_knows_its_address(
    given: Namespace, said: list[str], stand_in: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(prepare=f"echo $REDIS_URL; {STOP}")
    monkeypatch.delenv("REDIS_URL")
    command.serve(given)
    assert broker.url(given.data) in said
    assert not broker.answers(broker.socket_path(given.data))


@pytest.fixture
def workers_alone(given: Namespace, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are started where the others are reached, and are steady at once."""
    given.only = ("dispatch", "research")
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere/groundwork")
    monkeypatch.setenv("SECRET_KEY", "the others' too")
    monkeypatch.setattr("supervisor.loop.STEADY_AFTER", 0)


def test_workers_alone_say_that_they_run_and_give_no_link(
    given: Namespace,
    said: list[str],
    stand_in: Callable[..., None],
    workers_alone: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stand_in(prepare="true", signin="echo link")
    monkeypatch.setattr(command.Supervisor, "run", lambda supervisor: None)
    command.serve(given)
    assert said == [
        f"Starting dispatch, research; logs are in {given.data}/logs.",
        "Groundwork's dispatch and research workers are running.",
        "Stopping.",
    ]


def test_workers_alone_need_no_port_and_claim_no_address(
    given: Namespace, said: list[str], stand_in: Callable[..., None], workers_alone: None
) -> None:
    stand_in(prepare=f"ls {given.data}; {STOP}")
    with socket.create_server(("127.0.0.1", given.port)):
        command.serve(given)
    assert "address" not in said


def test_parts_that_could_not_reach_the_others_are_not_started(
    given: Namespace, said: list[str], stand_in: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in()
    given.only = ("research",)
    for name in ("DATABASE_URL", "SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(Refused, match=r"--only research .* Set DATABASE_URL and SECRET_KEY to what is set"):
        command.serve(given)
    assert said == []
    assert not given.data.exists()
