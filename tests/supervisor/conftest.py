"""What the supervisor's tests share: a supervisor of little shell parts, and what it said."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from supervisor.guard import Guard
from supervisor.loop import STOP_SIGNALS, Supervisor
from supervisor.part import Part

MakePart = Callable[..., Part]


@pytest.fixture
def part() -> MakePart:
    return lambda script, name="part", **kinds: Part(name, ["sh", "-c", script], **kinds)


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def signals_restored() -> Iterator[None]:
    numbers = (*STOP_SIGNALS, signal.SIGCHLD)
    before = [signal.getsignal(number) for number in numbers]
    yield
    signal.set_wakeup_fd(-1)
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


@pytest.fixture
def supervisor(tmp_path: Path, said: list[str], signals_restored: None) -> Iterator[Supervisor]:
    lock = os.open(tmp_path / "lock", os.O_RDWR | os.O_CREAT)
    made = Supervisor(tmp_path / "logs", Guard(lock), said.append)
    os.close(lock)
    yield made
    made.stop()
