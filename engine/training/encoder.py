"""MiniLM in torch, frozen, with the adapter that is trained: changes of its matrices, its norms, a head.

BERT: https://arxiv.org/abs/1810.04805; low-rank adaptation (LoRA): https://arxiv.org/abs/2106.09685. Matrices
are multiplied in bfloat16, the rest is float32.
"""

import math
from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.neural.weights import EPSILON, HEADS, HIDDEN, LAYERS, LONGEST, POINTER, SCALE

RANK = 16
_NEVER = -1e4
_NOISE = 1 << 24
"""More than any batch has values."""


class Dropout:
    """Dropout with masks cut out of one long mask: several times cheaper than drawing new ones on a CPU."""

    def __init__(self, share: float) -> None:
        self.mask = (torch.rand(_NOISE) >= share).float() / (1 - share)

    def __call__(self, values: Tensor) -> Tensor:
        count = values.numel()
        start = int(torch.randint(0, _NOISE - count, ()))
        return values * self.mask[start : start + count].view_as(values)


class Linear(nn.Module):
    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        super().__init__()
        self.weight = weight.bfloat16()
        self.bias = bias.bfloat16()
        self.down = nn.Parameter(torch.randn(RANK, weight.shape[1]) / math.sqrt(weight.shape[1]))
        self.up = nn.Parameter(torch.zeros(weight.shape[0], RANK))

    def forward(self, values: Tensor) -> Tensor:
        change = functional.linear(functional.linear(values, self.down.bfloat16()), self.up.bfloat16())
        return functional.linear(values, self.weight, self.bias) + SCALE * change


class Layer(nn.Module):
    def __init__(self, base: Mapping[str, Tensor], prefix: str, dropout: Dropout) -> None:
        super().__init__()

        def linear(name: str) -> Linear:
            return Linear(base[f"{prefix}.{name}.weight"], base[f"{prefix}.{name}.bias"])

        self.query, self.key = linear("attention.self.query"), linear("attention.self.key")
        self.value, self.out = linear("attention.self.value"), linear("attention.output.dense")
        self.inner, self.outer = linear("intermediate.dense"), linear("output.dense")
        self.norm1 = norm(base, f"{prefix}.attention.output.LayerNorm")
        self.norm2 = norm(base, f"{prefix}.output.LayerNorm")
        self.dropout = dropout

    def forward(self, values: Tensor, bias: Tensor) -> Tensor:
        batch, length, _ = values.shape
        low = values.bfloat16()

        def heads(linear: Linear) -> Tensor:
            return linear(low).view(batch, length, HEADS, -1).transpose(1, 2)

        scores = heads(self.query) @ heads(self.key).transpose(2, 3)
        attention = (scores / math.sqrt(HIDDEN / HEADS) + bias).softmax(-1)
        seen = (attention @ heads(self.value)).transpose(1, 2).reshape(batch, length, HIDDEN)
        values = self.norm1(values + self.dropout(self.out(seen).float()))
        change = self.outer(functional.gelu(self.inner(values.bfloat16())))
        return self.norm2(values + self.dropout(change.float()))


class Reader(nn.Module):
    """Scores every span of a window of tokens; the span of its first token alone stands for "not here"."""

    def __init__(self, arrays: Mapping[str, np.ndarray], dropout: float) -> None:
        super().__init__()
        base = {name: torch.from_numpy(array.copy()) for name, array in arrays.items()}
        self.dropout = Dropout(dropout)
        self.words = base["embeddings.word_embeddings.weight"]
        self.positions = base["embeddings.position_embeddings.weight"]
        self.types = base["embeddings.token_type_embeddings.weight"]
        self.norm = norm(base, "embeddings.LayerNorm")
        self.layers = nn.ModuleList(
            Layer(base, f"encoder.layer.{number}", self.dropout) for number in range(LAYERS)
        )
        self.edges = nn.Linear(HIDDEN, 2)
        self.starts, self.ends = nn.Linear(HIDDEN, POINTER), nn.Linear(HIDDEN, POINTER)

    def forward(self, ids: Tensor, types: Tensor, inside: Tensor, passage: Tensor) -> Tensor:
        """Log-probabilities of the spans, (batch, start, end), of (batch, length) tokens.

        ``inside`` is true for tokens that are no padding, ``passage`` for those of the passage.
        """
        values = self.words[ids] + self.positions[: ids.shape[1]] + self.types[types]
        values = self.dropout(self.norm(values))
        bias = torch.where(inside, 0.0, _NEVER).bfloat16()[:, None, None, :]
        for layer in self.layers:
            values = layer(values, bias)
        start, end = self.edges(values).split(1, dim=-1)
        pairs = self.starts(values) @ self.ends(values).transpose(1, 2) / math.sqrt(POINTER)
        scores = start + end.transpose(1, 2) + pairs
        return scores.masked_fill(~spans(passage), _NEVER).flatten(1).log_softmax(-1).view_as(scores)


def spans(passage: Tensor) -> Tensor:
    """Which pairs of tokens are spans that may be answers; those that aren't in the passage count as none."""
    length = passage.shape[1]
    band = torch.ones(length, length, dtype=torch.bool).triu().tril(LONGEST - 1)
    allowed = passage[:, :, None] & passage[:, None, :] & band
    allowed[:, 0, 0] = True
    return allowed


def norm(base: Mapping[str, Tensor], name: str) -> nn.LayerNorm:
    made = nn.LayerNorm(HIDDEN, eps=EPSILON)
    made.load_state_dict({"weight": base[f"{name}.weight"], "bias": base[f"{name}.bias"]})
    return made
