"""The weights of MiniLM and its tokenizer, from the package that brings them, checked before use."""

import hashlib
import importlib.util
import mmap
from functools import cache
from pathlib import Path

import numpy as np

from engine.neural import PACKAGE, safetensors

MODEL_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
LAYERS, HEADS, HIDDEN = 6, 12, 384
EPSILON = 1e-12
SCALE = 2.0
"""By which the adapter's low-rank changes are multiplied (LoRA's alpha / r)."""
POINTER = 64
"""Dimensions in which the reader compares starts with ends."""
LONGEST = 30
"""Tokens of an answer."""


class Unusable(Exception):
    """The reader level can't be used; the message says why and what to do."""


@cache
def folder() -> Path | None:
    """Where the package's files are, without running any code of it; None if it isn't installed."""
    spec = importlib.util.find_spec(PACKAGE)
    place = next(iter(spec.submodule_search_locations or ()), None) if spec else None
    return Path(place) / "model" if place else None


def read(name: str, sha256: str) -> mmap.mmap:
    """One of the package's files, if it is the one that was published; mapped, as it may be large."""
    here = folder()
    if here is None:
        raise Unusable("The weights of the reader level are not installed. Start again without --keyless.")
    with (here / name).open("rb") as file:
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    check(content, sha256, name)
    return content


def check(content: bytes | mmap.mmap, sha256: str, name: str) -> None:
    if hashlib.sha256(content).hexdigest() != sha256:
        raise Unusable(
            f"The file {name} of the reader level is not the one that was published. "
            f"Delete the folder .venv and start again, so that it is installed anew."
        )


def minilm() -> dict[str, np.ndarray]:
    return safetensors.parse(read("model.safetensors", MODEL_SHA256))


def tokenizer() -> str:
    return read("tokenizer.json", TOKENIZER_SHA256)[:].decode()
