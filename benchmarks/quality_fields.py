"""Schema fields measured: a page's own labels, labels that it lacks, and names that only mean the same."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import jsonschema_rs

from benchmarks.fields_cases import Case, absent, common_labels, half_of, paraphrases, present, right
from benchmarks.fields_pages import Country, book, pages
from engine.concepts import CONCEPTS
from engine.index import index_documents
from engine.models import Page
from engine.output import FieldBasis, Output
from engine.research import research
from engine.words import label_stems, split_identifier

SCOPE = "fields"
AT_ONCE = 25
"""Fields in one schema."""
Row = dict[str, object]
Miss = tuple[str, str, Case, Any, FieldBasis]
"""Country, shape, what was asked, what was answered and on what ground."""


@dataclass
class Tally:
    """Counts of one row."""

    what: str
    asked: int = 0
    answered: int = 0
    right: int = 0
    missed: list[Miss] = field(default_factory=list)
    wrong: list[Miss] = field(default_factory=list)

    def note(self, country: Country, shape: str, case: Case, value: Any, entry: FieldBasis) -> None:
        self.asked += 1
        self.answered += entry.found
        is_right = entry.found and right(case, value)
        self.right += is_right
        if entry.found and not is_right:
            self.wrong.append((country.name, shape, case, value, entry))
        elif not entry.found and case.texts:
            self.missed.append((country.name, shape, case, value, entry))

    def row(self) -> Row:
        return {
            "what": self.what,
            "asked": self.asked,
            "answered %": _share(self.answered, self.asked),
            "precision %": _share(self.right, self.answered),
            "recall %": _share(self.right, self.asked),
        }


@dataclass
class Measured:
    """What a run of the benchmark found: a tally for each name, and what must hold of every output."""

    tallies: dict[str, Tally] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def tally(self, what: str) -> Tally:
        return self.tallies.setdefault(what, Tally(what))

    @contextmanager
    def timed(self) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.seconds += time.perf_counter() - began


def fields(data: Path, limit: int) -> list[Row]:
    """The table: each figure for the half of the countries that the rules were tuned on and for the other."""
    countries = book(data)
    if not countries:
        return []
    measured = measure(countries, per_page=max(4, 4 * limit // len(countries)))
    return table(measured)


def table(measured: Measured) -> list[Row]:
    rows = [measured.tallies[what].row() for what in sorted(measured.tallies)]
    checked = measured.counts
    rows.append(_invariant("excerpts that stand in their page", checked["verbatim"], checked["excerpts"]))
    rows.append(_invariant("outputs that fit their schema", checked["valid"], checked["outputs"]))
    return rows


def _invariant(what: str, holds: int, of: int) -> Row:
    share = _share(holds, of)
    return {"what": what, "asked": of, "answered %": share, "precision %": share, "recall %": share}


def measure(
    countries: Sequence[Country], *, per_page: int, turn: int = 0, paraphrased: bool = True
) -> Measured:
    """Ask each page for some of its labels, for half as many that it lacks, and for all paraphrases."""
    shapes, documents = zip(*pages(list(countries), turn), strict=True)
    index_documents(documents, scope=SCOPE, source_name=SCOPE, kind="benchmark", complete=True)
    labels = common_labels(countries)
    measured = Measured()
    for country, shape in zip(countries, shapes, strict=True):
        half = half_of(country.code)
        has = _some(present(country, labels), per_page, country)
        lacks = _some(absent(country, labels), per_page // 2, country)
        asked = [(f"labels, {half} half", case) for case in has]
        asked += [(f"labels that the page lacks, {half} half", case) for case in lacks]
        _ask(country, shape, asked, measured, extra=lambda case, shape=shape: (case.wording, shape))
        if paraphrased:
            said = [(_paraphrase(case, half), case) for case in paraphrases(country)]
            _ask(
                country,
                shape,
                said,
                measured,
                extra=lambda case: (f"paraphrases, {half_of(case.name)} half",),
            )
    return measured


def _list_half(case: Case) -> tuple[str]:
    return (f"paraphrases, {half_of(case.name)} half of the list",)


def _paraphrase(case: Case, half: str) -> str:
    """The row for a paraphrase: the engine's own list of synonyms may hold it, or only meaning can tell."""
    if not case.texts:
        return "paraphrases of what the page lacks"
    stems = label_stems(split_identifier(case.name))
    listed = any(stems in concept.asked for concept in CONCEPTS)
    return f"paraphrases {'listed' if listed else 'not listed'}, {half} half"


def _ask(
    country: Country,
    shape: str,
    asked: Sequence[tuple[str, Case]],
    measured: Measured,
    extra: Callable[[Case], Iterable[str]] = lambda _: (),
) -> None:
    """All cases of one page, some in each task; a name that two of them bear is asked for once."""
    named = {case.name: (what, case) for what, case in asked}
    rest = list(named.values())
    for at in range(0, len(rest), AT_ONCE):
        batch = rest[at : at + AT_ONCE]
        properties = {case.name: case.schema for _, case in batch}
        schema = {"type": "object", "properties": properties, "required": list(properties)}
        with measured.timed():
            output = research(
                input={"country": country.name},
                task_spec={"output_schema": {"json_schema": schema}},
                processor="base",
                scopes=[SCOPE],
            )
        _check(output, schema, measured.counts)
        entries = {entry.field: entry for entry in output.basis}
        for what, case in batch:
            for row in (what, *(f"  {part}" for part in extra(case) if case.texts)):
                measured.tally(row).note(country, shape, case, output.content[case.name], entries[case.name])


def _check(output: Output, schema: dict[str, Any], counts: Counter[str]) -> None:
    counts["outputs"] += 1
    counts["valid"] += jsonschema_rs.is_valid(schema, output.content)
    excerpts = [one for entry in output.basis for citation in entry.citations for one in citation.excerpts]
    texts = Page.objects.in_bulk({excerpt.page_id for excerpt in excerpts})
    counts["excerpts"] += len(excerpts)
    counts["verbatim"] += sum(texts[one.page_id].text[one.start : one.end] == one.text for one in excerpts)


def _some(cases: Iterable[Case], most: int, country: Country) -> list[Case]:
    """So many of the cases, the same at every run."""
    every = sorted(cases, key=lambda case: (case.name, case.wording))
    return every if len(every) <= most else Random(country.code).sample(every, most)


def _share(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0
