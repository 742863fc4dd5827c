"""How good the engine's answers are: fields of country pages, retrieval, quoted answers, names.

``--data FOLDER`` (or GROUNDWORK_BENCH_DATA) holds squad-1.1.json and sp500.csv; what is missing is left out.
Every figure is measured on a fresh index in a temporary folder. The countries come from the starter library.
"""

import argparse
import csv
import json
import os
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import django

_FIGURE = re.compile(r"-?\$?\d[\d,.]*(?: (?:million|billion|trillion))?(?:%|$| \(| sq km| km\b| years)")
COUNTRIES, ARTICLES, COMPANIES = "countries", "articles", "companies"
EVERYDAY_NAMES = {
    "capital_city": "Capital",
    "headOfState": "Chief of state",
    "prime_minister": "Head of government",
    "populationTotal": "Population",
    "total_area_km2": "Area",
    "gdp_usd": "GDP (official exchange rate)",
    "gdp_per_capita": "Real GDP per capita",
    "gdp_growth_rate": "Real GDP growth rate",
    "inflation": "Inflation rate (consumer prices)",
    "unemployment": "Unemployment rate",
    "national_currency": "Currency",
    "main_exports": "Exports - commodities",
    "export_partners": "Exports - partners",
    "main_imports": "Imports - commodities",
    "neighboring_countries": "Border countries",
    "official_languages": "Languages",
    "major_religions": "Religions",
    "life_expectancy": "Life expectancy at birth",
    "median_age_years": "Median age",
    "fertility_rate": "Total fertility rate",
    "infant_mortality": "Infant mortality rate",
    "highest_mountain": "Highest point",
    "coastline_length_km": "Coastline",
    "form_of_government": "Government type",
    "national_day": "National holiday",
    "tld": "Internet country code",
    "internet_penetration": "Internet users - percent of population",
    "number_of_airports": "Airports",
    "railway_length": "Railways",
    "public_debt_percent_gdp": "Public debt",
    "forest_cover": "Land use - forest",
    "electricity_access": "Electricity access - electrification - total population",
    "defense_spending": "Military expenditures",
    "biggest_cities": "Major urban areas - population",
}


@dataclass
class Tally:
    """Counts for one row of the report."""

    asked: int = 0
    answered: int = 0
    right: int = 0
    seconds: list[float] = field(default_factory=list)
    bands: Counter[tuple[str, bool]] = field(default_factory=Counter)

    def note(self, found: bool, right: bool, confidence: str) -> None:
        self.asked += 1
        self.answered += found
        self.right += found and right
        if found:
            self.bands[confidence, right] += 1

    def figures(self) -> dict[str, float | int]:
        figures = {
            "asked": self.asked,
            "answered": self.answered,
            "precision": share(self.right, self.answered),
            "recall": share(self.right, self.asked),
        }
        for band in ("high", "medium", "low"):
            count = self.bands[band, True] + self.bands[band, False]
            figures |= {f"{band}_answers": count, f"{band}_right": share(self.bands[band, True], count)}
        return figures | {"p50_ms": round(1000 * median(self.seconds), 1) if self.seconds else 0.0}


def main(argv: Sequence[str] | None = None) -> int:
    arguments = _arguments(argv)
    with tempfile.TemporaryDirectory(prefix="engine-quality-") as folder:
        _start_django(folder)
        report = measure(Path(arguments.data), arguments.limit)
    for name, figures in report.items():
        print(f"\n{name}")
        for key, value in figures.items():
            print(f"  {key:<28} {value:>10}")
    Path(arguments.json).write_text(json.dumps(report, indent=1) + "\n")
    return 0


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--data", default=os.environ.get("GROUNDWORK_BENCH_DATA", "."), help="folder with the dev data"
    )
    parser.add_argument("--json", default="engine_quality.json", help="where the figures go")
    parser.add_argument("--limit", type=int, default=1500, help="most questions of each kind")
    return parser.parse_args(argv)


def _start_django(folder: str) -> None:
    os.environ["GROUNDWORK_DATA"] = folder
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.core.management import call_command  # needs the settings above

    call_command("migrate", database="engine", verbosity=0)


def measure(data: Path, limit: int) -> dict[str, dict[str, Any]]:
    documents = _countries()
    report = {"loading": _load(data, documents)}
    report["fields, the page's own labels"] = _own_labels(documents, limit).figures()
    report["fields, everyday names"] = _everyday_names(documents, limit).figures()
    report["fields that the page does not have"] = _absent(documents, limit).figures()
    report["names to pages"] = _names(documents, data, limit)
    if (data / "squad-1.1.json").exists():
        questions = list(_thinned(list(_questions(data)), limit))
        report["retrieval of paragraphs"] = _retrieval(questions)
        report["quoted answers"] = _quotes(questions).figures()
        report["quoted answers, own article withheld"] = _quotes(questions, withheld=True).figures()
    return report


def _countries() -> list[Any]:
    from engine.starter.countries import countries

    return list(countries())


def _load(data: Path, documents: list[Any]) -> dict[str, float]:
    from engine.index import index_documents

    began = time.perf_counter()
    index_documents(documents, scope=COUNTRIES, source_name="Countries", kind="bench")
    took = time.perf_counter() - began
    if (data / "squad-1.1.json").exists():
        index_documents(_articles(data), scope=ARTICLES, source_name="Articles", kind="bench")
    if (data / "sp500.csv").exists():
        index_documents(_companies(data), scope=COMPANIES, source_name="Companies", kind="bench")
    return {"country_pages": len(documents), "country_pages_per_second": round(len(documents) / took, 1)}


def _articles(data: Path) -> Iterator[Any]:
    from engine.document import Block, Document

    for article in json.loads((data / "squad-1.1.json").read_text())["data"]:
        blocks = tuple(Block("paragraph", paragraph["context"]) for paragraph in article["paragraphs"])
        title = article["title"].replace("_", " ")
        yield Document(
            path=f"/articles/{article['title']}/", title=title, kind="page", blocks=blocks, source="SQuAD"
        )


def _companies(data: Path) -> Iterator[Any]:
    from engine.document import Block, Document

    for row in csv.DictReader((data / "sp500.csv").open()):
        facts = (
            ("Headquarters", row["Headquarters Location"]),
            ("Founded", row["Founded"]),
            ("Sector", row["GICS Sector"]),
        )
        blocks = tuple(Block("fact", f"{label}: {value}", label=label) for label, value in facts)
        yield Document(
            path=f"/companies/{row['Symbol']}/",
            title=row["Security"],
            kind="organisation",
            blocks=blocks,
            source="S&P 500 table",
            aliases=(row["Symbol"],),
        )


def _own_labels(documents: list[Any], limit: int) -> Tally:
    """Each label asked for by its own words; right if the evidence is that line and holds the value."""
    cases = [(document, label) for document in documents for label in _labels(document)]
    return _ask_fields(_thinned(cases, limit), _name_for)


def _everyday_names(documents: list[Any], limit: int) -> Tally:
    names = {label: name for name, label in EVERYDAY_NAMES.items()}
    cases = [(document, label) for document in documents for label in _labels(document) if label in names]
    return _ask_fields(_thinned(cases, limit), names.__getitem__)


def _name_for(label: str) -> str:
    return "_".join(re.findall(r"\w+", label.lower().replace("'s", "")))


def _absent(documents: list[Any], limit: int) -> Tally:
    """Labels that other countries have and this one lacks: every answer is wrong."""
    every = sorted({label for document in documents for label in _labels(document)})
    common = [label for label in every if sum(label in _labels(document) for document in documents) >= 20]
    cases = [
        (document, label) for document in documents for label in common if label not in _labels(document)
    ]
    tally = Tally()
    for document, label in _thinned(cases, limit):
        name = _name_for(label)
        entry, _ = _ask_field(document, name, {"type": ["string", "null"]}, tally)
        tally.note(entry.found, False, entry.confidence)
    return tally


def _ask_fields(cases: Iterator[tuple[Any, str]], name_of: Callable[[str], str]) -> Tally:
    tally = Tally()
    for document, label in cases:
        facts = [block for block in document.blocks if block.label == label]
        entry, value = _ask_field(document, name_of(label), _schema_for(facts[0]), tally)
        texts = [excerpt.text for citation in entry.citations for excerpt in citation.excerpts]
        tally.note(entry.found, any(_carries(text, value, facts) for text in texts), entry.confidence)
    return tally


def _ask_field(document: Any, name: str, schema: dict[str, Any], tally: Tally) -> tuple[Any, Any]:
    from engine.research import research

    spec = {
        "output_schema": {"json_schema": {"type": "object", "properties": {name: schema}, "required": [name]}}
    }
    began = time.perf_counter()
    output = research(input={"country": document.title}, task_spec=spec, processor="base", scopes=[COUNTRIES])
    tally.seconds.append(time.perf_counter() - began)
    return output.basis[0], output.content[name]


def _labels(document: Any) -> dict[str, None]:
    return dict.fromkeys(block.label for block in document.blocks if block.kind == "fact")


def _schema_for(block: Any) -> dict[str, Any]:
    if block.values:
        return {"type": "array", "items": {"type": "string"}}
    value = block.text[len(block.label) + 2 :]
    return {"type": "number" if _FIGURE.match(value) else "string"}


def _carries(excerpt: str, value: Any, facts: list[Any]) -> bool:
    """Whether the excerpt is (part of) one of these lines and the value is spelled in it, digit by digit."""
    if not any(excerpt in fact.text for fact in facts):
        return False
    spelled = [str(item) for item in (value if isinstance(value, list) else [value])]
    if isinstance(value, int | float):
        digits = re.sub(r"\D", "", f"{value:.6f}".rstrip("0")).strip("0")
        return any(digits[:4] in re.sub(r"\D", "", fact.text) for fact in facts)
    return all(any(text in fact.text for fact in facts) for text in spelled)


def _names(documents: list[Any], data: Path, limit: int) -> dict[str, float]:
    """The page that bears a name, out of countries and companies: as it is, in a question, an alias."""
    cases = [(document.title, document.path) for document in documents]
    cases += [(f"What is the population of {document.title}?", document.path) for document in documents]
    aliases = [(alias, document.path) for document in documents for alias in document.aliases]
    companies = [(row.title, row.path) for row in _companies(data)] if (data / "sp500.csv").exists() else []
    asked = [(f"Where is {title} headquartered?", path) for title, path in companies]
    groups = {"countries": cases, "aliases": aliases, "companies": companies, "companies_in_questions": asked}
    return {
        name: share(sum(_finds(*case) for case in group), len(group))
        for name, group in groups.items()
        if group
    }


def _finds(asked: str, path: str) -> bool:
    from engine.library import Library
    from engine.policy import read_policy
    from engine.subject import identify

    subject = identify(asked, Library([COUNTRIES, COMPANIES], read_policy(None)), wording="", most_pages=1)
    return bool(subject.pages) and subject.pages[0].url == path


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    path: str
    start: int
    end: int
    answers: tuple[str, ...]


def _questions(data: Path) -> Iterator[Question]:
    for article in json.loads((data / "squad-1.1.json").read_text())["data"]:
        at = 0
        for paragraph in article["paragraphs"]:
            end = at + len(paragraph["context"])
            for asked in paragraph["qas"]:
                answers = tuple(
                    answer if isinstance(answer, str) else answer["text"] for answer in asked["answers"]
                )
                yield Question(asked["question"], f"/articles/{article['title']}/", at, end, answers)
            at = end + 1


def _retrieval(questions: list[Question]) -> dict[str, float]:
    """Whether the paragraph that holds the answer is among the first passages found."""
    from engine.library import Library
    from engine.policy import read_policy
    from engine.words import words

    library = Library([COUNTRIES, ARTICLES], read_policy(None))
    ranks, seconds = [], []
    for question in questions:
        began = time.perf_counter()
        hits = library.search(words(question.text), limit=20)
        seconds.append(time.perf_counter() - began)
        places = [at for at, hit in enumerate(hits) if hit.path == question.path and _overlaps(hit, question)]
        ranks.append(places[0] if places else 99)
    figures = {f"hit@{k}": share(sum(rank < k for rank in ranks), len(ranks)) for k in (1, 5, 20)}
    return {"questions": len(questions), **figures, "p50_ms": round(1000 * median(seconds), 2)}


def _overlaps(hit: Any, question: Question) -> bool:
    return min(hit.end, question.end) - max(hit.start, question.start) > (question.end - question.start) / 2


def _quotes(questions: list[Question], *, withheld: bool = False) -> Tally:
    """Text answers: right if a quote holds an accepted answer; with its article withheld, none is right."""
    from django.conf import settings

    from engine.research import research

    tally = Tally()
    for question in questions[:600]:
        began = time.perf_counter()
        output = research(
            input=question.text,
            task_spec=None,
            processor="base",
            scopes=[COUNTRIES, ARTICLES],
            source_policy={"exclude_domains": [f"{settings.HOST}{question.path}"]} if withheld else None,
        )
        tally.seconds.append(time.perf_counter() - began)
        entry = output.basis[0]
        tally.note(
            entry.found,
            not withheld and any(answer in output.content for answer in question.answers),
            entry.confidence,
        )
    return tally


def _thinned(cases: Sequence[Any], limit: int) -> Iterator[Any]:
    """At most ``limit`` cases, spread evenly over all of them."""
    step = max(1, -(-len(cases) // limit))
    return iter(cases[::step])


def share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    sys.exit(main())
