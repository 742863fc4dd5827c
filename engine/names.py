"""Names of things: how they are folded for look-up, and where a text mentions them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine.document import Document
from engine.words import STOP_WORDS, WORD, words

LONGEST_NAME = 10
"""Words in the longest name that is looked for in a text."""
LEGAL_FORMS = frozenset(
    [
        *(
            "inc",
            "incorporated",
            "corp",
            "corporation",
            "co",
            "company",
            "companies",
            "plc",
            "ltd",
            "limited",
        ),
        *("llc", "lp", "ag", "sa", "se", "nv", "spa", "gmbh"),
    ]
)
_HOST = re.compile(r"^(?:https?://)?((?:[a-z0-9-]+\.)+[a-z]{2,})(?:[/:?#].*)?$", re.I)
_MOST_SPANS = 300
_REMARK = re.compile(r"\s*\([^()]*\)$")
_ADJECTIVES = frozenset({"Nationality - adjective", "Demonym", "Adjective"})
_CAPITALISED = re.compile(r"[A-Z][\w-]{2,}(?: [A-Z][\w-]+)*")
_DOMAIN_LABEL = "Internet country code"
_DOMAIN = re.compile(r"(?<!\w)\.([a-z]{2})\b")
_REGIONAL_A = 0x1F1E6
"""The character of a flag that stands for the letter A."""
_TERRITORY = frozenset({"Dependency status"})


@dataclass(frozen=True, slots=True)
class Span:
    """A run of words in a text that may be a name."""

    key: str
    form: str
    start: int
    end: int


def name_key(name: str) -> str:
    """The folded words of a name without a leading article."""
    found = words(name)
    if len(found) > 1 and found[0] == "the":
        found = found[1:]
    return " ".join(found)[:300]


def name_keys(name: str) -> set[str]:
    """The keys by which a name is found: as it is, without its legal form, with ``&`` spelt out."""
    keys = {name_key(name), name_key(name.replace("&", " and "))}
    return (keys | set(map(_without_legal_form, keys))) - {""}


def _without_legal_form(key: str) -> str:
    bare = key.split()
    while len(bare) > 1 and (bare[-1] in LEGAL_FORMS or bare[-1] == "and"):
        bare.pop()
    return " ".join(bare)


def host_of(address: str) -> str:
    """The host of a web address or a bare host name, without ``www.``; empty for anything else."""
    match = _HOST.match(address.strip())
    return match[1].lower().removeprefix("www.") if match else ""


def parent_hosts(host: str) -> list[str]:
    """``data.un.org`` as itself and ``un.org``: a site's parts belong to the site."""
    parts = host.split(".")
    return [".".join(parts[at:]) for at in range(len(parts) - 1)]


def is_code(form: str) -> bool:
    """An abbreviation or ticker symbol, which is a name only in the case it is written in."""
    return len(form) <= 5 and form.isupper()


def names_of(document: Document) -> Iterator[tuple[str, str, str]]:
    """Kind, key and form of each name of a document's subject, each key once."""
    seen: set[str] = set()
    forms = [("title", document.title), *(("alias", alias) for alias in document.aliases)]
    if document.kind == "topic" and " " in (bare := _REMARK.sub("", document.title)):
        forms.append(("alias", bare))
    for kind, form in forms:
        for key in sorted(name_keys(form) - seen):
            seen.add(key)
            yield kind, key, form
    for form in _adjectives(document):
        yield "adjective", name_key(form), form
    if flag := _flag(document):
        yield "alias", flag, flag
    for site in document.sites:
        yield "site", site.lower().removeprefix("www."), site


def _adjectives(document: Document) -> Iterator[str]:
    """What belongs to a country is called so: ``French``. A territory leaves that to the country it is of."""
    facts = {block.label: block.text for block in document.blocks if block.kind == "fact"}
    if not _TERRITORY.isdisjoint(facts):
        return
    for label in _ADJECTIVES.intersection(facts):
        for form in re.split(r"[,;/(]|\bor\b", facts[label].partition(":")[2]):
            if _CAPITALISED.fullmatch(form.strip()):
                yield form.strip()


def _flag(document: Document) -> str:
    """The emoji of a country's flag, which is spelt with its two-letter code; ``.uk`` is the code ``GB``."""
    said = (block.text for block in document.blocks if block.kind == "fact" and block.label == _DOMAIN_LABEL)
    found = _DOMAIN.search(next(said, ""))
    if document.kind != "country" or not found:
        return ""
    code = "gb" if found[1] == "uk" else found[1]
    return "".join(chr(_REGIONAL_A + ord(letter) - ord("a")) for letter in code)


def spans(text: str) -> list[Span]:
    """Every run of up to ten words in a text, those within the first 300 words."""
    found = list(WORD.finditer(_without_dots(text)))[:_MOST_SPANS]
    runs: list[Span] = []
    for first in range(len(found)):
        for last in range(first, min(first + LONGEST_NAME, len(found))):
            start, end = found[first].start(), found[last].end()
            form = text[start:end]
            key = name_key(form)
            if key and (not STOP_WORDS.issuperset(key.split()) or _is_shouted(form, text)):
                runs.append(Span(key, form, start, end))
    return runs


def _is_shouted(form: str, text: str) -> bool:
    """Whether a common word is written as an abbreviation, as in ``When was WHO founded?``."""
    return len(form) > 2 and form.isupper() and (form == text.strip() or not text.isupper())


def _without_dots(text: str) -> str:
    """The text with the dots inside abbreviations such as ``U.N.`` made word characters; the length stays."""
    return re.sub(r"\b(?:[A-Za-z]\.){2,}", lambda match: match[0].replace(".", "x"), text)
