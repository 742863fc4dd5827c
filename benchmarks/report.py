"""How a benchmark tells what it found: a table on the screen, the same as JSON in benchmarks/results/."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

RESULTS = Path(__file__).parent / "results"


def report(name: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Print the rows under their keys, numbers with one decimal, and write them to `results/<name>.json`."""
    cells = [list(rows[0]), *([cell(value) for value in row.values()] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for line in cells:
        first, *others = (text.ljust(width) for text, width in zip(line, widths, strict=True))
        print(
            "  ".join(
                [first, *(text.strip().rjust(width) for text, width in zip(others, widths[1:], strict=True))]
            )
        )
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(list(rows), indent=2) + "\n")


def cell(value: object) -> str:
    return f"{value:.1f}" if isinstance(value, float) else str(value)
