"""Company pages out of the table of the S&P 500's constituents, ``data/companies.csv``."""

import csv
import re
from collections.abc import Iterator
from datetime import date
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from engine.document import Block, Document
from engine.starter.factbook.names import slug

TABLE = Path(__file__).parent / "data" / "companies.csv"
SOURCE_URL = "https://github.com/datasets/s-and-p-500-companies"
OTHER_NAMES = {
    "Alphabet Inc.": ("Google",),
    "BNY Mellon": ("Bank of New York Mellon",),
    "ExxonMobil": ("Exxon Mobil", "Exxon"),
    "Ford Motor Company": ("Ford",),
    "GE Aerospace": ("General Electric",),
    "General Motors": ("GM",),
    "HP Inc.": ("HP", "Hewlett-Packard"),
    "IBM": ("International Business Machines",),
    "JPMorgan Chase": ("JPMorgan", "JP Morgan"),
    "Johnson & Johnson": ("J&J",),
    "Meta Platforms": ("Meta", "Facebook"),
    "Procter & Gamble": ("P&G",),
    "United Parcel Service": ("UPS",),
    "Walt Disney Company": ("Disney",),
}
ORDINARY_WORDS = re.compile(
    r"ALL|APP|ARE|BALL|BEN|BRO|CAT|COIN|COO|COP|COST|DASH|DIS|DOC|ECHO|FANG|FAST|FIX|FLEX|GEN|"
    r"HAS|HOOD|HUM|ICE|KEY|KEYS|KIM|LITE|LOW|LUV|MAR|MAS|MET|MOS|NOW|PEG|PEP|REG|ROST|TAP|TEL|"
    r"TECH|TER|WAT|WELL"
)
"""Ticker symbols that are no use as a name, because they are words."""

_CLASS = re.compile(r" \(Class [A-Z]\)$")
_FIRST_NAME_LAST = re.compile(r"(.+) \((.+)\)$")
_LEGAL_FORM = re.compile(
    r"(?:,? (?:Inc\.|Incorporated|Corporation|Corp\.|Company|Companies|plc|Ltd\.|Limited|& Co\.|& Company))$"
)


def companies() -> Iterator[Document]:
    rows = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))
    as_of = date.fromisoformat(max(row["Date added"] for row in rows))
    for _, shares in groupby(
        sorted(rows, key=lambda row: (int(row["CIK"]), row["Symbol"])), itemgetter("CIK")
    ):
        yield _company(list(shares), as_of)


def _company(shares: list[dict[str, str]], as_of: date) -> Document:
    """One company; two rows of the table when two classes of its shares are in the index."""
    row = shares[0]
    name = _FIRST_NAME_LAST.sub(_in_order, _CLASS.sub("", row["Security"]))
    tickers = [share["Symbol"] for share in shares]
    return Document(
        path=f"/library/{slug(name)}/",
        title=name,
        kind="organisation",
        blocks=tuple(_blocks(name, row, tickers)),
        source=f"S&P 500 Companies Dataset (Open Data Commons PDDL), {as_of:%B %Y}",
        aliases=_aliases(name, tickers),
        source_url=SOURCE_URL,
        as_of=as_of,
    )


def _in_order(found: re.Match[str]) -> str:
    """``Lilly (Eli)`` -> ``Eli Lilly``; ``Hershey Company (The)`` -> ``Hershey Company``."""
    return found[1] if found[2] == "The" else f"{found[2]} {found[1]}"


def _blocks(name: str, row: dict[str, str], tickers: list[str]) -> Iterator[Block]:
    sector, industry, seat = row["GICS Sector"], row["GICS Sub-Industry"], row["Headquarters Location"]
    field = f"{sector} sector ({industry})"
    yield Block(
        "paragraph", f"{name} is a company of the S&P 500 index, in the {field}, headquartered in {seat}."
    )
    yield Block("heading", "Facts", level=2)
    yield _fact("Founded", row["Founded"])
    yield _fact("Headquarters", seat)
    yield _fact("Sector", sector)
    yield _fact("Industry", industry)
    yield _fact("Ticker symbol", ", ".join(tickers), tickers if len(tickers) > 1 else ())
    yield _fact("Date added to the S&P 500", row["Date added"])
    yield _fact("Central Index Key (CIK)", row["CIK"])


def _fact(label: str, value: str, elements: list[str] | tuple[()] = ()) -> Block:
    return Block("fact", f"{label}: {value}", label=label, values=tuple(elements))


def _aliases(name: str, tickers: list[str]) -> tuple[str, ...]:
    short = _LEGAL_FORM.sub("", name)
    symbols = [ticker for ticker in tickers if len(ticker) > 2 and not ORDINARY_WORDS.fullmatch(ticker)]
    found = dict.fromkeys(
        [short, f"The {name}" if "Compan" in name else short, *OTHER_NAMES.get(name, ()), *symbols]
    )
    return tuple(alias for alias in found if alias != name)
