import os
import socket
import stat
from pathlib import Path
from types import SimpleNamespace

import pytest

from supervisor import preflight
from supervisor.preflight import Refused


def test_the_data_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    preflight.data_folder(tmp_path / "a" / "b c")
    assert stat.S_IMODE((tmp_path / "a" / "b c").stat().st_mode) == 0o700


def test_an_open_data_folder_is_closed(tmp_path: Path) -> None:
    (tmp_path / "secret_key").touch()
    tmp_path.chmod(0o755)
    preflight.data_folder(tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700


def test_somebody_elses_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").touch()
    tmp_path.chmod(0o755)
    with pytest.raises(Refused, match=r"holds thesis\.tex"):
        preflight.data_folder(tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


def test_a_fresh_disk_and_a_log_are_no_reason_to_refuse(tmp_path: Path) -> None:
    (tmp_path / "lost+found").mkdir()
    (tmp_path / "server.log").touch()
    preflight.data_folder(tmp_path)


def test_a_file_in_the_way_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Refused, match="can't be used: File exists"):
        preflight.data_folder(tmp_path / "file")
    with pytest.raises(Refused, match="can't be used: Not a directory"):
        preflight.data_folder(tmp_path / "file" / "data")


def test_a_full_disk_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight.shutil, "disk_usage", lambda path: SimpleNamespace(free=12_000_000))
    with pytest.raises(Refused, match="has 12 MB left; 200 are needed"):
        preflight.data_folder(tmp_path)


def test_a_second_server_on_the_same_folder_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preflight, "CLEARING_TIME", 0.0)
    held = preflight.lock(tmp_path)
    with pytest.raises(Refused, match=rf"A server \(process {os.getpid()}\) already runs"):
        preflight.lock(tmp_path)
    os.close(held)
    os.close(preflight.lock(tmp_path))


def test_it_waits_while_the_parts_of_a_dead_server_are_cleared_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    guards_copy = preflight.lock(tmp_path)
    monkeypatch.setattr(preflight.time, "sleep", lambda seconds: os.close(guards_copy))
    os.close(preflight.lock(tmp_path))


def test_a_free_port_is_accepted() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    preflight.free_port("127.0.0.1", port)


def test_a_port_in_use_is_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(Refused, match=f"Port {port} on 127.0.0.1 is in use. .*--port"):
            preflight.free_port("127.0.0.1", port)


def test_an_address_of_another_machine_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    found = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 8000))
    monkeypatch.setattr(preflight.socket, "getaddrinfo", lambda *_, **__: [found])
    with pytest.raises(Refused, match=r"192\.0\.2\.1 is no address of this machine\. .*--host"):
        preflight.free_port("192.0.2.1", 8000)


def test_a_name_that_nobody_knows_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror

    monkeypatch.setattr(preflight.socket, "getaddrinfo", unknown)
    with pytest.raises(Refused, match=r"'nowhere' is no address of this machine\. .*--host"):
        preflight.free_port("nowhere", 8000)


def test_a_port_of_the_administrators_is_a_sentence() -> None:
    assert "from 1024 upwards" in preflight.port_sentence(
        PermissionError(13, "Permission denied"), "127.0.0.1", 80
    )


ELSEWHERE = {"DATABASE_URL": "postgres://a/b", "REDIS_URL": "redis://a", "SECRET_KEY": "secret"}


def test_parts_that_share_what_they_need_may_start_alone() -> None:
    preflight.shared(["web"], ELSEWHERE)
    preflight.shared(["web"], {f"{name}_FILE": "a file" for name in ELSEWHERE})


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ([], "Set DATABASE_URL, REDIS_URL and SECRET_KEY to"),
        (["SECRET_KEY"], "Set DATABASE_URL and REDIS_URL to"),
        (["DATABASE_URL", "REDIS_URL"], "Set SECRET_KEY to"),
    ],
)
def test_parts_alone_are_told_what_they_must_share(given: list[str], sentence: str) -> None:
    with pytest.raises(preflight.Refused, match=sentence):
        preflight.shared(["research"], {name: ELSEWHERE[name] for name in given})
