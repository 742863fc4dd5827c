"""Files of named arrays, in the safetensors format: a length, a JSON header, the arrays' bytes.

https://github.com/huggingface/safetensors#format
"""

import json
import mmap
from collections.abc import Mapping
from pathlib import Path

import numpy as np

_TYPES = {"F32": np.dtype("<f4"), "F16": np.dtype("<f2"), "I64": np.dtype("<i8")}
_NAMES = {kind: name for name, kind in _TYPES.items()}


def parse(content: bytes | mmap.mmap) -> dict[str, np.ndarray]:
    """The arrays of a file, read-only views of its bytes. ValueError for what is no such file."""
    size = int.from_bytes(content[:8], "little")
    try:
        header = json.loads(content[8 : 8 + size])
        header.pop("__metadata__", None)
        return {name: _array(content, 8 + size, about) for name, about in header.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError("This is not a safetensors file.") from error


def _array(content: bytes | mmap.mmap, base: int, about: dict) -> np.ndarray:
    kind, (start, end) = _TYPES[about["dtype"]], about["data_offsets"]
    flat = np.frombuffer(content, kind, count=(end - start) // kind.itemsize, offset=base + start)
    return flat.reshape(about["shape"])


def write(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    header, at = {}, 0
    for name, array in arrays.items():
        about = {"dtype": _NAMES[array.dtype], "shape": array.shape, "data_offsets": [at, at + array.nbytes]}
        header[name], at = about, at + array.nbytes
    packed = json.dumps(header).encode()
    packed += b" " * (-len(packed) % 8)
    with path.open("wb") as file:
        file.write(len(packed).to_bytes(8, "little") + packed)
        for array in arrays.values():
            file.write(np.ascontiguousarray(array).tobytes())
