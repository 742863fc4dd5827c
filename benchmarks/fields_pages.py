"""Country pages for the fields benchmark: the World Factbook's facts in the shapes that pages have.

They share no code with the starter library, which is made of the same book.
"""

import html
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from engine.document import Document
from engine.fetched import document_of
from engine.net import Fetched

_TAG = re.compile(r"<[^>]+>")
_HEAD = "<!doctype html><html lang='en'><head><title>{0}</title></head><body><nav><a href='/'>Home</a></nav>"
_BODY = "<main><h1>{0}</h1>{1}</main><footer>All figures are estimates.</footer></body></html>"


@dataclass(frozen=True, slots=True)
class Stated:
    """One value of a page: its section, the labels that lead to it, and its text."""

    section: str
    path: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Country:
    code: str
    name: str
    facts: tuple[Stated, ...]

    @property
    def url(self) -> str:
        return f"https://facts.example/{self.code}"


def book(data: Path) -> list[Country]:
    """The countries of ``factbook.json`` in the order of their codes; none where the file is not there."""
    file = data / "factbook.json"
    if not file.exists():
        return []
    read = (_country(code, page) for code, page in sorted(json.loads(file.read_text()).items()))
    return [country for country in read if len(country.facts) >= 20]


def _country(code: str, page: dict[str, Any]) -> Country:
    stated = tuple(
        fact
        for section, labels in page.items()
        for label, value in labels.items()
        for fact in _stated(section, (label,), value)
    )
    name = page.get("Government", {}).get("Country name", {})
    short = next((clean(name[key]["text"]) for key in ("conventional short form",) if key in name), "")
    long = clean(name.get("conventional long form", {}).get("text", ""))
    chosen = next((said for said in (short, long) if said and said != "none"), code)
    return Country(code.removesuffix(".json").replace("/", "-"), re.sub(r"\s*\(.*", "", chosen), stated)


def _stated(section: str, path: tuple[str, ...], value: Any) -> Iterator[Stated]:
    """The book's notes are left out: they explain a value and are none."""
    if isinstance(value, dict):
        if text := clean(value.get("text", "")):
            yield Stated(section, path, text)
        for label, inner in value.items():
            if label not in ("text", "note"):
                yield from _stated(section, (*path, " ".join(label.split())), inner)


def clean(markup: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", markup)).split())


Shape = Callable[[Country], Fetched]


def _grouped(country: Country) -> Iterator[tuple[str, Iterator[tuple[str, list[Stated]]]]]:
    """Sections, and in each the facts below one first label."""
    for section, facts in groupby(country.facts, lambda fact: fact.section):
        yield section, ((label, list(inner)) for label, inner in groupby(facts, lambda fact: fact.path[0]))


def _page(country: Country, body: str) -> Fetched:
    name = html.escape(country.name)
    return _fetched(country, (_HEAD.format(name) + _BODY.format(name, body)), "text/html")


def _fetched(country: Country, text: str, kind: str) -> Fetched:
    return Fetched(country.url, 200, kind, text.encode(), "utf-8")


def _pairs(facts: list[Stated], pair: str, skip: int) -> str:
    """Each fact as ``label`` and ``value``; the label leaves out the first ``skip`` of the path."""
    return "".join(
        pair.format(html.escape(" - ".join(fact.path[skip:] or fact.path)), html.escape(fact.text))
        for fact in facts
    )


def _by_section(around: str, pair: str) -> Shape:
    """A list or table for each section, its labels the whole path: ``Elevation - highest point``."""

    def shape(country: Country) -> Fetched:
        body = "".join(
            f"<h2>{html.escape(section)}</h2>"
            + around.format("".join(_pairs(facts, pair, 0) for _, facts in labels))
            for section, labels in _grouped(country)
        )
        return _page(country, body)

    return shape


def _by_label(around: str, pair: str, heading: str = "<h3>{}</h3>") -> Shape:
    """What lies below a label stands under a heading of its own: Elevation, and below it highest point."""

    def shape(country: Country) -> Fetched:
        body = ""
        for section, labels in _grouped(country):
            body += f"<h2>{html.escape(section)}</h2>"
            for label, facts in labels:
                if len(facts) == 1 and len(facts[0].path) == 1:
                    body += around.format(_pairs(facts, pair, 0))
                else:
                    body += heading.format(html.escape(label)) + around.format(_pairs(facts, pair, 1))
        return _page(country, body)

    return shape


def _headings(country: Country) -> Fetched:
    """Every label is a heading and every value a paragraph below it."""
    body, open_path = "", ("", "")
    for fact in country.facts:
        if fact.section != open_path[0]:
            body += f"<h2>{html.escape(fact.section)}</h2>"
        if (fact.section, fact.path[0]) != open_path:
            body += f"<h3>{html.escape(fact.path[0])}</h3>"
        open_path = (fact.section, fact.path[0])
        if len(fact.path) > 1:
            body += f"<h4>{html.escape(' - '.join(fact.path[1:]))}</h4>"
        body += f"<p>{html.escape(fact.text)}</p>"
    return _page(country, body)


def _text(country: Country) -> Fetched:
    """Plain text: sections in capitals, a line for each fact."""
    said = [country.name]
    for section, labels in _grouped(country):
        said.append(section.upper())
        said += [f"{' - '.join(fact.path)}: {fact.text}" for _, facts in labels for fact in facts]
    return _fetched(country, "\n\n".join(said), "text/plain")


_ROW = "<tr><th>{}</th><td>{}</td></tr>"
SHAPES: dict[str, Shape] = {
    "definition lists": _by_section("<dl>{}</dl>", "<dt>{}</dt><dd>{}</dd>"),
    "lists below headings": _by_label("<dl>{}</dl>", "<dt>{}</dt><dd>{}</dd>"),
    "tables": _by_section("<table>{}</table>", _ROW),
    "tables of plain cells": _by_label(
        "<table><tbody>{}</tbody></table>", "<tr><td>{}</td><td>{}</td></tr>", "<h3>{}:</h3>"
    ),
    "bold labels": _by_label("{}", "<p><b>{}:</b> {}</p>"),
    "bold labels in items": _by_label("<ul>{}</ul>", "<li><strong>{}</strong>: {}</li>"),
    "headings and paragraphs": _headings,
    "plain text": _text,
}


def pages(countries: list[Country], turn: int = 0) -> Iterator[tuple[str, Document]]:
    """Each country in one shape, and its name; ``turn`` says which shape the first has."""
    named = list(SHAPES)
    for at, country in enumerate(countries):
        name = named[(at + turn) % len(named)]
        document = document_of(SHAPES[name](country))
        yield name, (document if document.title == country.name else _titled(document, country.name))


def _titled(document: Document, title: str) -> Document:
    """Plain text has no title of its own; whoever files it names it."""
    return Document(
        path=document.path, title=title, kind=document.kind, blocks=document.blocks, source=document.source
    )
