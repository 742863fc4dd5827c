import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from supervisor.guard import Guard
from supervisor.preflight import try_lock


@pytest.fixture
def lock(tmp_path: Path) -> int:
    held = os.open(tmp_path / "lock", os.O_RDWR | os.O_CREAT)
    assert try_lock(held)
    return held


@pytest.fixture
def sleepers() -> Iterator[list[subprocess.Popen[bytes]]]:
    started = [subprocess.Popen(["sh", "-c", "sleep 60 & sleep 60"], process_group=0) for _ in range(2)]
    yield started
    for process in started:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def die(guard: Guard) -> None:
    """What the supervisor's death looks like to the guard."""
    guard._shell.stdin.close()
    guard._shell.wait()


def test_it_kills_the_groups_it_was_told_of_last(lock: int, sleepers: list[subprocess.Popen[bytes]]) -> None:
    first, second = sleepers
    guard = Guard(lock)
    guard.tell([first.pid, second.pid])
    guard.tell([second.pid])
    guard._shell.stdin.close()
    assert second.wait(timeout=5) == -signal.SIGKILL
    guard._shell.wait()
    assert first.poll() is None


def test_it_kills_nothing_once_dismissed(lock: int, sleepers: list[subprocess.Popen[bytes]]) -> None:
    guard = Guard(lock)
    guard.tell([part.pid for part in sleepers])
    guard.dismiss()
    assert [part.poll() for part in sleepers] == [None, None]


def test_it_holds_the_lock_until_the_ground_is_clear(lock: int, tmp_path: Path) -> None:
    guard = Guard(lock)
    os.close(lock)
    other = os.open(tmp_path / "lock", os.O_RDWR)
    assert not try_lock(other)
    die(guard)
    assert try_lock(other)
