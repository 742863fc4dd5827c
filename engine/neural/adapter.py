"""The project's own weights: what ``engine.training`` learnt on top of MiniLM, and MiniLM with them put in.

For a matrix W the file holds two thin ones, ``down`` and ``up``, and the reader's is W + scale · up · down
(https://arxiv.org/abs/2106.09685); norms and head it holds whole.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from engine.neural import safetensors, weights
from engine.neural.weights import LAYERS, SCALE

FILE = Path(__file__).parent / "data" / "reader.safetensors"
SHA256 = "932064127388c7a09b659c99d40830fac553388e66406f93c8f83112d51ca6d6"
HEAD = ("edges", "starts", "ends")
_MATRICES = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "out": "attention.output.dense",
    "inner": "intermediate.dense",
    "outer": "output.dense",
}
_NORMS = {"norm1": "attention.output.LayerNorm", "norm2": "output.LayerNorm"}


def reader() -> dict[str, np.ndarray]:
    """All arrays of the reader, under the names that MiniLM's have."""
    content = FILE.read_bytes()
    weights.check(content, SHA256, FILE.name)
    return merged(weights.minilm(), safetensors.parse(content))


def merged(base: Mapping[str, np.ndarray], learnt: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    learnt = {name: array.astype(np.float32) for name, array in learnt.items()}
    made = dict(base)
    for part in ("weight", "bias"):
        made[f"embeddings.LayerNorm.{part}"] = learnt[f"norm.{part}"]
        for name in HEAD:
            made[f"{name}.{part}"] = learnt[f"{name}.{part}"]
    for number in range(LAYERS):
        ours, theirs = f"layers.{number}", f"encoder.layer.{number}"
        for short, long in _MATRICES.items():
            change = learnt[f"{ours}.{short}.up"] @ learnt[f"{ours}.{short}.down"]
            made[f"{theirs}.{long}.weight"] = base[f"{theirs}.{long}.weight"] + SCALE * change
        for short, long in _NORMS.items():
            for part in ("weight", "bias"):
                made[f"{theirs}.{long}.{part}"] = learnt[f"{ours}.{short}.{part}"]
    return made
