"""Writes networks in the ONNX format, byte by byte: all that is needed of it is a few messages of protobuf.

Fields and numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
"""

import struct
from collections.abc import Sequence

import numpy as np

OPSET = 20
_IR_VERSION = 9
_KINDS = {"float32": 1, "uint8": 2, "int8": 3, "int32": 6, "int64": 7, "bool": 9}
FLOAT, UINT8, INT64 = _KINDS["float32"], _KINDS["uint8"], _KINDS["int64"]

Attribute = int | float | Sequence[int]


class Graph:
    """A network that grows node by node. Values are known by their names."""

    def __init__(self) -> None:
        self._body: list[bytes] = []
        self._count = 0

    def add(self, op: str, *inputs: str, outputs: int = 1, **attributes: Attribute) -> str:
        """One node; the name of its output, or of its first, to which the others append ``.1``, ``.2`` …"""
        name = self._name(op)
        names = [name, *(f"{name}.{number}" for number in range(1, outputs))]
        node = b"".join(_text(1, value) for value in inputs) + b"".join(_text(2, value) for value in names)
        node += _text(4, op) + b"".join(_bytes(5, _attribute(*pair)) for pair in sorted(attributes.items()))
        self._body.append(_bytes(1, node))
        return name

    def constant(self, array: np.ndarray) -> str:
        name = self._name("constant")
        tensor = b"".join(_int(1, size) for size in array.shape) + _int(2, _KINDS[array.dtype.name])
        tensor += _text(8, name) + _bytes(9, np.ascontiguousarray(array).tobytes())
        self._body.append(_bytes(5, tensor))
        return name

    def input(self, name: str, kind: int, *sizes: str) -> str:
        self._body.append(_bytes(11, _value(name, kind, sizes)))
        return name

    def output(self, value: str, name: str, kind: int, *sizes: str) -> None:
        self._body.append(_bytes(1, _text(1, value) + _text(2, name) + _text(4, "Identity")))
        self._body.append(_bytes(12, _value(name, kind, sizes)))

    def model(self) -> bytes:
        """The whole file."""
        graph = b"".join(self._body) + _text(2, "network")
        return _int(1, _IR_VERSION) + _bytes(7, graph) + _bytes(8, _int(2, OPSET))

    def _name(self, of: str) -> str:
        self._count += 1
        return f"{of}_{self._count}"


def _attribute(name: str, value: Attribute) -> bytes:
    if isinstance(value, int):
        return _text(1, name) + _int(3, value) + _int(20, 2)
    if isinstance(value, float):
        return _text(1, name) + b"\x15" + struct.pack("<f", value) + _int(20, 1)
    return _text(1, name) + b"".join(_int(8, each) for each in value) + _int(20, 7)


def _value(name: str, kind: int, sizes: Sequence[str]) -> bytes:
    shape = b"".join(_bytes(1, _text(2, size)) for size in sizes)
    return _text(1, name) + _bytes(2, _bytes(1, _int(1, kind) + _bytes(2, shape)))


def _text(field: int, value: str) -> bytes:
    return _bytes(field, value.encode())


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _int(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value & 0xFFFF_FFFF_FFFF_FFFF)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])
