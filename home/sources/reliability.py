"""How often an answer of each confidence was right when that was measured, as its page shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

SIDE = 240
"""Of the chart's square, in its own units."""
LARGEST = 12
"""Radius of the point that stands for most answers."""
SMALLEST = 2.5
WORDS = {"keyless": "Keyless", "reader": "Reader"}


@dataclass(frozen=True, slots=True)
class Band:
    name: str
    least: float
    answered: float
    right: float
    """Shares from 0 to 1: of the questions, and of the answers to them."""

    @property
    def right_percent(self) -> float:
        return 100 * self.right

    @property
    def answered_percent(self) -> float:
        return 100 * self.answered


@dataclass(frozen=True, slots=True)
class Bin:
    """The answers that were given a probability from ``low`` to ``high``, and their point in the chart."""

    low: float
    high: float
    count: str
    predicted: float
    observed: float
    x: str
    y: str
    radius: str


@dataclass(frozen=True, slots=True)
class Reliability:
    name: str
    on: str
    questions: str
    bands: list[Band]
    bins: list[Bin]
    ece: float
    auc: float


def reliabilities(file: Path) -> list[Reliability]:
    """What was measured at each level, the best level first; nothing where the file is not there."""
    if not file.exists():
        return []
    levels = orjson.loads(file.read_bytes())["levels"]
    return [reliability(WORDS[name], levels[name]) for name in reversed(WORDS) if name in levels]


def reliability(name: str, stored: Mapping[str, Any]) -> Reliability:
    most = max((row["n"] for row in stored["bins"]), default=1)
    return Reliability(
        name=name,
        on=stored["measured"]["on"],
        questions=f"{stored['measured']['questions']:,}",
        bands=[Band(row["name"], row["from"], row["answered"], row["right"]) for row in stored["bands"]],
        bins=[point(row, most) for row in stored["bins"]],
        ece=stored["ece"],
        auc=stored["auc"],
    )


def point(row: Mapping[str, float], most: float) -> Bin:
    """The chart grows to the right and upwards; a point's area tells how many answers it stands for."""
    return Bin(
        low=row["from"],
        high=row["to"],
        count=f"{int(row['n']):,}",
        predicted=row["predicted"],
        observed=row["observed"],
        x=f"{row['predicted'] * SIDE:.1f}",
        y=f"{(1 - row['observed']) * SIDE:.1f}",
        radius=f"{max(SMALLEST, LARGEST * (row['n'] / most) ** 0.5):.1f}",
    )
