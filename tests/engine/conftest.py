"""Small libraries to ask: pages made of a few facts and sentences, in the scope ``team``."""

from collections.abc import Callable, Iterable
from datetime import date

import pytest

from engine.document import Block, Document
from engine.index import index_documents
from engine.output import Output
from engine.research import research

SCOPE = "team"
FRANCE = {
    "": [
        "France is a country in Western Europe. Its capital is Paris; about 68.5 million people live there."
    ],
    "Geography": [
        ("Area", "643,801 sq km; 551,500 sq km (metropolitan France)"),
        ("Border countries", "Belgium 556 km; Germany 418 km; Spain 646 km", ("Belgium", "Germany", "Spain")),
    ],
    "People and Society": [
        ("Population", "68,512,806 (2025 est.)"),
        (
            "Major urban areas - population",
            "Paris (capital) 11.208 million, Lyon 1.761 million, Lille 1.079 million (2023)",
            ("Paris", "Lyon", "Lille"),
        ),
        ("Population growth rate", "0.2% (2025 est.)"),
    ],
    "Government": [("Capital", "Paris"), ("Dual citizenship recognized", "yes")],
    "Economy": [
        ("GDP (official exchange rate)", "$3.162 trillion (2024 est.)"),
        ("Real GDP (purchasing power parity)", "$3.732 trillion (2024 est.)"),
        ("Real GDP (purchasing power parity)", "$3.689 trillion (2023 est.)"),
        ("Exports", "$1.071 trillion (2024 est.)"),
        (
            "Exports - commodities",
            "aircraft, cars, packaged medicine, gas turbines (2023)",
            ("aircraft", "cars", "packaged medicine", "gas turbines"),
        ),
        ("Exports - partners", "Germany 11%, Italy 9%, USA 8% (2023)", ("Germany", "Italy", "USA")),
        ("Imports - commodities", "cars, natural gas, garments (2023)", ("cars", "natural gas", "garments")),
    ],
}
BODY = {
    "": ["The Harbour Union is an organisation of seaports. It came into existence on 24 October 1945."],
    "Facts": [
        ("Founded", "24 October 1945"),
        ("Headquarters", "New York"),
        ("Employees", "about 37,000"),
        ("Website", "https://www.harbour.example"),
    ],
    "Funding": [
        "Its money comes from governments and other partners. "
        "Member ports pay assessed contributions of $3.6 billion a year.",
    ],
}


def page(
    title: str,
    sections: dict[str, list[object]],
    *,
    kind: str = "country",
    path: str = "",
    **more: object,
) -> Document:
    """A document from sections of sentences and (label, value[, elements]) facts."""
    blocks: list[Block] = []
    for heading, lines in sections.items():
        blocks += [Block("heading", heading, level=2)] if heading else []
        blocks += [_block(line) for line in lines]
    address = path or f"/library/{title.lower().replace(' ', '-')}/"
    return Document(path=address, title=title, kind=kind, blocks=tuple(blocks), source="The test", **more)


def _block(line: object) -> Block:
    if isinstance(line, str):
        return Block("paragraph", line)
    label, value, *elements = line
    return Block("fact", f"{label}: {value}", label=label, values=elements[0] if elements else ())


def france(**more: object) -> Document:
    return page("France", FRANCE, aliases=("French Republic",), as_of=date(2026, 1, 17), **more)


def harbour_union(**more: object) -> Document:
    sites = {"aliases": ("HU", "Harbour Organisation"), "sites": ("harbour.example",)}
    return page("Harbour Union", BODY, kind="organisation", **(sites | more))


def add(documents: Iterable[Document], scope: str = SCOPE, name: str = "Pages") -> None:
    index_documents(documents, scope=scope, source_name=name, kind="test")


@pytest.fixture
def library(db: None) -> None:
    add([france(), harbour_union()])


@pytest.fixture
def ask(library: None) -> Callable[..., Output]:
    """Research over the small library: ``ask("France", {"capital": {"type": "string"}})``."""

    def ask(about: str | dict, fields: dict[str, object] | None = None, **more: object) -> Output:
        schema = {"type": "object", "properties": fields, "required": list(fields)} if fields else None
        spec = {"output_schema": {"json_schema": schema}} if schema else more.pop("task_spec", None)
        return research(**{"input": about, "task_spec": spec, "processor": "core", "scopes": [SCOPE]} | more)

    return ask


@pytest.fixture
def answer(ask: Callable[..., Output]) -> Callable[..., object]:
    """The value of one field."""

    def answer(about: str | dict, name: str, field: dict[str, object], **more: object) -> object:
        return ask(about, {name: field}, **more).content[name]

    return answer
