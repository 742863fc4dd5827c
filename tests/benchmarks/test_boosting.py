"""Trees that are fitted one after the other."""

import pytest

pytest.importorskip("numpy", reason="it comes with the reader level")

from random import Random

from benchmarks.boosting import Recipe, fit, fit_values
from benchmarks.scores import auc

FEATURES = ("one", "other", "noise")


def rows(count: int, seed: int) -> tuple[list[dict[str, float]], list[bool]]:
    """Right is what is large in exactly one of two features: no sum of weights tells that."""
    chance = Random(seed)
    found = [{name: chance.random() for name in FEATURES} for _ in range(count)]
    return found, [(row["one"] > 0.5) != (row["other"] > 0.5) for row in found]


def test_what_takes_two_features_together_is_found() -> None:
    model = fit(*rows(1_500, seed=1), FEATURES)
    found, right = rows(500, seed=2)
    assert auc([model.probability(row) for row in found], right) > 0.97


def test_a_leaf_holds_enough_rows() -> None:
    found, right = rows(100, seed=3)
    model = fit(found, right, FEATURES, Recipe(rounds=3, least=60))
    assert all(isinstance(tree, float) for tree in model.trees)


def test_without_anything_to_tell_by_all_are_as_likely_as_the_share_that_is_right() -> None:
    found = [{"one": 1.0}] * 100
    model = fit(found, [True] * 25 + [False] * 75, ("one",))
    assert model.probability({"one": 1.0}) == pytest.approx(0.25, abs=0.001)


def test_a_value_is_found_that_depends_on_two_features_together() -> None:
    found, right = rows(1_500, seed=4)
    model = fit_values(found, [3.0 if one else 1.0 for one in right], FEATURES)
    assert model.score({"one": 0.9, "other": 0.1, "noise": 0.5}) == pytest.approx(3.0, abs=0.3)
    assert model.score({"one": 0.9, "other": 0.9, "noise": 0.5}) == pytest.approx(1.0, abs=0.3)
