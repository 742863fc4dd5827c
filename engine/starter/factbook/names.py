"""What each entry is called: title, other names, and the Factbook's own address for it.

The Factbook's codes (``gm`` is Germany) are FIPS 10-4, not the codes of the internet.
"""

import re
import unicodedata
from collections import Counter

SITE = "https://www.cia.gov/the-world-factbook/"

TITLES = {
    "ae": "United Arab Emirates",
    "bf": "The Bahamas",
    "cf": "Republic of the Congo",
    "cg": "Democratic Republic of the Congo",
    "ct": "Central African Republic",
    "dr": "Dominican Republic",
    "fk": "Falkland Islands",
    "fm": "Micronesia",
    "gz": "Gaza Strip",
    "io": "British Indian Ocean Territory",
    "oo": "Southern Ocean",
    "sh": "Saint Helena, Ascension, and Tristan da Cunha",
    "sv": "Svalbard",
    "um": "United States Pacific Island Wildlife Refuges",
    "vq": "U.S. Virgin Islands",
    "vt": "Vatican City",
    "xo": "Indian Ocean",
    "xq": "Arctic Ocean",
    "zh": "Atlantic Ocean",
    "zn": "Pacific Ocean",
}
ALIASES = {
    "ae": ("UAE", "U.A.E.", "Emirates"),
    "bk": ("Bosnia", "BiH"),
    "bm": ("Myanmar",),
    "bx": ("Brunei Darussalam",),
    "cf": ("Congo-Brazzaville", "Congo (Brazzaville)", "Congo"),
    "cg": ("DRC", "DR Congo", "D.R. Congo", "Congo-Kinshasa", "Congo (Kinshasa)"),
    "ch": ("PRC", "Mainland China"),
    "cv": ("Cape Verde",),
    "ct": ("CAR",),
    "dr": ("The Dominican Republic",),
    "ee": ("EU", "E.U."),
    "ei": ("Eire",),
    "ez": ("Czech Republic",),
    "fk": ("Islas Malvinas", "Malvinas", "Falklands"),
    "fm": ("Federated States of Micronesia", "FSM"),
    "ga": ("Gambia",),
    "bf": ("Bahamas",),
    "gz": ("Gaza",),
    "hk": ("Hong Kong SAR",),
    "iv": ("Ivory Coast", "Côte d'Ivoire"),
    "kn": ("DPRK", "D.P.R.K.", "Democratic People's Republic of Korea"),
    "ks": ("ROK", "Korea", "Republic of Korea"),
    "la": ("Lao People's Democratic Republic",),
    "mc": ("Macao", "Macau SAR"),
    "md": ("Republic of Moldova",),
    "mk": ("Macedonia",),
    "nl": ("Holland", "The Netherlands"),
    "nz": ("Aotearoa",),
    "pp": ("PNG",),
    "rp": ("The Philippines",),
    "rs": ("Russian Federation",),
    "sa": ("KSA",),
    "sf": ("RSA",),
    "tp": ("São Tomé and Príncipe",),
    "tt": ("East Timor",),
    "tu": ("Türkiye", "Turkiye"),
    "uc": ("Curaçao",),
    "uk": ("UK", "U.K.", "Britain", "Great Britain"),
    "us": ("USA", "U.S.A.", "US", "U.S.", "United States of America", "America", "The United States"),
    "ve": ("Bolivarian Republic of Venezuela",),
    "vm": ("Viet Nam",),
    "vq": ("Virgin Islands", "US Virgin Islands", "USVI"),
    "bo": ("Belorussia",),
    "vt": ("Holy See", "Vatican", "Holy See (Vatican City)"),
    "wz": ("Swaziland",),
}
ADDRESSES = {
    "bf": "bahamas-the",
    "cf": "congo-republic-of-the",
    "cg": "congo-democratic-republic-of-the",
    "fk": "falkland-islands-islas-malvinas",
    "fm": "micronesia-federated-states-of",
    "ga": "gambia-the",
    "kn": "korea-north",
    "ks": "korea-south",
    "tu": "turkey-turkiye",
    "vq": "virgin-islands",
    "vt": "holy-see-vatican-city",
}
_TOO_COMMON = frozenset({"Ascension", "Ducie", "Henderson", "Island", "The Dominican"})
_NO_NAME = re.compile(r"(?:NA|[a-z].* .*|none|.* is the .*)$")


def title(code: str, short_form: str) -> str:
    return TITLES.get(code) or short_form


def slug(name: str) -> str:
    """``Côte d'Ivoire`` -> ``cote-divoire``: the way the Factbook builds its own addresses."""
    flat = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r"[.'`]", "", flat)).strip("-")


def address(code: str, name: str) -> str:
    part = "oceans" if name.endswith(" Ocean") else "countries"
    return f"{SITE}{part}/{ADDRESSES.get(code) or slug(name)}/"


def other_names(code: str, name: str, stated: list[str]) -> list[str]:
    """The table's aliases, then the names that the entry itself states; without the title and doubles."""
    candidates = [*ALIASES.get(code, ()), *(piece for text in stated for piece in _names_in(text))]
    found: dict[str, str] = {}
    for candidate in candidates:
        found.setdefault(candidate.casefold(), candidate)
    found.pop(name.casefold(), None)
    return list(found.values())


def without_ambiguous(names: dict[str, list[str]], taken: set[str]) -> dict[str, list[str]]:
    """Of each code's aliases keep those that mean one entry alone: ``Netherlands Antilles`` could be two.

    ``taken`` holds the titles and capitals; an alias of the table above stays even so.
    """
    uses = Counter(alias.casefold() for aliases in names.values() for alias in aliases)
    others = {title.casefold() for title in taken}

    def keeps(code: str, alias: str) -> bool:
        key = alias.casefold()
        stated = len(alias) > 2 and uses[key] == 1 and key not in others and alias not in _TOO_COMMON
        return stated or alias in ALIASES.get(code, ())

    return {code: [alias for alias in aliases if keeps(code, alias)] for code, aliases in names.items()}


def _names_in(text: str) -> list[str]:
    """``Tchad/Tshad`` and ``East Bengal, East Pakistan`` name two each; brackets hold remarks."""
    bare = re.sub(r"\s*(?:\([^()]*\)|\[[^\[\]]*\])", "", text)
    pieces = (piece.strip(' "') for piece in re.split(r"[/;,]|\bor\b", bare))
    return [piece for piece in pieces if 1 < len(piece) < 60 and not _NO_NAME.match(piece)]
