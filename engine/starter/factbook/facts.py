"""The Factbook's entries as label/value facts: which to keep, what label to use, how to clean the value."""

import re
from collections.abc import Iterator
from dataclasses import replace

from engine.starter.factbook.lists import elements, split
from engine.starter.factbook.text import Part, parts, plain, reads_as_prose

Fact = tuple[str, str] | tuple[str, str, list[str]]
"""Label, value, and for a list its elements."""

PROSE = frozenset(
    {
        "Background",
        "Geography - note",
        "People - note",
        "Economic overview",
        "Broadcast media",
        "Communications - note",
        "Transportation - note",
        "Military - note",
        "Military deployments",
        "Military equipment inventories and acquisitions",
        "Space program overview",
        "Key space-program milestones",
        "Population distribution",
        "Marine fisheries",
        "Major ocean currents",
        "Bathymetry",
        "etymology",
        "history",
        "amendment process",
        "major-language sample(s)",
        "judge selection and term of office",
        "ocean zones",
        "meaning",
        "volcanism",
    }
)
KEPT_WHOLE = frozenset(
    {
        "Administrative divisions",
        "Dependency status",
        "Ethnic groups",
        "Government type",
        "Independence",
        "Industries",
        "Languages",
        "Location",
        "National holiday",
        "Natural resources",
        "Religions",
    }
)
"""Categories that everybody asks for: kept in whole sentences too, up to ``LONGEST_KEPT``."""
STANDALONE = {
    "border countries": "Border countries",
    "chief of state": "Chief of state",
    "head of government": "Head of government",
    "cabinet": "Cabinet",
    "Currency": "Currency",
    "highest point": "Highest point",
    "lowest point": "Lowest point",
    "mean elevation": "Mean elevation",
    "urban population": "Urban population",
    "rate of urbanization": "Rate of urbanization",
    "time difference": "Time difference",
    "daylight saving time": "Daylight saving time",
    "highest court(s)": "Highest court(s)",
    "subordinate courts": "Subordinate courts",
    "legislature name": "Legislature name",
    "conventional long form": "Conventional long form",
    "conventional short form": "Conventional short form",
    "local long form": "Local long form",
    "local short form": "Local short form",
    "abbreviation": "Abbreviation",
    "former": "Former name",
}
CURRENCY_SENTENCES = {
    "the US dollar ": "US dollars (USD)",
    "uses the euro": "euros (EUR)",
    "British pounds per US dollar": "US dollars (USD)",
}
"""How entries without a ``Currency`` field say which money is used; the last is that of the United States."""
WHOLE = frozenset(
    {"total", "total population", "name", "Languages", "total subscriptions", "total ports", "history"}
)
"""Fields that speak for their whole category: ``Population: 68,512,806``, not ``Population - total``."""

LONGEST_NOTE = 200
LONGEST_VALUE = 320
LONGEST_KEPT = 800
LONGEST_LIST = 4_000
_OF_A_YEAR = re.compile(r" (?:19|20)\d\d$")
_MAINLAND = re.compile(r"(?:metropolitan|mainland|continental) ", re.I)
_CITY = re.compile(r"(?P<figure>[\d.,]+(?: million)?) (?P<name>\D.*)$")


def facts(category: str, entry: dict) -> Iterator[Fact]:
    """A category's facts. Yearly figures (``Exports 2023``) are a fact each under one label, newest first."""
    if category in PROSE:
        return
    if category == "Exchange rates":
        yield from currency(entry)
    dated = sorted((field for field in entry if _OF_A_YEAR.search(field)), key=_year, reverse=True)
    for field in [*dated, *(field for field in entry if field not in dated)]:
        body = entry[field]["text"] if isinstance(entry[field], dict) else entry[field]
        name = field.strip()
        if name in PROSE and (category, name) != ("Constitution", "history"):
            continue
        for position, part in enumerate(parts(body)):
            if position == 0 and name != "note" and _MAINLAND.match(part.about):
                part = replace(part, about="")
            yield from _fact(category, "" if name in ("text", "note") else name, part)


def currency(entry: dict) -> Iterator[Fact]:
    """The currency of an ``Exchange rates`` entry that has no such field."""
    text = entry.get("text", "")
    for sentence, money in CURRENCY_SENTENCES.items():
        if sentence in text:
            yield "Currency", money


def label(category: str, field: str) -> str:
    """``Area``/``total`` -> ``Area``; ``Land use``/``forest`` -> ``Land use - forest``. Without colons."""
    if field in STANDALONE:
        return STANDALONE[field]
    if not field or field in WHOLE or _OF_A_YEAR.search(field):
        return category
    if field.startswith(category):
        return field
    return f"{category} - {field.removeprefix('agricultural land: ').replace(': ', ' ')}"


def _fact(category: str, field: str, part: Part) -> Iterator[Fact]:
    name = label(category, field)
    if part.is_note:
        if len(part.text) <= LONGEST_NOTE and name not in PROSE and not reads_as_prose(part.text):
            yield f"{name} note", part.text
        return
    if part.about in PROSE:
        return
    if part.about and part.about != "description":
        name = f"{name} ({part.about})".replace(":", "")
    value = _value(name, field, part.text)
    found = elements(name, value)
    if name in PROSE or _is_too_much(category, value, found):
        return
    if value:
        yield (name, value, found) if found else (name, value)


def _is_too_much(category: str, value: str, found: list[str]) -> bool:
    if category not in KEPT_WHOLE and reads_as_prose(value):
        return True
    longest = LONGEST_KEPT if category in KEPT_WHOLE else LONGEST_VALUE
    return len(value) > (LONGEST_LIST if len(found) > 1 else longest)


def _value(name: str, field: str, text: str) -> str:
    value = text.removeprefix(f"{field.rpartition(': ')[2]}: ")
    if name == "Currency":
        return re.sub(r" per US dollar -?$", "", value)
    if name == "Major urban areas - population":
        return _cities(value)
    if name.endswith("tier rating"):
        return re.split(r" — |—| – ", value)[0]
    return value


def _cities(text: str) -> str:
    """``11.208 million PARIS (capital), 1.761 million Lyon (2023)`` with each name before its figure."""
    body, date = re.fullmatch(r"(.*?)(\s*\(\d{4}[^()]*\))?", text).group(1, 2)
    joined: list[str] = []
    for piece in split(body, ","):
        if joined and not piece[:1].isdigit():
            joined[-1] += f", {piece}"
        else:
            joined.append(piece)
    cities = [_CITY.match(piece) for piece in joined]
    if not all(cities):
        return text
    return ", ".join(f"{_lowered(city['name'])} {city['figure']}" for city in cities) + (date or "")


def _lowered(name: str) -> str:
    """Capitals stand in capitals: ``PORT-AU-PRINCE (capital)`` -> ``Port-au-Prince (capital)``."""
    words = re.sub(
        r"[^\W\d_]{2,}(?:['’-][^\W\d_]+)*", lambda w: w[0].title() if w[0].isupper() else w[0], name
    )
    return re.sub(r"(?<=-)(?:Au|Es|De|La)(?=-|\b)", lambda small: small[0].lower(), words)


def _year(field: str) -> int:
    return int(field[-4:])


def stated_names(entry: dict) -> list[str]:
    """What ``Country name`` or ``Union name`` says the entry is also called."""
    wanted = ("conventional long form", "conventional short form", "local long form", "local short form")
    fields = (*wanted, "abbreviation", "former")
    texts = (entry[field]["text"] for field in fields if field in entry)
    return [part.text for text in texts for part in parts(text) if not part.is_note]


def short_form(entry: dict) -> str:
    return plain(entry.get("conventional short form", {}).get("text", "")) or plain(
        entry.get("conventional long form", {}).get("text", "")
    )
