"""Logistic regression, fitted by Newton's method (iteratively reweighted least squares), in plain Python.

The penalty keeps weights small: ``penalty / 2 * |weights|²`` on standardised features; the bias is free.
"""

import math
from collections.abc import Mapping, Sequence

from engine.calibration import Model

_STEPS = 30
_ENOUGH = 1e-6


def fit(
    rows: Sequence[Mapping[str, float]], right: Sequence[bool], features: Sequence[str], penalty: float = 1.0
) -> Model:
    """The model that makes ``right`` likeliest; its weights are for features that are not standardised."""
    means = [math.fsum(row[name] for row in rows) / len(rows) for name in features]
    spreads = [
        math.sqrt(math.fsum((row[name] - mean) ** 2 for row in rows) / len(rows)) or 1.0
        for name, mean in zip(features, means, strict=True)
    ]
    scales = list(zip(features, means, spreads, strict=True))
    table = [[1.0, *((row[name] - mean) / spread for name, mean, spread in scales)] for row in rows]
    found = _newton(table, [float(one) for one in right], penalty)
    weights = [weight / spread for weight, spread in zip(found[1:], spreads, strict=True)]
    bias = found[0] - math.fsum(weight * mean for weight, mean in zip(weights, means, strict=True))
    return Model(tuple(features), tuple(round(weight, 5) for weight in weights), round(bias, 5))


def _newton(table: Sequence[Sequence[float]], right: Sequence[float], penalty: float) -> list[float]:
    size = len(table[0])
    weights = [0.0] * size
    for _ in range(_STEPS):
        gradient = [-penalty * weight if at else 0.0 for at, weight in enumerate(weights)]
        curve = [[penalty if at == other and at else 0.0 for other in range(size)] for at in range(size)]
        for row, wanted in zip(table, right, strict=True):
            chance = 1 / (1 + math.exp(-max(-30.0, min(30.0, sum(map(float.__mul__, weights, row))))))
            spread = chance * (1 - chance)
            for at, value in enumerate(row):
                gradient[at] += (wanted - chance) * value
                scaled, line = spread * value, curve[at]
                for other in range(at + 1):
                    line[other] += scaled * row[other]
        for at in range(size):
            curve[at][at] += 1e-9
            for other in range(at):
                curve[other][at] = curve[at][other]
        step = _solve(curve, gradient)
        weights = [weight + change for weight, change in zip(weights, step, strict=True)]
        if max(map(abs, step)) < _ENOUGH:
            break
    return weights


def _solve(matrix: list[list[float]], vector: list[float]) -> list[float]:
    """Gaussian elimination with the largest pivot."""
    rows = [[*line, value] for line, value in zip(matrix, vector, strict=True)]
    size = len(rows)
    for at in range(size):
        pivot = max(range(at, size), key=lambda row: abs(rows[row][at]))
        rows[at], rows[pivot] = rows[pivot], rows[at]
        for below in range(at + 1, size):
            factor = rows[below][at] / rows[at][at]
            rows[below] = [under - factor * over for under, over in zip(rows[below], rows[at], strict=True)]
    found = [0.0] * size
    for at in reversed(range(size)):
        rest = math.fsum(rows[at][other] * found[other] for other in range(at + 1, size))
        found[at] = (rows[at][size] - rest) / rows[at][at]
    return found
