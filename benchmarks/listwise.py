"""Which candidate of several is right, fitted question by question: a conditional logit.

McFadden, "Conditional logit analysis of qualitative choice behavior" (1974): a candidate's probability is
the softmax of ``weights · features`` among the candidates for its question. Where several are right, what
counts is that one of them is taken.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from engine.calibration import Model

_STEPS = 50
_ENOUGH = 1e-6
Candidates = Sequence[Mapping[str, float]]


def fit(
    questions: Sequence[tuple[Candidates, Sequence[bool]]], features: Sequence[str], penalty: float
) -> Model:
    """The candidates of each question with which of them are right; what teaches nothing is left out.

    The penalty is ``penalty / 2 * |weights|²`` on standardised features.
    """
    telling = [(found, right) for found, right in questions if any(right) and not all(right)]
    tables = [np.array([[one[name] for name in features] for one in found]) for found, _ in telling]
    every = np.vstack(tables)
    mean, spread = every.mean(axis=0), every.std(axis=0)
    spread[spread == 0] = 1.0
    scaled = [(table - mean) / spread for table in tables]
    marks = [np.array(right, dtype=float) for _, right in telling]
    weights = _newton(scaled, marks, penalty) / spread
    return Model(tuple(features), tuple(round(float(weight), 5) for weight in weights), 0.0)


def _newton(tables: Sequence[np.ndarray], marks: Sequence[np.ndarray], penalty: float) -> np.ndarray:
    """Newton's method; of the curvature only the part that every step can rely on, the choice's own."""
    size = tables[0].shape[1]
    weights = np.zeros(size)
    for _ in range(_STEPS):
        gradient, curve = -penalty * weights, penalty * np.eye(size)
        for table, right in zip(tables, marks, strict=True):
            chance = _softmax(table @ weights)
            taken = chance * right
            mean = chance @ table
            gradient += (taken / taken.sum()) @ table - mean
            curve += (table * chance[:, None]).T @ table - np.outer(mean, mean)
        step = np.linalg.solve(curve, gradient)
        weights = weights + step
        if np.abs(step).max() < _ENOUGH:
            break
    return weights


def _softmax(scores: np.ndarray) -> np.ndarray:
    raised = np.exp(scores - scores.max())
    return raised / raised.sum()
