"""What the engine is asked in its quality benchmark, and what the right answers are."""

import csv
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from engine.document import Block, Document

_FIGURE = re.compile(r"-?\$?\d[\d,.]*(?: (?:million|billion|trillion))?(?:%|$| \(| sq km| km\b| years)")
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
"""Names that schemas give to things, and the label under which the countries' pages have them."""
Case = TypeVar("Case")


@dataclass(frozen=True, slots=True)
class Question:
    """A question about a paragraph, which lies in its article's text from ``start`` to ``end``."""

    text: str
    path: str
    start: int
    end: int
    answers: tuple[str, ...]


def articles(data: Path) -> Iterator[Document]:
    for article in _squad(data):
        blocks = tuple(Block("paragraph", paragraph["context"]) for paragraph in article["paragraphs"])
        title = article["title"].replace("_", " ")
        yield Document(path=_address(article), title=title, kind="page", blocks=blocks, source="SQuAD 1.1")


def questions(data: Path) -> Iterator[Question]:
    for article in _squad(data):
        at = 0
        for paragraph in article["paragraphs"]:
            end = at + len(paragraph["context"])
            for asked in paragraph["qas"]:
                answers = tuple(one if isinstance(one, str) else one["text"] for one in asked["answers"])
                yield Question(asked["question"], _address(article), at, end, answers)
            at = end + 1


def companies(data: Path) -> Iterator[Document]:
    if not (data / "sp500.csv").exists():
        return
    for row in csv.DictReader((data / "sp500.csv").open()):
        stated = {"Headquarters": row["Headquarters Location"], "Founded": row["Founded"]}
        yield Document(
            path=f"/companies/{row['Symbol']}/",
            title=row["Security"],
            kind="organisation",
            blocks=tuple(Block("fact", f"{label}: {value}", label=label) for label, value in stated.items()),
            source="S&P 500 table",
            aliases=(row["Symbol"],),
        )


def labels(document: Document) -> dict[str, None]:
    return dict.fromkeys(block.label for block in document.blocks if block.kind == "fact")


def missing_labels(documents: Sequence[Document]) -> list[tuple[Document, str]]:
    """Labels that twenty pages have and this one has not."""
    has = {document.path: labels(document) for document in documents}
    every = sorted({label for stated in has.values() for label in stated})
    common = [label for label in every if sum(label in stated for stated in has.values()) >= 20]
    return [
        (document, label) for document in documents for label in common if label not in has[document.path]
    ]


def name_for(label: str) -> str:
    """The label as a property name."""
    return "_".join(re.findall(r"\w+", label.lower().replace("'s", "")))


def schema_for(block: Block) -> dict[str, Any]:
    """The type that somebody would give a field for this fact."""
    if block.values:
        return {"type": "array", "items": {"type": "string"}}
    return {"type": "number" if _FIGURE.match(block.text[len(block.label) + 2 :]) else "string"}


def carries(excerpt: str, value: Any, facts: Sequence[Block]) -> bool:
    """Whether the excerpt is (part of) one of these lines and the value is spelled in it, digit by digit."""
    texts = [fact.text for fact in facts]
    if not any(excerpt in text for text in texts):
        return False
    if isinstance(value, int | float):
        digits = re.sub(r"\D", "", f"{value:.6f}".rstrip("0")).strip("0")
        return any(digits[:4] in re.sub(r"\D", "", text) for text in texts)
    spelled = value if isinstance(value, list) else [value]
    return all(any(str(item) in text for text in texts) for item in spelled)


def thinned(cases: Sequence[Case], limit: int) -> Sequence[Case]:
    """At most ``limit`` cases, spread evenly over all of them."""
    return cases[:: max(1, -(-len(cases) // limit))]


def _squad(data: Path) -> list[dict[str, Any]]:
    file = data / "squad-1.1.json"
    return json.loads(file.read_text())["data"] if file.exists() else []


def _address(article: dict[str, Any]) -> str:
    return f"/articles/{article['title']}/"
