"""Data folders as a first start leaves them: prepared once, and copied for each installation of a test."""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PLACE = "GROUNDWORK_TEST_PREPARED"
"""The variable with the folder that all processes of a test run share; else each makes one of its own."""


def copy_to(data: Path, env: dict[str, str]) -> None:
    """Make the data folder, unless it is there; `env` is what a server would be started in."""
    if not data.exists():
        shutil.copytree(prepared(env), data)


def prepared(env: dict[str, str]) -> Path:
    place = Path(os.environ.get(PLACE) or own_place().name)
    place.mkdir(exist_ok=True)
    with open(place / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        data = place / "data"
        if not data.exists():
            made = place / "unfinished"
            shutil.rmtree(made, ignore_errors=True)
            made.mkdir(mode=0o700)
            prepare(made, env)
            made.rename(data)
    return data


@cache
def own_place() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory(prefix="groundwork-prepared-")


def prepare(data: Path, env: dict[str, str]) -> None:
    command = [sys.executable, ROOT / "manage.py", "prepare", "--skip-checks"]
    env = {**env, "GROUNDWORK_DATA": str(data), "GROUNDWORK_KEYLESS": "1"}
    subprocess.run(command, env=env, check=True, stdout=subprocess.DEVNULL)
