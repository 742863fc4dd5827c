"""Many moments wait behind one timer."""

import time
from collections.abc import Callable
from types import SimpleNamespace

from tests.upstream.wheel import AT_ONCE, Wheel


class Loop:
    """A loop that keeps its timers until it's told to ring them."""

    def __init__(self) -> None:
        self.timers: list[Callable[[], None]] = []

    def call_later(self, delay: float, act: Callable[[], None]) -> SimpleNamespace:
        self.timers.append(act)
        return SimpleNamespace(cancel=lambda: self.timers.remove(act))

    def ring(self) -> None:
        self.timers.pop()()


def test_many_moments_wait_behind_one_timer():
    loop = Loop()
    wheel = Wheel(loop, lambda items: None)
    for number in range(1000):
        wheel.put(time.time() + 3600 - number, number)
    assert len(loop.timers) == 1


def test_items_whose_moment_has_come_are_handed_out_and_no_others():
    loop, due = Loop(), []
    wheel = Wheel(loop, due.extend)
    for seconds, item in ((-1, "second"), (3600, "later"), (-2, "first")):
        wheel.put(time.time() + seconds, item)
    loop.ring()
    assert due == ["first", "second"]
    assert len(loop.timers) == 1


def test_a_crowd_is_handed_out_in_parts():
    loop, due = Loop(), []
    wheel = Wheel(loop, due.append)
    moment = time.time() - 1
    for number in range(AT_ONCE + 1):
        wheel.put(moment, number)
    loop.ring()
    loop.ring()
    assert [len(items) for items in due] == [AT_ONCE, 1]
    assert not loop.timers
