"""MiniLM as a network for onnxruntime, once with a head that gives a text's meaning, once with the reader's.

The encoder is BERT's (https://arxiv.org/abs/1810.04805). With ``small`` a matrix holds one byte a weight and
a scale for each column, and what it is multiplied with is rounded to bytes as it comes, with a scale for each
token: so what a text gives depends on no other that happens to be in its batch.
"""

import math
from collections.abc import Mapping

import numpy as np

from engine.neural.onnx import FLOAT, INT64, UINT8, Graph
from engine.neural.weights import EPSILON, HEADS, HIDDEN, LAYERS, POINTER

Arrays = Mapping[str, np.ndarray]
_NEVER = -1e4
_TINY = 1e-9
_STRIDE = 2048
"""Columns that are rounded at once: all of the words' would take a lot of memory for a moment."""


def embedder(arrays: Arrays, *, small: bool) -> bytes:
    """Inputs ``ids``, ``types`` and ``inside`` (batch, length); output ``vectors`` (batch, 384), of length 1.

    The mean over a text's tokens, as the sentence-transformers model card prescribes.
    """
    net = Network(arrays, small=small)
    graph, add = net.graph, net.graph.add
    weights = add("Unsqueeze", net.inside, net.ints(-1))
    total = add("ReduceSum", add("Mul", net.encoder(), weights), net.ints(1), keepdims=0)
    length = add("Sqrt", add("ReduceSum", add("Mul", total, total), net.ints(-1)))
    graph.output(add("Div", total, length), "vectors", FLOAT, "batch", "size")
    return graph.model()


def reader(arrays: Arrays, *, small: bool) -> bytes:
    """The same inputs; output ``scores`` (batch, length, length): of each span, by its first and last token.

    ``arrays`` holds the head too: ``edges`` scores starts and ends alone, ``starts`` and ``ends`` turn them
    into vectors of which the product scores the pair.
    """
    net = Network(arrays, small=small)
    graph, add = net.graph, net.graph.add
    last = net.encoder()
    edges = net.exact(last, "edges")
    start, end = (
        add("Slice", edges, net.ints(at), net.ints(at + 1), net.ints(-1), net.ints(1)) for at in (0, 1)
    )
    pairs = add(
        "MatMul", net.exact(last, "starts"), add("Transpose", net.exact(last, "ends"), perm=[0, 2, 1])
    )
    pairs = add("Mul", pairs, net.float(1 / math.sqrt(POINTER)))
    scores = add("Add", add("Add", pairs, start), add("Transpose", end, perm=[0, 2, 1]))
    graph.output(scores, "scores", FLOAT, "batch", "start", "end")
    return graph.model()


class Network:
    """The encoder, and the pieces that it is made of."""

    def __init__(self, arrays: Arrays, *, small: bool) -> None:
        self.arrays, self.small, self.graph = arrays, small, Graph()
        self.ids = self.graph.input("ids", INT64, "batch", "length")
        self.types = self.graph.input("types", INT64, "batch", "length")
        self.inside = self.graph.add("Cast", self.graph.input("inside", INT64, "batch", "length"), to=FLOAT)

    def encoder(self) -> str:
        """The last layer's values, (batch, length, 384)."""
        add = self.graph.add
        outside = add("Sub", self.float(1), self.inside)
        bias = add("Mul", add("Unsqueeze", outside, self.ints(1, 2)), self.float(_NEVER))
        values = add("Reshape", self.embeddings(), self.ints(-1, HIDDEN))
        for number in range(LAYERS):
            values = self.layer(values, bias, f"encoder.layer.{number}")
        return add("Reshape", values, self.shape(HIDDEN))

    def shape(self, *sizes: int) -> str:
        """Of values for each token: batch, length, and these sizes."""
        return self.graph.add("Concat", self.graph.add("Shape", self.ids), self.ints(*sizes), axis=0)

    def embeddings(self) -> str:
        add = self.graph.add
        length = add("Slice", add("Shape", self.ids), self.ints(1), self.ints(2))
        places = self.graph.constant(self.arrays["embeddings.position_embeddings.weight"])
        places = add("Slice", places, self.ints(0), length, self.ints(0))
        types = self.graph.constant(self.arrays["embeddings.token_type_embeddings.weight"])
        words = add("Add", self.words(), add("Gather", types, self.types))
        return self.norm(add("Add", words, places), "embeddings.LayerNorm")

    def words(self) -> str:
        table = self.arrays["embeddings.word_embeddings.weight"]
        add, constant = self.graph.add, self.graph.constant
        if not self.small:
            return add("Gather", constant(table), self.ids)
        rounded, scales = quantised(table.T)
        row = add("Cast", add("Gather", constant(rounded.T), self.ids), to=FLOAT)
        return add("Mul", row, add("Gather", constant(scales[:, None]), self.ids))

    def layer(self, values: str, bias: str, prefix: str) -> str:
        """Takes and gives values of all tokens, (batch * length, 384)."""
        add = self.graph.add
        names = [f"{prefix}.attention.self.{part}" for part in ("query", "key", "value")]
        weight = np.concatenate([self.arrays[f"{name}.weight"] for name in names])
        shift = np.concatenate([self.arrays[f"{name}.bias"] for name in names])
        # All three, head by head: (batch, length, 3, heads, size) -> (3, batch, heads, length, size).
        shape = self.shape(3, HEADS, HIDDEN // HEADS)
        heads = add("Reshape", self.linear(values, weight, shift), shape)
        heads = add("Transpose", heads, perm=[2, 0, 3, 1, 4])
        query, key, value = (add("Gather", heads, self.scalar(part), axis=0) for part in range(3))
        scores = add("MatMul", query, add("Transpose", key, perm=[0, 1, 3, 2]))
        scores = add("Mul", scores, self.float(1 / math.sqrt(HIDDEN / HEADS)))
        attention = add("Softmax", add("Add", scores, bias), axis=-1)
        seen = add("Transpose", add("MatMul", attention, value), perm=[0, 2, 1, 3])
        seen = add("Reshape", seen, self.ints(-1, HIDDEN))
        out = self.named(seen, f"{prefix}.attention.output.dense")
        values = self.norm(add("Add", values, out), f"{prefix}.attention.output.LayerNorm")
        inner = add("Gelu", self.named(values, f"{prefix}.intermediate.dense"))
        outer = self.named(inner, f"{prefix}.output.dense")
        return self.norm(add("Add", values, outer), f"{prefix}.output.LayerNorm")

    def named(self, values: str, name: str) -> str:
        return self.linear(values, self.arrays[f"{name}.weight"], self.arrays[f"{name}.bias"])

    def linear(self, values: str, weight: np.ndarray, bias: np.ndarray) -> str:
        add, constant = self.graph.add, self.graph.constant
        if not self.small:
            return add("Add", add("MatMul", values, constant(weight.T)), constant(bias))
        rounded, scales = quantised(weight.T)
        # Bytes from 1 to 255 that stand for -127 to 127: processors multiply those with signed ones exactly.
        largest = add("ReduceMax", add("Abs", values), self.ints(-1), keepdims=0)
        scale = add("Mul", add("Add", largest, self.float(_TINY)), self.float(1 / 127))
        zeros = add("Cast", add("Add", add("Mul", scale, self.float(0)), self.float(128)), to=UINT8)
        low = add("QuantizeLinear", values, scale, zeros, axis=0)
        middle, none = constant(np.array(128, np.uint8)), constant(np.zeros(len(scales), np.int8))
        product = add("Cast", add("MatMulInteger", low, constant(rounded), middle, none), to=FLOAT)
        product = add("Mul", add("Mul", product, add("Unsqueeze", scale, self.ints(-1))), constant(scales))
        return add("Add", product, constant(bias))

    def exact(self, values: str, name: str) -> str:
        """A linear map that is never rounded: a head is small, and small differences decide in it."""
        weight, bias = self.arrays[f"{name}.weight"], self.arrays[f"{name}.bias"]
        product = self.graph.add("MatMul", values, self.graph.constant(weight.T))
        return self.graph.add("Add", product, self.graph.constant(bias))

    def norm(self, values: str, name: str) -> str:
        weight, bias = (self.graph.constant(self.arrays[f"{name}.{part}"]) for part in ("weight", "bias"))
        return self.graph.add("LayerNormalization", values, weight, bias, axis=-1, epsilon=EPSILON)

    def ints(self, *values: int) -> str:
        return self.graph.constant(np.array(values, np.int64))

    def scalar(self, value: int) -> str:
        return self.graph.constant(np.array(value, np.int64))

    def float(self, value: float) -> str:
        return self.graph.constant(np.array(value, np.float32))


def quantised(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Its columns in whole numbers from -127 to 127, and the scale of each column."""
    scales = np.maximum(matrix.max(axis=0), -matrix.min(axis=0)) / np.float32(127)
    scales[scales == 0] = 1
    rounded = np.empty(matrix.shape, np.int8)
    for at in range(0, matrix.shape[1], _STRIDE):
        part = slice(at, at + _STRIDE)
        rounded[:, part] = np.rint(matrix[:, part] / scales[part])
    return rounded, scales
