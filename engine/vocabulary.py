"""Words with a part to play in questions, field names and labels, as stems."""

from engine.words import stems


def _stems(*lines: str) -> frozenset[str]:
    return frozenset(stem for line in lines for stem in stems(line))


KINDS_OF_THINGS = _stems(
    "company country organisation organization business firm nation entity institution package employer",
    "vendor supplier",
)
"""What a subject may be: in a field's name they say nothing about what is asked."""
GENERIC = KINDS_OF_THINGS | _stems(
    "total name names number count value amount official current latest main major top key",
    "largest biggest list figure level size full details information data info overall annual",
    "estimate estimated please short exact most recent state library city place year date when",
    "many much called named become became use used url link",
    "roughly about approximately located lie lies situated one two three four five six seven eight nine ten",
    "1 2 3 4 5 6 7 8 9 10",
)
"""Words that a label may lack, and that alone are no reason to take it."""
UNITS = _stems(
    "km km2 sq mi mi2 m2 miles usd eur gbp jpy dollars percent pct percentage mt tonnes tons",
    "thousand million billion trillion bn",
)
FORMS_OF_ANSWERS = _stems(
    "short brief concise detailed comprehensive sentence sentences paragraph report essay text answer",
    "summary overview description",
)
SMALL_TALK = _stems(
    "tell more about information details facts data research report look up find everything know roughly",
    "please",
)
GROUPINGS = (
    GENERIC
    | FORMS_OF_ANSWERS
    | SMALL_TALK
    | _stems("basic basics general profile identity about key main other meta")
)
"""Names of objects that only hold fields together."""
PURPOSES_OF_PAGES = _stems(
    "apply applying application applications applicant career careers job jobs vacancy vacancies recruitment",
    "hiring pricing prices plans press newsroom media login sign signup register registration help support",
    "contact documentation docs developer api blog privacy policy terms shop store download donate donation",
    "donations investor investors faq profile social linkedin twitter facebook instagram youtube github",
    "wikipedia logo image photo status checkout order booking subscribe newsletter feed report",
)
"""What a page may be for: one of these is not the home page."""
PROPERTIES_OF_ANYTHING = _stems(
    "name title population area founded location website description type size age"
)
"""What a thing inside an object may have of its own: the capital's population is not the country's."""


def weight(stem: str) -> float:
    return 0.2 if stem in GENERIC else 1.0


def total(found: frozenset[str]) -> float:
    return sum(weight(stem) for stem in sorted(found))
