"""What texts mean, as vectors: MiniLM's mean over their tokens."""

import threading
from collections.abc import Sequence
from functools import cache

import numpy as np
import onnxruntime

from engine.neural import graph, runtime, weights
from engine.neural.tokens import CLS, SEP, Window, tokens

LONGEST = 256
"""Tokens of a text, as its makers trained it; what is beyond doesn't count."""
_loading = threading.Lock()


def embed(texts: Sequence[str]) -> np.ndarray:
    """(n, 384), float32, each row of length 1."""
    vectors = np.empty((len(texts), weights.HIDDEN), np.float32)
    for numbers, rows in runtime.run(network(), [window(text) for text in texts]):
        vectors[numbers] = rows
    return vectors


def window(text: str) -> Window:
    ids = [CLS, *tokens(text).ids[: LONGEST - 2], SEP]
    return Window(ids, len(ids), 0)


def network() -> onnxruntime.InferenceSession:
    with _loading:
        return _network()


@cache
def _network() -> onnxruntime.InferenceSession:
    return runtime.session(graph.embedder(weights.minilm(), small=runtime.small()))
