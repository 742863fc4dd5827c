"""How sure an answer is: the probability that its features give it, and what that is called.

``calibration.json`` holds, for each level of the engine, a logistic regression or trees, the bands with how
often each was right, and the reliability table; and the trees that say how much of a sentence answers.
``script/bench quality --fit`` writes it.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import orjson

from engine.output import Confidence

Level = Literal["keyless", "reader"]
FILE = Path(__file__).with_name("calibration.json")


@dataclass(frozen=True, slots=True)
class Model:
    """A logistic regression: ``1 / (1 + exp(-(bias + sum of weight * feature)))``."""

    features: tuple[str, ...]
    weights: tuple[float, ...]
    bias: float

    def score(self, values: Mapping[str, float]) -> float:
        """The log odds."""
        pairs = zip(self.weights, self.features, strict=True)
        return self.bias + math.fsum(weight * values[feature] for weight, feature in pairs)

    def probability(self, values: Mapping[str, float]) -> float:
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, self.score(values)))))


Tree = float | tuple[int, float, "Tree", "Tree"]
"""A value; or a feature's place, a cut, and the trees for what is at most it and for what is above it."""


@dataclass(frozen=True, slots=True)
class Trees:
    """Gradient-boosted trees; their score is the bias with the value at which each of them ends."""

    features: tuple[str, ...]
    trees: tuple[Tree, ...]
    bias: float

    def score(self, values: Mapping[str, float]) -> float:
        row = [values[feature] for feature in self.features]
        return self.bias + math.fsum(_end_of(tree, row) for tree in self.trees)

    def probability(self, values: Mapping[str, float]) -> float:
        """Where the score is the log odds of something."""
        return 1 / (1 + math.exp(-self.score(values)))


def _end_of(tree: Tree, row: Sequence[float]) -> float:
    while not isinstance(tree, float):
        feature, cut, low, high = tree
        tree = low if row[feature] <= cut else high
    return tree


@dataclass(frozen=True, slots=True)
class Calibration:
    choice: Model
    """Which of the candidates for one question is taken: the one with the greatest score."""
    certainty: Model | Trees
    """The probability that the one that was taken is right."""
    bands: tuple[tuple[Confidence, float], ...]
    """Each with the least probability that is called so, the surest first."""

    def confidence(self, probability: float) -> Confidence | None:
        """None where an answer is too unlikely to be shown at all."""
        return next((name for name, least in self.bands if probability >= least), None)


@cache
def calibration(level: Level) -> Calibration:
    return read(levels()[level])


def is_measured(level: Level) -> bool:
    return level in levels()


@cache
def levels() -> dict[str, Any]:
    """What was measured of each level, as the file has it."""
    return contents()["levels"]


@cache
def extents() -> dict[str, Trees]:
    """How much better more of the sentence matches than the reader's words, for ``engine.extent``."""
    return {name: _trees(trees) for name, trees in contents().get("extents", {}).get("gains", {}).items()}


@cache
def contents() -> dict[str, Any]:
    """The whole file."""
    return orjson.loads(FILE.read_bytes())


def read(stored: Mapping[str, Any]) -> Calibration:
    """A level of the file in the form that is computed with."""
    bands = [(band["name"], float(band["from"])) for band in stored["bands"]]
    bands.sort(key=lambda band: -band[1])
    certainty = stored["model"]
    return Calibration(
        _model(stored["choice"]),
        _trees(certainty) if "trees" in certainty else _model(certainty),
        tuple(bands),
    )


def _trees(stored: Mapping[str, Any]) -> Trees:
    return Trees(tuple(stored["features"]), tuple(map(_tree, stored["trees"])), float(stored["bias"]))


def _tree(stored: Any) -> Tree:
    if not isinstance(stored, list):
        return float(stored)
    feature, cut, low, high = stored
    return int(feature), float(cut), _tree(low), _tree(high)


def _model(stored: Mapping[str, Any]) -> Model:
    return Model(tuple(stored["features"]), tuple(map(float, stored["weights"])), float(stored["bias"]))
