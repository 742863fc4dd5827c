"""Windows go through a network together where that saves work."""

import pytest

pytest.importorskip("onnxruntime", reason="it comes with the reader level")

import numpy as np

from engine.neural import runtime
from engine.neural.tokens import Window


class Session:
    """Says of each window how many tokens it has, and notes the batches."""

    def __init__(self) -> None:
        self.shapes: list[tuple[int, ...]] = []

    def run(self, names: object, given: dict[str, np.ndarray]) -> list[np.ndarray]:
        self.shapes.append(given["ids"].shape)
        return [given["inside"].sum(axis=1)]


def lengths_told(lengths: list[int]) -> tuple[list[int], list[tuple[int, ...]]]:
    session = Session()
    told: dict[int, int] = {}
    for numbers, rows in runtime.run(session, [Window([7] * length, 2, 0) for length in lengths]):
        told.update(zip(numbers, map(int, rows), strict=True))
    return [told[number] for number in range(len(lengths))], session.shapes


def test_each_window_is_worked_on_once_and_told_in_its_own_place() -> None:
    lengths = [50, 190, 12, 188, 49, 192]
    assert lengths_told(lengths)[0] == lengths


def test_windows_of_like_length_go_together_and_no_short_one_is_filled_up() -> None:
    assert lengths_told([50, 190, 12, 188, 49, 192])[1] == [(3, 192), (2, 50), (1, 12)]


def test_no_batch_is_larger_than_is_good_for_memory() -> None:
    _, shapes = lengths_told([200] * 25)
    assert shapes == [(10, 200), (10, 200), (5, 200)]


def test_one_that_is_longer_than_a_batch_goes_alone() -> None:
    assert lengths_told([runtime.ROWS + 5])[1] == [(1, runtime.ROWS + 5)]
