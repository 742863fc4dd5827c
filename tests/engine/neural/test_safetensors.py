from pathlib import Path

import numpy as np
import pytest

from engine.neural import safetensors


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    arrays = {
        "matrix": np.arange(6, dtype=np.float32).reshape(2, 3),
        "turned": np.arange(6, dtype=np.float16).reshape(2, 3).T,
        "numbers": np.array([1, -2], np.int64),
    }
    safetensors.write(tmp_path / "a", arrays)
    again = safetensors.parse((tmp_path / "a").read_bytes())
    assert list(again) == list(arrays)
    for name, array in arrays.items():
        np.testing.assert_array_equal(again[name], array)
        assert again[name].dtype == array.dtype


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"text of some kind or another",
        b"\x02" + bytes(7) + b"[]",
        b"\x10" + bytes(7) + b'{"a": {"b": 1}} ',
        b'\x42\0\0\0\0\0\0\0{"a": {"dtype": "F32", "shape": [9], "data_offsets": [0, 36]}}    ',
    ],
)
def test_what_is_no_such_file_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="not a safetensors file"):
        safetensors.parse(content)
