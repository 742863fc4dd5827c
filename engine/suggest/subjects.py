"""What a request is about: the kind of thing that each run is asked about, and what names it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Subject:
    """A kind of thing; ``it`` is how a description speaks of one."""

    noun: str
    words: tuple[str, ...]

    @property
    def it(self) -> str:
        return f"the {self.noun}"

    @property
    def key(self) -> str:
        return f"{self.noun.replace(' ', '_')}_name"


SUBJECTS = (
    Subject(
        "company",
        (
            *("company", "companies", "firm", "firms", "startup", "startups", "start-up", "start-ups"),
            *("business", "businesses", "corporation", "corporations", "enterprise", "enterprises"),
        ),
    ),
    Subject("vendor", ("vendor", "vendors", "supplier", "suppliers")),
    Subject(
        "organisation",
        (
            *("organisation", "organisations", "organization", "organizations", "nonprofit", "nonprofits"),
            *("ngo", "ngos", "charity", "charities", "agency", "agencies", "institution", "institutions"),
        ),
    ),
    Subject("country", ("country", "countries", "nation", "nations")),
    Subject("city", ("city", "cities", "town", "towns")),
    Subject("university", ("university", "universities", "college", "colleges", "school", "schools")),
    Subject(
        "person",
        (
            *("person", "people", "individual", "individuals", "candidate", "candidates", "lead", "leads"),
            *(
                "contact",
                "contacts",
                "politician",
                "politicians",
                "scientist",
                "scientists",
                "artist",
                "artists",
            ),
        ),
    ),
    Subject("product", ("product", "products", "item", "items", "tool", "tools", "app", "apps")),
    Subject("package", ("package", "packages", "library", "libraries", "module", "modules", "framework")),
    Subject("paper", ("paper", "papers", "publication", "publications", "study", "studies", "preprint")),
    Subject("book", ("book", "books", "novel", "novels")),
    Subject("film", ("film", "films", "movie", "movies")),
    Subject("drug", ("drug", "drugs", "medicine", "medicines", "medication", "medications")),
    Subject("restaurant", ("restaurant", "restaurants", "cafe", "cafes")),
    Subject("hotel", ("hotel", "hotels")),
    Subject("event", ("event", "events", "conference", "conferences")),
    Subject("fund", ("fund", "funds")),
    Subject("bank", ("bank", "banks")),
    Subject("brand", ("brand", "brands")),
    Subject("team", ("team", "teams", "club", "clubs")),
    Subject("hospital", ("hospital", "hospitals", "clinic", "clinics")),
)
_BY_WORD = {word: subject for subject in SUBJECTS for word in subject.words}
_NOUN = r"(?P<noun>" + "|".join(sorted(map(re.escape, _BY_WORD), key=len, reverse=True)) + r")\b"
_ONE_OF_MANY = r"(?:each|every|all|any|the|a|an|this|these|those|that|given|following|our|my|some|several)"
_ADJECTIVES = r"(?:(?!of\b|and\b|or\b|for\b|in\b)[\w-]+\s+){0,3}?"
PATTERNS = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"\b(?:for|of|from|about|on|at|in|per)\s+(?:{_ONE_OF_MANY}\s+)+{_ADJECTIVES}{_NOUN}",
        rf"\b(?:given|per)\s+(?:{_ONE_OF_MANY}\s+)?{_ADJECTIVES}{_NOUN}",
        rf"\b(?:of|for|about|on|in)\s+{_ADJECTIVES}{_NOUN}",
        rf"\b(?:each|every|these|this|the|a|an)\s+{_ADJECTIVES}{_NOUN}",
    )
)
"""Ways to name the subject, the surest first."""
_NAMED = re.compile(rf"\s*(?:the\s+)?{_NOUN}\s+names?\s*(?:[,;:\n]|$)", re.I)
_WHICH = re.compile(
    rf"\s*(?:which|what)\s+(?P<said>{_ADJECTIVES}{_NOUN})\s+"
    r"(?P<rest>(?:are|have|do|were|did|can|will|offer|make|sell|use|produce|export|work)\b.*)",
    re.I | re.S,
)


def subject_keyed(keys: Iterable[str]) -> Subject | None:
    """The subject whose name is given under one of these keys."""
    known = {subject.key: subject for subject in SUBJECTS}
    return next((known[key] for key in keys if key in known), None)


def subject_named(text: str) -> Subject | None:
    """The subject of a list of columns that begins with its name: ``company name, website, phone``."""
    found = _NAMED.match(text)
    return _BY_WORD[found["noun"].lower()] if found else None


def things_in(text: str) -> tuple[str, str] | None:
    """What a question asks to be listed, and what is said of it: ``Which companies are hiring?``"""
    found = _WHICH.match(text)
    if not found or not found["noun"].lower().endswith(("s", "people")):
        return None
    return found["said"], found["rest"].strip(" ?.!")


def subject_in(text: str) -> tuple[Subject | None, int, int]:
    """The subject that a text names, and where the words that name it stand."""
    for pattern in PATTERNS:
        if found := pattern.search(text):
            return _BY_WORD[found["noun"].lower()], found.start(), found.end()
    return None, 0, 0
