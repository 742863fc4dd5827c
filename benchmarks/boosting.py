"""Gradient-boosted trees: many small trees, each fitted to what those before it left open.

Friedman, "Greedy function approximation: a gradient boosting machine" (2001); the cuts and the values of
the leaves are the Newton ones of Chen and Guestrin, "XGBoost" (2016), sections 2.2 and 2.3.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from engine.calibration import Tree, Trees

Bends = tuple[np.ndarray, np.ndarray]
"""Of a loss: its first and second derivative by the score of each row."""
_CUTS = 64
"""Places at which a feature may be cut, evenly among its values."""


@dataclass(frozen=True, slots=True)
class Recipe:
    rounds: int = 80
    rate: float = 0.06
    leaves: int = 8
    least: int = 30
    """Rows that a leaf holds."""
    penalty: float = 5.0
    """On the squares of the leaves' values."""


@dataclass(slots=True)
class _Leaf:
    rows: np.ndarray
    gain: float = 0.0
    cut: tuple[int, int] | None = None
    """Feature and place of the best cut, if any gains something."""


@dataclass(slots=True)
class _Node:
    cut: tuple[int, float] | None = None
    value: float = 0.0
    below: list["_Node"] = field(default_factory=list)


def fit(
    rows: Sequence[Mapping[str, float]],
    right: Sequence[bool],
    features: Sequence[str],
    recipe: Recipe = Recipe(),
) -> Trees:
    """The trees of a probability: by log loss."""
    wanted = np.array(right, dtype=float)
    share = wanted.mean()

    def loss(scores: np.ndarray) -> Bends:
        chance = 1 / (1 + np.exp(-scores))
        return chance - wanted, chance * (1 - chance)

    return _fitted(rows, features, recipe, float(np.log(share / (1 - share))), loss)


def fit_values(
    rows: Sequence[Mapping[str, float]],
    values: Sequence[float],
    features: Sequence[str],
    recipe: Recipe = Recipe(),
) -> Trees:
    """The trees of a value: by squared error."""
    wanted = np.array(values)

    def loss(scores: np.ndarray) -> Bends:
        return scores - wanted, np.ones_like(wanted)

    return _fitted(rows, features, recipe, float(wanted.mean()), loss)


def _fitted(
    rows: Sequence[Mapping[str, float]],
    features: Sequence[str],
    recipe: Recipe,
    bias: float,
    loss: Callable[[np.ndarray], Bends],
) -> Trees:
    grower = _Grower(np.array([[row[name] for name in features] for row in rows]), recipe)
    scores, trees = np.full(len(rows), bias), []
    for _ in range(recipe.rounds):
        trees.append(grower.grown(*loss(scores), scores))
    return Trees(tuple(features), tuple(trees), round(bias, 5))


class _Grower:
    def __init__(self, table: np.ndarray, recipe: Recipe) -> None:
        self.recipe = recipe
        places = np.linspace(0, 1, _CUTS + 1)[1:-1]
        self.cuts = [np.unique(np.round(np.quantile(column, places), 5)) for column in table.T]
        self.bins = [
            np.searchsorted(cuts, column, side="left")
            for cuts, column in zip(self.cuts, table.T, strict=True)
        ]

    def grown(self, slope: np.ndarray, curve: np.ndarray, scores: np.ndarray) -> Tree:
        """The next tree, whose values are added to ``scores``. The leaf that gains most is cut first."""
        root = _Node()
        leaves = [(self.cut(_Leaf(np.arange(len(scores))), slope, curve), root)]
        while len(leaves) < self.recipe.leaves:
            leaf, node = max(leaves, key=lambda pair: pair[0].gain)
            if leaf.cut is None:
                break
            leaves = [pair for pair in leaves if pair[1] is not node]
            feature, at = leaf.cut
            node.cut = feature, float(self.cuts[feature][at])
            low = self.bins[feature][leaf.rows] <= at
            for rows in (leaf.rows[low], leaf.rows[~low]):
                below = _Node()
                node.below.append(below)
                leaves.append((self.cut(_Leaf(rows), slope, curve), below))
        for leaf, node in leaves:
            total = slope[leaf.rows].sum() / (curve[leaf.rows].sum() + self.recipe.penalty)
            node.value = round(-self.recipe.rate * float(total), 5)
            scores[leaf.rows] += node.value
        return _stored(root)

    def cut(self, leaf: _Leaf, slope: np.ndarray, curve: np.ndarray) -> _Leaf:
        """The leaf with the best place to cut it."""
        penalty, least, rows = self.recipe.penalty, self.recipe.least, leaf.rows
        slopes, curves = slope[rows], curve[rows]
        whole, bend = slopes.sum(), curves.sum()
        for feature, cuts in enumerate(self.cuts):
            inside, bins = self.bins[feature][rows], len(cuts) + 1
            left = np.cumsum(np.bincount(inside, slopes, bins))[:-1]
            left_bend = np.cumsum(np.bincount(inside, curves, bins))[:-1]
            count = np.cumsum(np.bincount(inside, minlength=bins))[:-1]
            gains = (
                left**2 / (left_bend + penalty)
                + (whole - left) ** 2 / (bend - left_bend + penalty)
                - whole**2 / (bend + penalty)
            )
            gains[(count < least) | (len(rows) - count < least)] = 0.0
            if gains.size and gains.max() > leaf.gain:
                leaf.gain, leaf.cut = float(gains.max()), (feature, int(gains.argmax()))
        return leaf


def _stored(node: _Node) -> Tree:
    if node.cut is None:
        return node.value
    low, high = node.below
    return (*node.cut, _stored(low), _stored(high))
