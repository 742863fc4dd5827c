"""The sources of a workspace as pages show them: by collection, with what became of their addresses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.crawl.bounds import Options
from engine.live import KINDS as BACK_ENDS
from engine.models import Source, Visit
from engine.sources import KINDS, pages_of, progress_of, sources_of
from engine.starter import STARTER
from home.sources.schedule import schedule_words

State = Visit.State
TALLIES = (
    ("indexed", "Indexed", (State.INDEXED, State.UNCHANGED)),
    ("waiting", "Waiting", (State.WAITING, State.FETCHING)),
    ("failed", "Failed", (State.FAILED,)),
    ("skipped", "Skipped", (State.SKIPPED,)),
    ("duplicate", "Duplicate", (State.DUPLICATE,)),
)
"""What the counts are called in addresses and on pages, and the states that each takes together."""
STATES_OF = {slug: states for slug, _, states in TALLIES}


@dataclass(frozen=True, slots=True)
class Tally:
    slug: str
    word: str
    count: int

    @property
    def count_text(self) -> str:
        return f"{self.count:,}"


class Standing:
    """A source with what became of its addresses."""

    def __init__(self, source: Source, counts: Mapping[str, int]) -> None:
        self.source = source
        self.counts = counts
        self.total = sum(counts.values())
        self.tallies = [
            Tally(slug, word, sum(counts.get(state, 0) for state in states)) for slug, word, states in TALLIES
        ]

    @property
    def total_text(self) -> str:
        return f"{self.total:,}"

    def count(self, slug: str) -> int:
        return next(tally.count for tally in self.tallies if tally.slug == slug)

    @property
    def is_starter(self) -> bool:
        return self.source.scope == STARTER

    @property
    def kind_word(self) -> str:
        return KINDS.get(self.source.kind, "Part of Groundwork")

    @property
    def is_back_end(self) -> bool:
        """Whether it is asked while a task runs, and not crawled beforehand."""
        return self.source.kind in BACK_ENDS

    @property
    def is_busy(self) -> bool:
        """Whether its counts are about to change."""
        return self.source.state == Source.State.CRAWLING

    @property
    def done(self) -> int:
        return self.total - self.count("waiting")

    @property
    def state_word(self) -> str:
        """Where it stands, in a few words."""
        match self.source.state:
            case Source.State.CRAWLING:
                return "Crawling" if self.done else "Starting"
            case Source.State.PAUSED:
                return "Paused"
            case Source.State.FAILED:
                return "Nothing could be read"
        return "Ready"

    @property
    def bounds(self) -> list[str]:
        """What it may grow to, and when it is crawled again, in words."""
        options, kind = Options.of(self.source.options), self.source.kind
        words = []
        if kind in ("url", "sitemap", "mediawiki"):
            words.append(f"at most {options.most_pages:,} page{'s' if options.most_pages != 1 else ''}")
        if kind in ("url", "sitemap"):
            words.append(f"{options.most_depth} link{'s' if options.most_depth != 1 else ''} deep")
            if options.within == "path":
                words.append("below its first folder")
        if self.source.every:
            words.append(f"crawled again {schedule_words(self.source.every)}")
        return words


@dataclass(frozen=True, slots=True)
class Collection:
    """Sources that are kept under one heading."""

    name: str
    is_starter: bool
    standings: list[Standing]


def collections(scopes: Sequence[str]) -> list[Collection]:
    """All that the scopes hold, by collection; those in none come first, the starter library last."""
    found = sources_of(scopes)
    groups: dict[tuple[bool, str], list[Standing]] = {}
    for standing in standings(found):
        groups.setdefault((standing.is_starter, standing.source.collection), []).append(standing)
    return [Collection(name, is_starter, groups[is_starter, name]) for is_starter, name in sorted(groups)]


def standings(found: Sequence[Source]) -> list[Standing]:
    """The sources with their counts, in three queries at most; a page of the starter library has no visit."""
    counts = progress_of(found)
    pages = pages_of([source for source in found if source.scope == STARTER])
    return [
        Standing(source, {State.INDEXED: pages[source.pk]} if source.pk in pages else counts[source.pk])
        for source in found
    ]
