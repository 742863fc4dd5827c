"""Logistic regression."""

import math
from random import Random

import pytest

from benchmarks.fitting import fit


def test_it_finds_the_weights_that_made_the_data() -> None:
    chance = Random(7)
    rows = [
        {"share": chance.random(), "lead": chance.gauss(0, 3), "noise": chance.random()} for _ in range(4000)
    ]
    right = [
        chance.random() < 1 / (1 + math.exp(-(4 * row["share"] - 0.5 * row["lead"] - 1))) for row in rows
    ]
    model = fit(rows, right, ["share", "lead", "noise"], penalty=0.01)
    assert model.weights == pytest.approx((4, -0.5, 0), abs=0.35)
    assert model.bias == pytest.approx(-1, abs=0.35)


def test_a_feature_that_never_differs_weighs_nothing() -> None:
    rows = [{"same": 1.0, "share": at / 10} for at in range(10)]
    model = fit(rows, [at > 4 for at in range(10)], ["same", "share"])
    assert model.weights[0] == 0.0
    assert model.weights[1] > 0


def test_what_divides_perfectly_keeps_finite_weights() -> None:
    rows = [{"share": float(at > 4)} for at in range(10)]
    model = fit(rows, [at > 4 for at in range(10)], ["share"])
    assert 0 < model.probability({"share": 0.0}) < 0.5 < model.probability({"share": 1.0}) < 1
