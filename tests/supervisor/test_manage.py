"""script/manage, with a stand-in for Python that tells what it finds in its environment."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from supervisor.process import ROOT

STAND_IN = """#!/bin/sh
case "$*" in
    *supervisor.broker*) exit 1 ;;
    --version) echo Python 3.11.2 ;;
    *manage.py*) echo "$GROUNDWORK_DATA|$GROUNDWORK_HOST|$GROUNDWORK_PORT|$(basename "$1")|$2|$3" ;;
esac
"""


class Manage:
    """A clone whose environment is there already."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "a clone"
        for name in ("manage", "setup"):
            (self.root / "script").mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / "script" / name, self.root / "script")
        (self.root / "requirements.txt").touch()
        python = self.root / ".venv" / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.write_text(STAND_IN)
        python.chmod(0o755)
        stamp = f"{hashlib.sha256().hexdigest()}  - Python 3.11.2\n"
        (self.root / ".venv" / "installed-requirements.txt").write_text(stamp)

    def __call__(self, *words: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.root / "script" / "manage", *words],
            env={"PATH": os.environ["PATH"], **env},
            capture_output=True,
            text=True,
            check=False,
            timeout=20,
        )


@pytest.fixture
def manage(tmp_path: Path) -> Manage:
    return Manage(tmp_path)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "my data"
    folder.mkdir()
    (folder / "server.lock").touch()
    return folder


@pytest.mark.parametrize("form", ["--data {}", "--data={}"])
def test_it_works_on_the_data_folder_that_is_named_first(manage: Manage, data: Path, form: str) -> None:
    option = form.partition(" ")
    words = [option[0].format(data), *([data] if option[1] else [])]
    assert manage(*words, "createtoken", "--name").stdout == f"{data}|||manage.py|createtoken|--name\n"


def test_the_environment_names_the_folder_too(manage: Manage, data: Path) -> None:
    assert manage("doctor", GROUNDWORK_DATA=str(data)).stdout.startswith(f"{data}|")


def test_where_nothing_is_installed_one_sentence_says_so_and_nothing_is_made(
    manage: Manage, tmp_path: Path
) -> None:
    answer = manage("--data", tmp_path / "none", "createtoken")
    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr == (
        f"There is no installation in {tmp_path}/none. Start one with script/server --data {tmp_path}/none, "
        "or name the right folder with script/manage --data DIR createtoken.\n"
    )
    assert not (tmp_path / "none").exists()


def test_an_installation_can_be_made_without_starting_it(manage: Manage, tmp_path: Path) -> None:
    assert manage("--data", tmp_path / "none", "prepare").returncode == 0


def test_a_folder_that_is_left_out_is_asked_for(manage: Manage) -> None:
    assert manage("--data").stderr == "Name the data folder: script/manage --data DIR COMMAND.\n"


def test_links_lead_to_the_server_that_runs(manage: Manage, data: Path) -> None:
    (data / "address").write_text("::1\n8123\n")
    assert manage("--data", data, "signin-link").stdout.startswith(f"{data}|::1|8123|")


def test_an_address_in_the_environment_wins(manage: Manage, data: Path) -> None:
    (data / "address").write_text("::1\n8123\n")
    answer = manage("--data", data, "signin-link", GROUNDWORK_HOST="example.org", GROUNDWORK_PORT="80")
    assert answer.stdout.startswith(f"{data}|example.org|80|")
