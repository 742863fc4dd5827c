import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest

from supervisor.broker import url
from tests.crash.server import ROOT, Server, clean_environment

pytestmark = pytest.mark.crash
STOPPED_WITHIN = 5  # seconds; what the manual promises
BROKER = "-server"  # valkey-server or redis-server, whichever is there


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that has been started on once, with a blank in its path."""
    folder = tmp_path_factory.mktemp("first start") / "data"
    with Server(folder, first=True) as server:
        server.ready()
    return folder


@pytest.fixture
def server(data: Path) -> Iterator[Server]:
    with Server(data) as started:
        yield started.ready()


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("running") / "data"


@pytest.fixture(scope="module")
def running(elsewhere: Path) -> Iterator[Server]:
    """A server of its own for the tests that leave it running."""
    with Server(elsewhere) as started:
        yield started.ready()


def wait_for_end(processes: list[psutil.Process]) -> None:
    _, living = psutil.wait_procs(processes, timeout=STOPPED_WITHIN)
    assert living == []


def is_ready(server: Server) -> bool:
    try:
        return httpx.get(f"{server.url}/healthz", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


@contextmanager
def signed_in(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(follow_redirects=True) as client:
        client.get(server.wait_for("http")).raise_for_status()
        yield client


def test_the_ready_line_and_the_link_come_last_and_once(server: Server) -> None:
    link = server.wait_for("http")
    assert [line for line in server.said if line.startswith("Groundwork")] == [
        f"Groundwork is ready at {server.url}/"
    ]
    assert server.said[-2:] == [f"Groundwork is ready at {server.url}/", link]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything_in_time(server: Server, number: int) -> None:
    tree = server.tree()
    assert server.stop(number, STOPPED_WITHIN) == 0
    wait_for_end(tree)
    assert server.said[-1] == "Stopping."


def test_open_live_pages_do_not_hold_up_the_end(server: Server) -> None:
    with signed_in(server) as client, client.stream("GET", f"{server.url}/events?topics=runs") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert server.stop(seconds=STOPPED_WITHIN) == 0
        assert b"event: ping" in b"".join(stream.iter_raw())  # ended, not broken off: that would raise


def test_a_stop_during_the_start_leaves_nothing(data: Path) -> None:
    with Server(data) as server:
        server.wait_for("Starting web")
        tree = server.tree()
        assert server.stop(seconds=STOPPED_WITHIN) == 0
        wait_for_end(tree)


@pytest.mark.parametrize("part", ["uvicorn", "dispatch@", "research@", BROKER])
def test_a_part_that_is_killed_comes_back_and_that_is_said(running: Server, part: str) -> None:
    running.part(part).kill()
    running.wait_for("stopped (killed by signal 9); started again")
    while not is_ready(running):
        assert running.process.poll() is None


def test_a_killed_supervisor_takes_all_with_it_and_the_next_start_is_clean(
    server: Server, data: Path
) -> None:
    tree = server.tree()
    server.process.kill()
    with Server(data, port=server.port) as again:
        again.ready()
        wait_for_end(tree)
        assert is_ready(again)


def test_a_second_server_on_the_same_folder_is_refused(running: Server, elsewhere: Path) -> None:
    with Server(elsewhere) as second:
        second.wait_for(f"A server (process {running.process.pid}) already runs on {elsewhere}.")
        assert second.process.wait(timeout=10) == 1


def test_a_port_in_use_is_refused_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with Server(tmp_path / "data", port=port, first=True) as server:
            server.wait_for(f"Port {port} on 127.0.0.1 is in use.")
            assert server.process.wait(timeout=5) == 1
    assert os.listdir(tmp_path / "data") == ["server.lock"]


def test_a_wrong_setting_is_one_sentence(tmp_path: Path) -> None:
    with Server(tmp_path / "data", RESEARCH_WORKERS="many") as server:
        server.wait_for("could not be prepared (RESEARCH_WORKERS is 'many'; give a whole number")
        assert server.process.wait(timeout=5) == 1
    assert not any("Traceback" in line for line in server.said)


def test_it_works_without_any_broker(data: Path) -> None:
    (data / "broker").chmod(0o755)  # a folder that others can enter is not used
    with Server(data) as server:
        server.wait_for("No Valkey or Redis could be started")
        server.ready()
        assert not any(BROKER in " ".join(process.cmdline()) for process in server.tree()[1:])
        assert is_ready(server)
    (data / "broker").chmod(0o700)


def test_commands_reach_the_broker_of_the_running_server(running: Server, elsewhere: Path) -> None:
    env = {**clean_environment(), "GROUNDWORK_DATA": str(elsewhere)}
    command = [ROOT / "script" / "manage", "diffsettings"]
    settings = subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout
    assert f"REDIS_URL = '{url(elsewhere)}'" in settings


def test_the_supervisor_itself_stays_small(running: Server) -> None:
    assert running.tree()[0].memory_info().rss < 20_000_000
