import os
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from kombu import Connection

from supervisor import broker


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Path]:
    """The data folder of a broker that answers."""
    path = broker.make_folders(tmp_path)
    part = broker.part(next(broker.binaries()), tmp_path)
    process = subprocess.Popen(part.command, stdout=subprocess.DEVNULL)
    while not broker.answers(path):
        assert process.poll() is None
    yield tmp_path
    process.terminate()
    process.wait()


def test_the_installed_wheel_holds_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    (binary,) = broker.binaries()
    assert os.access(binary, os.X_OK)


def test_the_systems_own_servers_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("redis-server", "valkey-server"):
        (tmp_path / name).touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    first, second, *_ = broker.binaries()
    assert (first, second) == (str(tmp_path / "valkey-server"), str(tmp_path / "redis-server"))


def test_only_its_owner_can_reach_it(running: Path) -> None:
    assert stat.S_IMODE(broker.socket_path(running).stat().st_mode) == 0o600
    with redis.Redis(unix_socket_path=str(broker.socket_path(running))) as client:
        assert client.config_get("port")["port"] == "0"


def test_it_remembers_messages_in_the_data_folder_alone(running: Path) -> None:
    with redis.Redis(unix_socket_path=str(broker.socket_path(running))) as client:
        client.set("key", "value")
        assert client.config_get("save")["save"] == ""
        assert client.config_get("dir")["dir"] == str(running / "broker")
    assert list((running / "broker" / "appendonlydir").iterdir())


def test_workers_reach_it_by_its_address(running: Path) -> None:
    with Connection(broker.url(running)) as connection:
        connection.ensure_connection(max_retries=1)


def test_its_address_bears_blanks_and_marks(tmp_path: Path) -> None:
    assert broker.url(Path("/data/my files?")) == "redis+socket:///data/my%20files%3F/broker/socket"


def test_a_path_too_long_for_a_socket_gives_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", "/tmp")
    data = tmp_path / ("long" * 25)
    data.mkdir()
    path = broker.socket_path(data)
    assert len(os.fsencode(path)) <= broker.LONGEST_SOCKET_PATH
    assert path == broker.socket_path(data)
    assert path != broker.socket_path(tmp_path)


def test_a_socket_folder_that_others_can_enter_is_refused(tmp_path: Path) -> None:
    (tmp_path / "broker").mkdir(mode=0o755)
    with pytest.raises(PermissionError, match="open to others"):
        broker.make_folders(tmp_path)


def test_it_prints_the_address_of_a_running_one(running: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert broker.main(running) == 0
    assert capsys.readouterr().out == f"{broker.url(running)}\n"


def test_it_prints_nothing_when_none_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert broker.main(tmp_path) == 1
    assert capsys.readouterr().out == ""
