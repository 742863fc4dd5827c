"""Country pages out of the facts table that ``engine.starter.factbook`` distils from the World Factbook.

Every fact is one block. A figure that the Factbook gives for several years is one fact a year, all under the
same label, newest first: ``Exports: $1.071 trillion (2024 est.)``, ``Exports: $1.05 trillion (2023 est.)``.
The year, or the day, always stands in brackets at the end of the value.
"""

import json
import lzma
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from engine.document import Block, Document

TABLE = Path(__file__).parent / "data" / "countries.json.xz"

_KINDS = {
    "ay": "a continent",
    "ee": "a union of European states",
    "oo": "an ocean",
    "xo": "an ocean",
    "xq": "an ocean",
    "zh": "an ocean",
    "zn": "an ocean",
}
_STATUS_DISPUTED = frozenset({"gz", "kv", "pf", "pg", "tw", "we", "wi"})
_OCEAN = re.compile(r"the (?:[A-Z]\w+ )+Ocean")
_TAKES_ARTICLE = re.compile(
    r"(?:United|Democratic Republic|Republic of|Central African|Dominican Republic|European|Isle of)\b"
    r"|.*(?:Islands|Lands|Territory|Ocean|Strip|Bank|Refuges)$|(?:Netherlands|Philippines|Maldives|Comoros)$"
)
_WITH_ARTICLE = frozenset({"Caribbean", "Middle East", "Eastern Mediterranean"})
_REGION = re.compile(r"(?:[Ss]outh |[Nn]orth-|interior )?[A-Z][\w-]*(?: [A-Z][\w-]+| and(?= [A-Z]))*")


def countries() -> Iterator[Document]:
    table = json.loads(lzma.decompress(TABLE.read_bytes()))
    as_of = date.fromisoformat(table["as_of"])
    source = f"The World Factbook (CIA), {as_of:%B %Y}"
    for row in table["countries"]:
        yield Document(
            path=f"/library/{row['slug']}/",
            title=row["title"],
            kind="country",
            blocks=tuple(_blocks(row)),
            source=source,
            aliases=tuple(row["aliases"]),
            source_url=row["source_url"],
            as_of=as_of,
        )


def _blocks(row: dict) -> Iterator[Block]:
    yield Block("paragraph", _introduction(row))
    for section, facts in row["sections"].items():
        yield Block("heading", section, level=2)
        for label, value, *elements in facts:
            yield Block(
                "fact", f"{label}: {value}", label=label, values=tuple(elements[0] if elements else ())
            )


def _introduction(row: dict) -> str:
    facts: dict[str, str] = {}
    for section in row["sections"].values():
        for label, value, *_ in section:
            facts.setdefault(label, value)
    title = row["title"]
    name = f"The {title}" if _TAKES_ARTICLE.match(title) else title
    return " ".join([f"{name} {_nature(row['code'], title, facts)}.", *_capital_and_people(facts)])


def _nature(code: str, title: str, facts: dict[str, str]) -> str:
    if code in _KINDS:
        return f"is {_KINDS[code]}"
    if code in _STATUS_DISPUTED:
        return f"{'lie' if title.endswith('Islands') else 'lies'} in {_region(facts)}"
    kind = "territory" if "Dependency status" in facts else "country"
    return f"is a {kind} in {_region(facts)}"


def _region(facts: dict[str, str]) -> str:
    """``Western Europe, bordering the ...`` -> ``Western Europe``; else the ocean, or the map it is on."""
    location = facts.get("Location", "").partition(",")[0]
    if found := _REGION.match(location):
        return f"the {found[0]}" if found[0] in _WITH_ARTICLE else found[0]
    ocean = _OCEAN.search(location)
    return (
        ocean[0] if ocean else facts["Map references"].partition(";")[0].replace("Antarctic", "the Antarctic")
    )


def _capital_and_people(facts: dict[str, str]) -> Iterator[str]:
    capital = re.split(r" \(|;|,(?! D\.C)", facts.get("Capital", ""))[0]
    people = _rounded(facts.get("Population", ""))
    if capital[:1].isupper():
        live = f"; about {people} people live there" if people else ""
        yield f"Its capital is {capital}{live}."
    elif people:
        yield f"About {people} people live there."


def _rounded(population: str) -> str:
    """``68,512,806 (2025 est.)`` -> ``68.5 million``; empty when there is no such figure."""
    found = re.match(r"\d{1,3}(?:,\d{3})+", population)
    number = int(found[0].replace(",", "")) if found else 0
    for size, word in ((10**9, " billion"), (10**6, " million")):
        if number >= size:
            return f"{number / size:.1f}".removesuffix(".0") + word
    return f"{round(number, -2 if number >= 10_000 else -1):,}" if number else ""
