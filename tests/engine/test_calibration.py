"""From features to a probability and its name."""

import math

import pytest

from engine.calibration import Calibration, Model, calibration, levels, read

STORED = {
    "bands": [{"name": "low", "from": 0.25}, {"name": "high", "from": 0.8}, {"name": "medium", "from": 0.5}],
    "choice": {"features": ["share"], "weights": [1.0], "bias": 0.0},
    "model": {"features": ["share", "lead"], "weights": [2.0, 0.5], "bias": -1.0},
}


def test_a_probability_is_the_logistic_of_the_weighed_features() -> None:
    certainty = read(STORED).certainty
    assert certainty.score({"share": 0.5, "lead": 2.0, "more": 9.0}) == pytest.approx(1.0)
    assert certainty.probability({"share": 0.5, "lead": 2.0}) == pytest.approx(0.7310586)


@pytest.mark.parametrize(
    ("probability", "name"),
    [
        (1.0, "high"),
        (0.8, "high"),
        (0.79, "medium"),
        (0.5, "medium"),
        (0.3, "low"),
        (0.24, None),
        (0.0, None),
    ],
)
def test_a_probability_is_called_by_its_band(probability: float, name: str | None) -> None:
    assert read(STORED).confidence(probability) == name


def test_a_score_beyond_all_measure_gives_no_overflow() -> None:
    assert Model(("share",), (1.0,), 0.0).probability({"share": -1e9}) < 1e-9


def test_trees_add_up_where_each_of_them_ends() -> None:
    trees = {"features": ["share", "lead"], "trees": [[0, 0.5, -1, [1, 2, 1.5, 3]], 0.25], "bias": -0.25}
    certainty = read(STORED | {"model": trees}).certainty
    assert certainty.probability({"share": 0.5, "lead": 9.0}) == pytest.approx(1 / (1 + math.exp(1.0)))
    assert certainty.probability({"share": 0.6, "lead": 2.0}) == pytest.approx(1 / (1 + math.exp(-1.5)))
    assert certainty.probability({"share": 0.6, "lead": 2.1}) == pytest.approx(1 / (1 + math.exp(-3.0)))


@pytest.mark.parametrize("level", sorted(levels()))
def test_what_ships_is_sure_enough(level: str) -> None:
    """At *high* nine of ten were right when it was measured, and each band means more than the next."""
    bands = dict(calibration(level).bands)
    assert bands["high"] >= 0.8
    assert bands["high"] > bands["medium"] >= 0.5 > bands["low"]
    assert isinstance(calibration(level), Calibration)
