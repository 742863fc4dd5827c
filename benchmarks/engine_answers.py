"""The engine's answers measured; imported once the settings stand."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.engine_cases import (
    EVERYDAY_NAMES,
    articles,
    carries,
    companies,
    labels,
    missing_labels,
    name_for,
    schema_for,
    thinned,
)
from engine.document import Document
from engine.index import index_documents
from engine.library import Library
from engine.output import FieldBasis
from engine.policy import SourcePolicy
from engine.research import research
from engine.starter.countries import countries
from engine.subject import identify

COUNTRIES, ARTICLES, COMPANIES = "countries", "articles", "companies"
Row = dict[str, object]


@dataclass
class Tally:
    """Counts for one row of the table."""

    what: str
    asked: int = 0
    seconds: list[float] = field(default_factory=list)
    bands: Counter[tuple[str, bool]] = field(default_factory=Counter)
    """Answers by confidence and whether they were right."""

    def note(self, entry: FieldBasis, *, right: bool) -> None:
        self.asked += 1
        if entry.found:
            self.bands[entry.confidence, right] += 1

    @contextmanager
    def timed(self) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.seconds.append(time.perf_counter() - began)

    def row(self) -> Row:
        answered, right = self.bands.total(), sum(n for (_, right), n in self.bands.items() if right)
        row: Row = {"what": self.what, "asked": self.asked, "answered %": share(answered, self.asked)}
        row |= {"right %": share(right, answered), "recall %": share(right, self.asked)}
        for band in ("high", "medium", "low"):
            count = self.bands[band, True] + self.bands[band, False]
            row |= {band: count, f"{band} right %": share(self.bands[band, True], count)}
        return row | {"p50 ms": 1000 * median(self.seconds)}


def load(data: Path) -> list[Document]:
    """Fill the index with countries, articles and companies, each in a scope of its own."""
    made = list(countries())
    for scope, documents in ((COUNTRIES, made), (ARTICLES, articles(data)), (COMPANIES, companies(data))):
        index_documents(documents, scope=scope, source_name=scope, kind="benchmark")
    return made


def answers(documents: Sequence[Document], limit: int) -> list[Row]:
    """Fields of the starter library's countries."""
    named = {label: name for name, label in EVERYDAY_NAMES.items()}
    own = [(document, label) for document in documents for label in labels(document)]
    everyday = [(document, label) for document, label in own if label in named]
    tallies = [
        _fields("fields by the page's own labels", thinned(own, limit), name_for),
        _fields("fields by everyday names", thinned(everyday, limit), named.__getitem__),
        _absent("fields that the page lacks", thinned(missing_labels(documents), limit)),
    ]
    return [tally.row() for tally in tallies]


def _fields(what: str, cases: Sequence[tuple[Document, str]], name_of: Callable[[str], str]) -> Tally:
    """Right if the evidence is that very line and the value stands in it."""
    tally = Tally(what)
    for document, label in cases:
        facts = [block for block in document.blocks if block.label == label]
        entry, value = _ask(document, name_of(label), schema_for(facts[0]), tally)
        excerpts = [excerpt.text for citation in entry.citations for excerpt in citation.excerpts]
        tally.note(entry, right=any(carries(text, value, facts) for text in excerpts))
    return tally


def _absent(what: str, cases: Sequence[tuple[Document, str]]) -> Tally:
    """Every answer counts as wrong, though some are only the same thing under another label."""
    tally = Tally(what)
    for document, label in cases:
        entry, _ = _ask(document, name_for(label), {"type": ["string", "null"]}, tally)
        tally.note(entry, right=False)
    return tally


def _ask(document: Document, name: str, schema: dict[str, Any], tally: Tally) -> tuple[FieldBasis, Any]:
    root = {"type": "object", "properties": {name: schema}, "required": [name]}
    spec = {"output_schema": {"json_schema": root}}
    with tally.timed():
        output = research(
            input={"country": document.title}, task_spec=spec, processor="base", scopes=[COUNTRIES]
        )
    return output.basis[0], output.content[name]


def names(data: Path, documents: Sequence[Document]) -> list[Row]:
    """Whether a name leads to its page, among countries and companies."""
    firms = list(companies(data))
    groups = {
        "countries": [(document.title, document.path) for document in documents],
        "countries in a question": [
            (f"Who governs {document.title}?", document.path) for document in documents
        ],
        "other names of countries": [
            (name, document.path) for document in documents for name in document.aliases
        ],
        "companies": [(firm.title, firm.path) for firm in firms],
        "companies in a question": [(f"Where is {firm.title} based?", firm.path) for firm in firms],
    }
    return [
        {
            "what": what,
            "asked": len(cases),
            "hit@1 %": share(sum(_leads_to(*case) for case in cases), len(cases)),
        }
        for what, cases in groups.items()
    ]


def _leads_to(name: str, path: str) -> bool:
    library = Library([COUNTRIES, COMPANIES], SourcePolicy())
    return [page.url for page in identify(name, library, wording="", most_pages=1).pages] == [path]


def share(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0
