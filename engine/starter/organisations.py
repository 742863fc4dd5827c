"""Pages of international bodies out of a table kept by hand, ``data/organisations.json``; companies follow.

Every sentence and every fact of the table names its sources; a page closes with the list of them. What has no
source is not in the table.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from engine.document import Block, Document
from engine.starter.companies import companies
from engine.starter.factbook.names import slug

TABLE = Path(__file__).parent / "data" / "organisations.json"
NAMED_SOURCES = 2
"""How many sources ``Document.source`` names before it counts the rest."""


def organisations() -> Iterator[Document]:
    yield from bodies()
    yield from companies()


def bodies() -> Iterator[Document]:
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    for row in table["organisations"]:
        sources = {key: table["sources"][key] for key in _cited(row)}
        names = [source["name"] for source in sources.values()]
        yield Document(
            path=f"/library/{slug(row['name'])}/",
            title=row["name"],
            kind="organisation",
            blocks=(*_body(row), *_sources(row, sources)),
            source=_citation(names),
            aliases=tuple(row["aliases"]),
            sites=tuple(row["sites"]),
            source_url=next(iter(sources.values()))["url"],
        )


def _body(row: dict) -> Iterator[Block]:
    """A sentence is ``[text, sources]``; a fact ``[label, value, sources]``, with its elements if a list."""
    yield from map(_block, row["about"])
    if row["facts"]:
        yield Block("heading", "Facts", level=2)
        yield from map(_block, row["facts"])
    if row["funding"]:
        yield Block("heading", "Funding", level=2)
        yield from map(_block, row["funding"])


def _block(entry: list) -> Block:
    if len(entry) == 2:
        return Block("paragraph", entry[0])
    label, value, _, *elements = entry
    return Block("fact", f"{label}: {value}", label=label, values=tuple(elements[0] if elements else ()))


def _sources(row: dict, sources: dict[str, dict[str, str]]) -> Iterator[Block]:
    """One line a source: its name, its address, and the labels of the facts that rest on it."""
    yield Block("heading", "Sources", level=2)
    for key, source in sources.items():
        labels = dict.fromkeys(_subject(entry) for entry in _entries(row) if key in _keys(entry))
        yield Block("item", f"{source['name']}, {source['url']} ({', '.join(labels)})")


def _entries(row: dict) -> list[list]:
    return [*row["about"], *row["facts"], *row["funding"]]


def _cited(row: dict) -> list[str]:
    return list(dict.fromkeys(key for entry in _entries(row) for key in _keys(entry)))


def _keys(entry: list) -> list[str]:
    return entry[1 if len(entry) == 2 else 2].split()


def _subject(entry: list) -> str:
    return "text" if len(entry) == 2 else entry[0]


def _citation(names: list[str]) -> str:
    rest = len(names) - NAMED_SOURCES
    shown = "; ".join(names[:NAMED_SOURCES])
    return shown if rest <= 0 else f"{shown}; and {rest} more, listed on the page"
