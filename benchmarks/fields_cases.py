"""What the fields benchmark asks of a page, and what is right; no code of the engine judges it."""

import hashlib
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.fields_pages import Country, Stated

COMMON = 20
"""A label is asked for if at least so many pages have it."""
_FIGURE = re.compile(
    r"(-?)\$?(-?[\d,]*\.?\d+)(?:\s(thousand|million|billion|trillion)\b)?(?=$|[\s%;)(,])", re.I
)
_SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_LEAD = re.compile(r"^[a-z][\w -]{0,40}: (?=\d)")
_TEXT_LEAD = re.compile(r"^[a-z][\w ]{0,20}: ")
_NOTE = re.compile(r"(?<=\S)[;,.]?\s*\bnote\b ?[-:–\d].*")
_RANGE = re.compile(r"\d[\d,.]* ?[-–] ?\d")
_YEAR = re.compile(r"^(.*\D) ?((?:19|20)\d\d)$")
_DATE = re.compile(
    r"^(\d{1,2}) ((?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*) ((?:1[6-9]|20)\d\d)\b"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CONTACTS = re.compile(r"address|telephone|fax", re.I)
_COORDINATES = re.compile(r"\d+ \d\d [NS],")
_BRACKETS = re.compile(r"\s*\([^()]*\)")
_DATED = re.compile(r"^\(\d{4}[^()]*\)\s*")
_REST = re.compile(r"\s*(?:and )?(?:other|unspecified|none)\b", re.I)
_BLANKS = ("not available", "na", "none", "")
_MOST_CHOICES = 6
_LONGEST_ELEMENT = 60


@dataclass(frozen=True, slots=True)
class Case:
    """A field that is asked of a page. Without ``texts`` the page has no such thing."""

    name: str
    kind: str
    texts: tuple[str, ...] = ()
    """What the page says of it; any of these is right."""
    choices: tuple[str, ...] = ()
    description: str = ""
    wording: str = "heading and label"

    @property
    def schema(self) -> dict[str, Any]:
        """The field's JSON schema; null is always allowed."""
        about = {"description": self.description} if self.description else {}
        match self.kind:
            case "list":
                return about | {"type": ["array", "null"], "items": {"type": "string"}}
            case "enum":
                return about | {"enum": [*self.choices, None]}
            case "date":
                return about | {"type": ["string", "null"], "format": "date"}
        return about | {"type": [self.kind, "null"]}


@dataclass(frozen=True, slots=True)
class Label:
    """A label of many pages, the kind of its values, and its choices where they are few."""

    path: tuple[str, ...]
    kind: str
    choices: tuple[str, ...] = ()


def half_of(what: str) -> str:
    """``tuned`` or ``other``: which half of the countries, or of the paraphrases, something belongs to."""
    return "tuned" if hashlib.sha256(f"fields|{what}".encode()).digest()[0] < 128 else "other"


def common_labels(countries: Sequence[Country]) -> dict[tuple[str, ...], Label]:
    """The labels that many pages have, dated ones with and without their year."""
    texts: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for country in countries:
        for path, stated in _by_path(country).items():
            texts[path].append(stated[0].text)
    return {path: _label(path, said) for path, said in texts.items() if len(said) >= COMMON}


def _by_path(country: Country) -> dict[tuple[str, ...], list[Stated]]:
    found: dict[tuple[str, ...], list[Stated]] = defaultdict(list)
    for fact in country.facts:
        found[fact.path].append(fact)
    return found


def _label(path: tuple[str, ...], texts: list[str]) -> Label:
    """The kind that somebody would give the field who looked at a few of its values."""
    said = Counter(_LEAD.sub("", text) for text in texts)
    if _CONTACTS.search(" ".join(path)):
        return Label(path, "string")
    figures = [text for text in texts if _FIGURE.match(_LEAD.sub("", text)) and not _COORDINATES.match(text)]
    if sum(bool(_DATE.match(text)) for text in texts) >= 0.7 * len(texts):
        return Label(path, "date")
    if len(figures) >= 0.8 * len(texts):
        whole = all(number.is_integer() for text in figures if (number := figure(text)) is not None)
        return Label(path, "integer" if whole else "number")
    if len(said) <= _MOST_CHOICES and max(map(len, said)) <= 30 and not any(";" in one for one in said):
        return Label(path, "enum", tuple(sorted(said)))
    return Label(path, "list" if sum(map(_is_list, texts)) >= 0.6 * len(texts) else "string")


def _is_list(text: str) -> bool:
    pieces = elements(text)
    return len(pieces) >= 4 and all(len(piece) <= _LONGEST_ELEMENT for piece in pieces)


def present(country: Country, labels: dict[tuple[str, ...], Label]) -> Iterator[Case]:
    """Every common label that the page has a value for: its whole path and, if no other ends so, its end."""
    found = {path: stated for path, stated in _by_path(country).items() if path in labels}
    leaves = Counter(snake(path[-1]) for path in _by_path(country))
    headings = {snake(fact.path[0]) for fact in country.facts}
    for path, stated in found.items():
        texts = tuple(fact.text for fact in stated)
        label = labels[path]
        if not _answers(label, texts[0]):
            continue
        leaf = snake(path[-1])
        yield Case(snake(_joined(path)), label.kind, texts, label.choices)
        if len(path) > 1 and leaves[leaf] == 1 and leaf not in headings and len(leaf) > 6:
            yield Case(leaf, label.kind, texts, label.choices, wording="label alone")
    yield from _undated(country, labels)


def _undated(country: Country, labels: dict[tuple[str, ...], Label]) -> Iterator[Case]:
    """``Real GDP per capita 2024`` beside 2023 and 2022: the newest answers for ``real_gdp_per_capita``."""
    series: dict[tuple[str, ...], list[tuple[int, Stated]]] = defaultdict(list)
    for fact in country.facts:
        if len(fact.path) == 2 and (dated := _YEAR.match(fact.path[1])):
            series[fact.path[0], dated[1].strip()].append((int(dated[2]), fact))
    heads = Counter(head for head, _ in series)
    for (head, _), found in series.items():
        newest = max(found, key=lambda one: one[0])[1]
        label = next((labels[fact.path] for _, fact in found if fact.path in labels), Label((), ""))
        if label.kind and heads[head] == 1 and _answers(label, newest.text):
            yield Case(snake(head), label.kind, (newest.text,), label.choices, wording="newest of a series")


def absent(country: Country, labels: dict[tuple[str, ...], Label]) -> Iterator[Case]:
    """Labels that other pages have and this one has not, neither whole nor as the end of another."""
    said = {snake(part) for fact in country.facts for part in (*fact.path, _joined(fact.path))}
    own = _by_path(country).keys()
    for path, label in labels.items():
        names = {snake(_joined(path)), *([snake(path[-1])] if len(path) > 1 else [])}
        if names.isdisjoint(said) and path[:1] not in own and not _YEAR.match(path[-1]):
            yield Case(snake(_joined(path)), label.kind, (), label.choices)


def paraphrases(country: Country) -> Iterator[Case]:
    """The fields of the fixed list, those the page has nothing for among them."""
    found = _by_path(country)
    for line in (Path(__file__).with_name("fields_paraphrases.txt")).read_text().splitlines():
        parts = [part.strip() for part in line.split("|")]
        if len(parts) != 4:
            continue
        name, description, label, kind = parts
        path = tuple(part.strip() for part in label.split(" > "))
        stated = [fact.text for fact in found.get(path, [])] or [
            fact.text
            for fact in found.get(path[:1], [])
            if len(path) == 2 and path[1] in ("total", "Languages")
        ]
        series = [f for f in country.facts if len(path) == 1 and f.path[0] == path[0] and len(f.path) == 2]
        dated = [(int(year[2]), fact.text) for fact in series if (year := _YEAR.match(fact.path[1]))]
        stated = stated or [max(dated)[1]] if dated or stated else []
        kind = {"text": "string"}.get(kind, kind)
        if stated and not _answers(Label(path, kind), stated[0]):
            continue
        yield Case(name, kind, tuple(stated), (), description, "described" if description else "name alone")


def _answers(label: Label, text: str) -> bool:
    """Whether this page's value is one of the label's kind at all."""
    match label.kind:
        case "number" | "integer":
            number = None if _RANGE.match(text) else figure(text)
            return number is not None and (label.kind == "number" or number.is_integer())
        case "date":
            return bool(_DATE.match(text))
        case "list":
            return _is_list(text)
    return _plain(text) not in _BLANKS


def right(case: Case, value: Any) -> bool:
    return any(_is_right(case, text, value) for text in case.texts)


def _is_right(case: Case, text: str, value: Any) -> bool:
    match case.kind:
        case "number" | "integer":
            wanted = figure(text)
            return wanted is not None and abs(value - wanted) <= 1e-6 * max(1.0, abs(wanted))
        case "date":
            return value == iso(text)
        case "enum":
            return value == _LEAD.sub("", text)
        case "list":
            return [_plain(_bare(one)) for one in value] == [_plain(_bare(one)) for one in elements(text)]
    said = _plain(str(value))
    wanted = {_plain(_NOTE.sub("", one)) for one in (text, _LEAD.sub("", text), _TEXT_LEAD.sub("", text))}
    return any(said == one or (len(said) >= 100 and one.startswith(said)) for one in wanted)


def figure(text: str) -> float | None:
    """The first figure of a value in full: ``$1.443 trillion (2023 est.)``."""
    if not (found := _FIGURE.search(_LEAD.sub("", _DATED.sub("", text)))):
        return None
    number = float(found[2].replace(",", "")) * _SCALES.get((found[3] or "").lower(), 1.0)
    return -number if found[1] else number


def iso(text: str) -> str:
    found = _DATE.match(text)
    return f"{found[3]}-{_MONTHS.index(found[2][:3].lower()) + 1:02}-{int(found[1]):02}" if found else ""


def elements(text: str) -> list[str]:
    """What semicolons or, without them, commas part outside brackets.

    A date at the end belongs to none, and ``other 11%`` is none.
    """
    text = re.sub(r"\s*\((?:FY\s?)?\d{4}[^()]*\)\s*$", "", text)
    mark = ";" if ";" in _BRACKETS.sub("", text) else ","
    pieces, depth = [""], 0
    for at, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        thousand = mark == "," and text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit()
        if char == mark and depth <= 0 and not thousand:
            pieces.append("")
        else:
            pieces[-1] += char
    return [piece.strip() for piece in pieces if re.search(r"\w", piece) and not _REST.match(piece)]


def _bare(element: str) -> str:
    """An element's name, without the share or length beside it."""
    element = _BRACKETS.sub("", re.sub(r"^(?:and|or) ", "", element))
    return re.sub(r"\s+[$<>~]?-?[\d.,]+ ?(?:%|km|sq km|thousand|million|billion|m)?$", "", element.strip())


def _plain(text: str) -> str:
    """Letters and digits in lower case: remarks in brackets and the way accents are written do not count."""
    bare = _BRACKETS.sub("", text) if _BRACKETS.sub("", text).strip() else text
    folded = unicodedata.normalize("NFKD", bare.casefold())
    return " ".join(re.findall(r"\w+", "".join(c for c in folded if not unicodedata.combining(c))))


def _joined(path: tuple[str, ...]) -> str:
    return " ".join(path) if len(path) == 1 or not path[1].startswith(path[0]) else " ".join(path[1:])


def snake(label: str) -> str:
    return "_".join(re.findall(r"\w+", label.lower().replace("'", "").replace("’", "")))
