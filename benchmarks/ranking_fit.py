"""A conditional logit: the weights that make the right one of each question's candidates likeliest.

The chance of a candidate is ``exp(w·x) / Σ exp(w·x')`` over the question's candidates (McFadden 1974). It is
fitted by Newton's method on questions whose right candidate is known, with a small penalty on the weights;
a step that goes too far is halved.
"""

import hashlib
from collections.abc import Sequence

import numpy as np

Case = tuple[str, Sequence[Sequence[float]], int | None]
"""The article that a question is about, the values of each candidate, and which of them is right, if any."""
FOLDS = 5
LOST = 1_000
"""The rank of a paragraph that is not among the candidates."""
_STEPS, _ENOUGH = 30, 1e-6
_PENALTY = 1e-4


def cross_fitted(cases: Sequence[Case], used: Sequence[int]) -> tuple[list[int], list[float]]:
    """The rank of each right candidate by weights of the other folds' articles, and the weights of all.

    Only the values at the places ``used`` count. The weights of all are scaled so that they add up to 1.
    """
    folds = _folds([article for article, _, _ in cases])
    held = [folds[article] for article, _, _ in cases]
    answerable = [
        (fold, np.array(values, float)[:, used], right)
        for fold, (_, values, right) in zip(held, cases, strict=True)
        if right is not None
    ]
    by_fold = [fit([case[1:] for case in answerable if case[0] != fold]) for fold in range(FOLDS)]
    ranks = [_rank(table @ by_fold[fold], right) for fold, table, right in answerable]
    found = np.zeros(1 + max(used))
    found[list(used)] = fit([case[1:] for case in answerable])
    return ranks + [LOST] * (len(cases) - len(ranks)), (found / found.sum()).round(3).tolist()


def fit(cases: Sequence[tuple[np.ndarray, int]]) -> np.ndarray:
    weights = np.zeros(cases[0][0].shape[1])
    likely = _likelihood(cases, weights)
    for _ in range(_STEPS):
        step = _step(cases, weights)
        while (better := _likelihood(cases, weights + step)) < likely:
            step = step / 2
        weights, gained, likely = weights + step, better - likely, better
        if gained < _ENOUGH:
            break
    return weights


def _likelihood(cases: Sequence[tuple[np.ndarray, int]], weights: np.ndarray) -> float:
    """The logarithm, with the penalty taken off."""
    total = -_PENALTY * len(cases) * float(weights @ weights) / 2
    for table, right in cases:
        scores = table @ weights
        total += float(scores[right] - scores.max() - np.log(np.exp(scores - scores.max()).sum()))
    return total


def _step(cases: Sequence[tuple[np.ndarray, int]], weights: np.ndarray) -> np.ndarray:
    """Newton's: the gradient by the inverse of the curvature."""
    gradient = -_PENALTY * len(cases) * weights
    curve = _PENALTY * len(cases) * np.eye(len(weights))
    for table, right in cases:
        scores = table @ weights
        chances = np.exp(scores - scores.max())
        chances /= chances.sum()
        mean = chances @ table
        gradient += table[right] - mean
        curve += (table.T * chances) @ table - np.outer(mean, mean)
    return np.linalg.solve(curve, gradient)


def _rank(scores: np.ndarray, right: int) -> int:
    return int((scores > scores[right]).sum())


def _folds(articles: Sequence[str]) -> dict[str, int]:
    """Whole articles, shuffled by a hash, so that no article is both fitted and judged."""
    shuffled = sorted(set(articles), key=lambda article: hashlib.sha256(article.encode()).hexdigest())
    return {article: at % FOLDS for at, article in enumerate(shuffled)}
