"""Processors as budgets: how much a run may read. A ``-fast`` twin reads as much and fetches nothing."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Tier:
    name: str
    pages: int
    """Pages about the subject that are read and compared."""
    passages: int
    """Passages that a search for one field may bring."""
    queries: int
    """Wordings of a search that are tried for one field."""
    facts: int
    """Facts that an answer with a schema of its own may hold."""
    fetched: int = 0
    """New pages that may be fetched, where a source is a search engine to ask."""
    fetch_seconds: float = 0.0
    """Seconds after which no further one is begun."""
    announces: bool = True
    """Whether searches are told in the trace."""
    structured: bool = False
    """Whether a run without a task spec is answered as JSON."""


SPEED = Tier("speed", pages=2, passages=6, queries=1, facts=6, announces=False)
"""The chat model's, which answers at once; no run can be given it."""
LITE = Tier("lite", pages=2, passages=4, queries=1, facts=6, announces=False)
BASE = Tier("base", pages=3, passages=8, queries=2, facts=8, fetched=5, fetch_seconds=15.0)
CORE = Tier("core", pages=4, passages=16, queries=3, facts=12, fetched=15, fetch_seconds=60.0)
PRO = Tier("pro", pages=6, passages=40, queries=5, facts=24, fetched=40, fetch_seconds=240.0, structured=True)
ULTRA = Tier(
    "ultra", pages=10, passages=100, queries=8, facts=40, fetched=120, fetch_seconds=600.0, structured=True
)


def _times(tier: Tier, factor: int) -> Tier:
    return replace(
        tier,
        name=f"{tier.name}{factor}x",
        pages=tier.pages * factor,
        passages=tier.passages * factor,
        fetched=tier.fetched * factor,
    )


TIERS = {
    tier.name: tier
    for tier in (
        LITE,
        BASE,
        CORE,
        _times(CORE, 2),
        PRO,
        ULTRA,
        *(_times(ULTRA, factor) for factor in (2, 4, 8)),
    )
}


def tier_of(processor: str) -> Tier:
    """The budget of a processor's name; ValueError for a name that is none."""
    name = processor.removesuffix("-fast")
    if name not in TIERS:
        raise ValueError(
            f"There is no processor {processor!r}. Choose one of {', '.join(TIERS)}, with or without -fast."
        )
    return replace(TIERS[name], fetched=0) if name != processor else TIERS[name]
