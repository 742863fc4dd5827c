"""Answers as spans: every pair of a first and a last token of a passage is scored, and the best stay."""

import threading
from collections import defaultdict
from collections.abc import Sequence
from functools import cache

import numpy as np
import onnxruntime

from engine.neural import adapter, graph, runtime
from engine.neural.span import Span
from engine.neural.tokens import Tokens, Window, tokens, windows
from engine.neural.weights import LONGEST

SIZE, OVERLAP = 192, 64
"""Tokens of a passage that are read at once, and how many of them the next window repeats."""
_loading = threading.Lock()


def read(
    question: str,
    passages: Sequence[str],
    *,
    most: int,
    network: onnxruntime.InferenceSession | None = None,
) -> list[list[Span]]:
    """For each passage at most ``most`` spans that don't overlap, the best first."""
    asked, cut = tokens(question), [tokens(passage) for passage in passages]
    owners, parts = [], []
    for number, passage in enumerate(cut):
        for part in windows(asked, passage, SIZE, OVERLAP):
            owners.append(number)
            parts.append(part)
    found: dict[int, list[Span]] = defaultdict(list)
    for numbers, scores in runtime.run(network or shipped(), parts):
        for number, of_one in zip(numbers, scores, strict=True):
            found[owners[number]] += spans(of_one, parts[number], cut[owners[number]], most)
    return [apart(found[number], most) for number in range(len(passages))]


def spans(scores: np.ndarray, part: Window, passage: Tokens, most: int) -> list[Span]:
    """Spans of one window that don't overlap, with their probabilities among all of it and "not here"."""
    first, count = part.before, len(part.ids) - part.before - 1
    if count == 0:
        return []
    inside = scores[first : first + count, first : first + count].astype(np.float64)
    inside[~band(count)] = -np.inf
    null = float(scores[0, 0])
    highest = max(null, inside.max())
    total = highest + np.log(np.exp(inside - highest).sum() + np.exp(null - highest))
    found = []
    for _ in range(most):
        start, end = divmod(int(inside.argmax()), count)
        score = float(inside[start, end] - total)
        if not np.isfinite(score):
            break
        place = passage.offsets[part.first + start][0], passage.offsets[part.first + end][1]
        found.append(Span(*place, score, float(null - total)))
        inside[: end + 1, start:] = -np.inf  # all that overlap it
    return found


@cache
def band(count: int) -> np.ndarray:
    """Which pairs of tokens are spans: the last isn't before the first, nor too far behind it."""
    return np.tril(np.triu(np.ones((count, count), bool)), LONGEST - 1)


def apart(found: list[Span], most: int) -> list[Span]:
    """The best that don't overlap. Where windows overlap a span may come twice; the better one stays."""
    chosen: list[Span] = []
    for span in sorted(found, key=lambda span: (-span.score, span.start, span.end)):
        if len(chosen) == most:
            break
        if all(span.end <= other.start or other.end <= span.start for other in chosen):
            chosen.append(span)
    return chosen


def shipped() -> onnxruntime.InferenceSession:
    with _loading:
        return _shipped()


@cache
def _shipped() -> onnxruntime.InferenceSession:
    return runtime.session(graph.reader(adapter.reader(), small=runtime.small()))
