"""Search modes as budgets: how deep a search looks, and how much text it gives back by itself."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mode:
    name: str
    passages: int
    """Passages that one query may bring."""
    excerpts: int
    """Passages of one page that may be quoted."""
    chars_per_result: int
    chars_total: int


TURBO = Mode("turbo", passages=20, excerpts=1, chars_per_result=1_000, chars_total=6_000)
FAST = Mode("fast", passages=40, excerpts=2, chars_per_result=1_500, chars_total=10_000)
BASIC = Mode("basic", passages=60, excerpts=3, chars_per_result=2_000, chars_total=16_000)
ADVANCED = Mode("advanced", passages=100, excerpts=6, chars_per_result=4_000, chars_total=30_000)

MODES = {mode.name: mode for mode in (TURBO, FAST, BASIC, ADVANCED)}
