"""The language of a text, by the commonest words of each; no model is needed for texts of a paragraph."""

import re
from collections import Counter

_PROFILES = {
    "en": "the of and to in is was for that with as on by it from are be this which at",
    "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als",
    "fr": "de la le et les des en un du une que est pour qui dans par plus au sur il",
    "es": "de la que el en y los se del las un por con no una para es al lo como",
    "it": "di e il la che in un per è una con non del si da le dei sono alla nel",
    "pt": "de a o que e do da em um para é com não uma os no se na por mais",
    "nl": "de van het een en in is dat op te zijn voor met die niet aan er om ook als",
    "sv": "och i att det som en på är av för med till den har de inte om ett men var",
    "da": "og i at det er en til på som af for med den de ikke der et har var fra",
    "no": "og i det er på til som en å for av at med ikke den har de et om var",
    "pl": "w i na z się do nie że to jest o jak za od po przez dla oraz są był",
    "tr": "ve bir bu için ile da de olarak en daha olan gibi çok ne kadar sonra var",
    "ru": "в и на не что с по как из у за от к для это его а было о",
}
_BY_WORD: dict[str, tuple[str, ...]] = {}
for _name, _said in _PROFILES.items():
    for _word in _said.split():
        _BY_WORD[_word] = (*_BY_WORD.get(_word, ()), _name)
_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
)
_LOOKED_AT = 4_000
_FEWEST, _SHARE, _LEAD = 6, 0.12, 1.2
"""Common words that must be seen, their share of all words, and how far the best must lead."""


def language_of(text: str) -> str:
    """Two letters; empty where the text is too short or too mixed to tell."""
    sample = text[:_LOOKED_AT].lower()
    for name, letters in _SCRIPTS:
        if len(letters.findall(sample)) > 0.1 * len(sample):
            return name
    words = re.findall(r"[^\W\d_]+", sample)
    seen = Counter(name for word in words for name in _BY_WORD.get(word, ()))
    if not seen:
        return ""
    (best, most), *others = seen.most_common(2)
    leads = not others or most >= _LEAD * others[0][1]
    return best if most >= _FEWEST and most >= _SHARE * len(words) and leads else ""
