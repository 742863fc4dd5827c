"""What a process does about garbage once it has started."""

import gc
from collections.abc import Iterator

import pytest

from web.garbage import AFTER, collect_seldom


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


def test_what_is_there_at_the_start_is_never_looked_through_again():
    collect_seldom()
    assert gc.get_freeze_count() > 10_000
    assert gc.get_threshold()[0] == AFTER


def test_garbage_that_comes_later_is_still_found():
    collect_seldom()
    ring: list[object] = []
    ring.append(ring)
    del ring
    assert gc.collect() >= 1
