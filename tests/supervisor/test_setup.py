"""script/setup, with a stand-in for Python that notes what it is asked to do."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from supervisor.process import ROOT

STAND_IN = """#!/bin/sh
case "$*" in
    *version_info*) [ -z "$OLD" ] ;;
    *ensurepip*) [ -z "$NO_VENV" ] ;;
    *"-m venv"*) echo venv >> "$CALLS"; rm -rf "$4"; mkdir -p "$4/bin"; cp "$0" "$4/bin/python" ;;
    *reader.txt*) echo "reader${*##*--progress-bar off}" >> "$CALLS"; exit "${READER_EXIT:-0}" ;;
    *"pip install"*) echo install >> "$CALLS"; echo "ERROR: No such package"; exit "${PIP_EXIT:-0}" ;;
    --version) echo "Python ${VERSION:-3.11.2}" ;;
esac
"""


class SetUp:
    """A folder that looks like a fresh clone, with blanks in its path."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "fresh clone"
        self.calls_file = folder / "calls"
        self.calls_file.touch()
        (folder / "bin").mkdir()
        (folder / "bin" / "python3").write_text(STAND_IN)
        (folder / "bin" / "python3").chmod(0o755)
        self.path = f"{folder / 'bin'}:/usr/bin:/bin"
        (self.root / "script").mkdir(parents=True)
        shutil.copy(ROOT / "script" / "setup", self.root / "script")
        (self.root / "requirements.txt").write_text("a==1")
        (self.root / "requirements-reader.txt").write_text("b==1")

    def __call__(self, then: str = "", **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [
                "bash",
                "-euo",
                "pipefail",
                "-c",
                f'source "$1/script/setup"; set_up requirements.txt; {then}',
                "-",
                self.root,
            ],
            env={"PATH": self.path, "CALLS": str(self.calls_file), **env},
            capture_output=True,
            text=True,
            check=False,
            timeout=20,
        )

    @property
    def calls(self) -> list[str]:
        return self.calls_file.read_text().splitlines()


@pytest.fixture
def set_up(tmp_path: Path) -> SetUp:
    return SetUp(tmp_path)


def test_the_first_call_makes_the_environment_and_the_second_does_nothing(set_up: SetUp) -> None:
    assert set_up().returncode == 0
    again = set_up()
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert set_up.calls == ["venv", "install"]


def test_other_requirements_are_installed_into_the_same_environment(set_up: SetUp) -> None:
    set_up()
    (set_up.root / "requirements.txt").write_text("a==2")
    set_up()
    assert set_up.calls == ["venv", "install", "install"]


def test_another_python_version_means_another_install(set_up: SetUp) -> None:
    set_up()
    set_up(VERSION="3.12.1")
    assert set_up.calls == ["venv", "install", "install"]


def test_an_install_that_was_cut_short_is_begun_anew(set_up: SetUp) -> None:
    set_up()
    (set_up.root / ".venv" / "unfinished").touch()
    assert set_up().returncode == 0
    assert set_up.calls == ["venv", "install", "venv", "install"]


def test_a_python_without_venv_names_the_package_and_leaves_nothing(set_up: SetUp) -> None:
    result = set_up(NO_VENV="1")
    assert result.returncode == 1
    assert "Install the package python3-venv" in result.stderr
    assert result.stderr.count("\n") == 1
    assert sorted(os.listdir(set_up.root)) == ["requirements-reader.txt", "requirements.txt", "script"]


def test_an_old_python_is_a_sentence(set_up: SetUp) -> None:
    set_up.path = set_up.path.partition(":")[0]
    for tool in ("bash", "dirname", "sha256sum", "flock"):
        (Path(set_up.path) / tool).symlink_to(shutil.which(tool) or tool)
    result = set_up(OLD="1")
    assert result.returncode == 1
    assert result.stderr.startswith("Groundwork needs Python 3.11 or newer. Install it")


def test_a_failing_install_shows_the_reason_and_is_tried_again(set_up: SetUp) -> None:
    result = set_up(PIP_EXIT="1")
    assert result.returncode == 1
    assert "ERROR: No such package\nThe packages could not be installed" in result.stderr
    assert set_up().returncode == 0
    assert set_up.calls == ["venv", "install", "venv", "install"]


def test_the_reader_level_is_installed_once_and_without_dependencies(set_up: SetUp) -> None:
    set_up("set_up_reader")
    assert set_up("set_up_reader").stderr == ""
    assert set_up.calls == ["venv", "install", "reader --no-deps --retries 1"]


def test_without_the_reader_level_the_start_goes_on_and_the_next_one_tries_again(set_up: SetUp) -> None:
    result = set_up("set_up_reader; echo started", READER_EXIT="1")
    assert (result.returncode, result.stdout) == (0, "started\n")
    assert "says why): Groundwork goes on without its reader level" in result.stderr
    assert set_up("set_up_reader").returncode == 0
    assert set_up.calls == [
        "venv",
        "install",
        "reader --no-deps --retries 1",
        "reader --no-deps --retries 1 --force-reinstall",
    ]


def test_starts_at_the_same_time_install_once(set_up: SetUp) -> None:
    command = ["bash", "-euc", 'source "$1/script/setup"; set_up requirements.txt', "-", str(set_up.root)]
    env = {"PATH": set_up.path, "CALLS": str(set_up.calls_file)}
    starts = [subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL) for _ in range(4)]
    assert [start.wait(timeout=20) for start in starts] == [0, 0, 0, 0]
    assert set_up.calls == ["venv", "install"]
