"""Runs networks on onnxruntime, one copy a process, with few threads: an installation has many processes."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import onnxruntime

from engine.neural.tokens import Window

THREADS = min(2, os.cpu_count() or 1)
ROWS = 2048
"""Tokens that are worked on together, padding included: more is no faster, and the memory is kept."""
LEAST_FULL = 0.9
"""How long a window is, of the longest, that is worked on with it: padding costs as much as tokens do."""


def small() -> bool:
    """Whether this processor multiplies bytes exactly; older ones lose digits, and get the larger network."""
    try:
        flags = Path("/proc/cpuinfo").read_text()
    except OSError:
        return False
    return "vnni" in flags or "asimddp" in flags


def session(model: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.inter_op_num_threads = 1
    # Threads that wait for work must not keep other processes from theirs.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.enable_mem_pattern = False  # plans memory by shape, and each batch has another
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def run(
    session: onnxruntime.InferenceSession, windows: Sequence[Window]
) -> Iterator[tuple[list[int], np.ndarray]]:
    """The network's output for all windows, in batches: which windows they are, and a row for each.

    Windows of like length go together, so that little is padding.
    """
    order = sorted(range(len(windows)), key=lambda number: len(windows[number].ids))
    while order:
        longest = len(windows[order[-1]].ids)
        fitting = order[-max(1, ROWS // longest) :]
        chosen = [number for number in fitting if len(windows[number].ids) >= LEAST_FULL * longest]
        del order[-len(chosen) :]
        yield chosen, session.run(None, arrays([windows[number] for number in chosen], longest))[0]


def arrays(windows: Sequence[Window], length: int) -> dict[str, np.ndarray]:
    ids, types, inside = (np.zeros((len(windows), length), np.int64) for _ in range(3))
    for row, window in enumerate(windows):
        count = len(window.ids)
        ids[row, :count], types[row, :count], inside[row, :count] = window.ids, window.types, 1
    return {"ids": ids, "types": types, "inside": inside}
