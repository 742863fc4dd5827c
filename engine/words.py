"""Words as the engine compares them: folded, split at identifiers' joints, stripped of their endings."""

import re
import unicodedata
from functools import lru_cache

_STOPS = """
a about an and any are as at be been being but by can could did do does for from had has have he her his how
i if in into is it its me my no not of on or our please she should so some such than that the their them then
there these they this those to was we were what when where which while who whom whose why will with would
you your
"""
STOP_WORDS = frozenset(_STOPS.split())
TURNING = frozenset({"from", "not", "no", "without"})
"""Stop words that turn a label's meaning round: exports to and from, party to and not ratified."""
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_DOTTED = re.compile(r"\b((?:\w\.){2,})")
_JOINT = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_+")
_ENDINGS = (
    ("ies", "y"),
    ("ied", "y"),
    ("sses", "ss"),
    ("ees", "ee"),
    ("ings", ""),
    ("ing", ""),
    ("ed", ""),
    ("es", ""),
    ("s", ""),
)
_WHOLE = {"note": "note", "notes": "note", "women": "femal", "woman": "femal", "men": "mal", "man": "mal"}
"""Words that would fall together with another, a note with ``not``, or that say the same as another."""
_MOST_WORDS = 400


def fold(text: str) -> str:
    """Lower case without accents; the length may change, so positions do not carry over."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def split_identifier(name: str) -> str:
    """``foundingDate`` and ``founding_date`` as plain words."""
    return _JOINT.sub(" ", name[:2000])


def words(text: str) -> list[str]:
    """The folded words of a text, at most 400 of them; ``U.N.`` counts as one word."""
    joined = _DOTTED.sub(lambda match: match[0].replace(".", ""), text)
    if joined.isascii():  # the same, faster
        return [word.removesuffix("'s") for word in WORD.findall(joined.lower())[:_MOST_WORDS]]
    return [fold(word).replace("’", "'").removesuffix("'s") for word in WORD.findall(joined)[:_MOST_WORDS]]


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A word without its English ending, so that ``exports``, ``exported`` and ``export`` are one."""
    if word in _WHOLE:
        return _WHOLE[word]
    for ending, instead in _ENDINGS:
        if (
            word.endswith(ending)
            and len(word) - len(ending) >= 3
            and not (ending == "s" and word.endswith(("ss", "us", "is")))
        ):
            word = word.removesuffix(ending) + instead
            break
    return word.removesuffix("e") if len(word) > 3 else word


def stems(text: str) -> tuple[str, ...]:
    """The stems of a text's content words, in order, each once."""
    found = (stem(word) for word in words(text) if word not in STOP_WORDS)
    return tuple(dict.fromkeys(found))


def label_stems(text: str) -> frozenset[str]:
    """The stems of a label's or a field name's words, those that turn its meaning among them."""
    return frozenset(ordered_label_stems(text))


def ordered_label_stems(text: str) -> tuple[str, ...]:
    """The same in the order of the text, each once."""
    said = words(text)
    kept = (
        stem(word)
        for at, word in enumerate(said)
        if word not in STOP_WORDS or word in TURNING or _names_a_doer(said, at)
    )
    return tuple(dict.fromkeys(kept))


def _names_a_doer(said: list[str], at: int) -> bool:
    """The ``by`` of ``founded by``, which asks who and not when; not that of ``GDP by sector``."""
    return said[at] == "by" and at > 0 and said[at - 1].endswith(("ed", "en"))
