"""A request in plain words, cut into the phrases that each name one thing to find."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

LONGEST = 6_000
"""Characters of a request that are read."""
MOST_PHRASES = 30
_MOST_WORDS = 14
_WITHOUT_A_NAME = "category"
"""What ``classify it as a, b or c`` asks for."""


def _any_of(*alternatives: str) -> str:
    return rf"(?:{'|'.join(alternatives)})"


_SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"'“(])|[\r\n]+|(?<=[。！？])")
_BULLET = re.compile(r"^\s*(?:[-*•–]|\d{1,2}[.)])\s+")
_BETWEEN = re.compile(
    r"\s*(?:[,;&\uff0c\u3001\uff1b]|\band\b|\bas well as\b|\bplus\b|\balong with\b|\btogether with\b)\s*",
    re.I,
)
_ASIDE = re.compile(r"\(([^()]{0,300})\)")
_SUCH_AS = re.compile(r",?\s*\b(?:such as|e\.g\.,?|for example,?|for instance,?)\s[^;.()]{0,200}", re.I)
_OPTIONS = re.compile(
    r",?\s*\b(?:as|being|either|one of|any of|(?:is|are) (?:either|one of)|into(?: one of)?)\s*:?\s+"
    r"(?:either\s+|one of\s+)?"
    r"((?:[^,.;:()\s][^,.;:()]{0,40},\s*){0,20}[^,.;:()\s][^,.;:()]{0,40}?,?\s+or\s+[^,.;:()]{1,40}?)"
    r"(?=$|[.;,)]|\s+and\s)",
    re.I,
)
_LISTS = re.compile(r"^(?:either|one of|any of|options?|values?|choose(?: from)?|:)[\s:]+", re.I)
_JOINED = re.compile(r"\s*(?:[,/|;]|\bor\b|\band\b)\s*")
_NO_OPTIONS = re.compile(r"(?:such as|e\.g|for example|for instance|in\b|https?:|if\b)", re.I)
_COURTESY = _any_of(
    *("please", "kindly", "also", "then", "next", "finally", "first", "just", "now", "hi", "hello", "to"),
    *("can you", "could you", "would you", "you should", "help me", "let'?s", "we (?:want|need)(?: to)?"),
    r"i(?:'d| would)? (?:like|want|need|wish)(?: you)?(?: to)?(?: also)?",
)
_ASKING = _any_of(
    *("(?:find|get|give|list|show|tell)(?: out)?(?: me| us)?", "look(?:ing)? (?:up|for)", "search for"),
    *("return", "extract", "determine", "identify", "collect", "provide", "include", "including", "add"),
    *("fetch", "gather", "compile", "research", "know", "report", "discover", "check", "estimate"),
    *("calculate", "verify", "name", "enrich (?:it |them )?with", "retrieve", "see", "learn", "obtain"),
    *("state", "capture", "fill in", "need", "want", "classify", "categori[sz]e"),
)
_POINTING = _any_of(
    *(
        "and",
        "or",
        "the",
        "a",
        "an",
        "its",
        "their",
        "his",
        "her",
        "our",
        "my",
        "each",
        "every",
        "all",
        "any",
    ),
    *("both", "following", "fields?", "columns?", "of", "about", "for", "with", ":", "-"),
    *("(?:information|details|data) (?:about|on|of)", "which", r"what(?:'s| is| are| was| were)?(?: the)?"),
    r"who(?:'s| is| are)",
)
_LEADING = re.compile(rf"^(?:(?:{_COURTESY}|{_ASKING}|{_POINTING})(?:\s+|\s*:\s*|,\s*|$))+", re.I)
_TRAILING = re.compile(
    r"\s+(?:(?:of|for|in|at|from|about|on)(?:\s+(?:it|them|each|each one|that|this|those|him|her))?"
    r"|(?:it|they) (?:has|have|is|are|does|do)|in (?:the )?(?:output|schema|output schema|results?)"
    r"|if (?:available|known|possible)|too|as well|also|please)[\s.?!:]*$",
    re.I,
)
_OF_A_NAME = re.compile(
    r"\s+(?:(?:of|for|about|at)\s+(?:the\s+)?(?-i:[A-Z])|in\s+(?:the\s+)?(?-i:[A-Z][a-z]))[\w.&'’-]*"
    r"(?:\s+(?-i:[A-Z])[\w.&'’-]*){0,4}$",
    re.I,
)
_INSTRUCTION = re.compile(
    r"^(?:use|do not|don't|never|only|make sure|ensure|prefer|avoid|be|you are|note|ignore|cite|answer in"
    r"|respond|limit|keep|focus|i have|we have|here (?:is|are)|thanks|thank you|improve)\b",
    re.I,
)
_NO_FIELD = re.compile(r"^(?:in|from|below|above|by|using|at|on|if possible|etc|so that|because)\b", re.I)
_MEANT = tuple(
    (re.compile(pattern, re.I), meant)
    for pattern, meant in (
        (r"^when (?:was|were|is|did) .*\b(?:found|founded|established|created|started)\b.*", "founding date"),
        (r"^when (?:was|were|is|did) .*\bborn\b.*", "date of birth"),
        (r"^when (?:was|were|is|did) .*\b(?:released|launched|published)\b.*", "release date"),
        (r"^where .*\b(?:based|located|headquartered)\b.*", "headquarters"),
        (r"^who (?:founded|created|started)\b.*", "founders"),
        (r"^who (?:runs|leads|heads)\b.*", "ceo"),
        (r"^how (?:many|much) people (?:work|are employed)\b.*", "number of employees"),
        (r"^how many people live\b.*", "population"),
        (r"^how many (.+?)(?: (?:it|they|there|does|do|are|is|has|have)\b.*)?$", r"number of \1"),
        (r"^how much (.+?)(?: (?:it|they|there|does|do|are|is|has|have|was|were)\b.*)?$", r"\1"),
        (r"^how (?:big|large)\b.*", "size"),
        (r"^how old\b.*", "age"),
        (r"^how (?:tall|high)\b.*", "height"),
        (r"^what .*\b(?:do|does)$", "description"),
    )
)
"""Ways to ask for a thing that do not name it, and its name."""
_PRONOUN_AFTER = re.compile(
    r"^(whether|if|is|are|was|were|has|have|does|do|did|can|will)\s+(?:it|they|he|she)(?:'s)?\b", re.I
)
_AT_ITS_ENDS = " .?!:;\"'“”‘’`*_-–"
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_MARK = re.compile(r"\x01(\d+)\x02")
"""Where an aside stood, by its number; a request holds no such characters of its own."""


@dataclass(frozen=True, slots=True)
class Phrase:
    said: str
    aside: str = ""
    """What stands in brackets behind it, or a remark such as ``such as …``."""
    options: tuple[str, ...] = ()
    """The values it may have, where the request lists them."""


def phrases_of(text: str) -> list[Phrase]:
    """The things that a text asks for, in its order, each once."""
    found: dict[str, Phrase] = {}
    for sentence in _SENTENCE_ENDS.split(_CONTROLS.sub(" ", text[:LONGEST])):
        sentence = _BULLET.sub("", sentence).strip()
        if sentence and not _INSTRUCTION.match(sentence):
            for phrase in _of_sentence(sentence):
                found.setdefault(phrase.said.lower(), phrase)
    return list(found.values())[:MOST_PHRASES]


def _of_sentence(sentence: str) -> Iterator[Phrase]:
    notes: list[str] = []
    marked = _ASIDE.sub(lambda match: _kept(match[1], notes), sentence)
    marked = _OPTIONS.sub(lambda match: _kept(f"one of {match[1]}", notes), marked)
    marked = _SUCH_AS.sub(lambda match: _kept(match[0].strip(" ,"), notes), marked)
    for at, piece in enumerate(_BETWEEN.split(marked)):
        asides = [notes[int(number)] for number in _MARK.findall(piece)]
        options = next((options for aside in asides if (options := options_in(aside))), ())
        said = _bare(_MARK.sub(" ", piece)) or (_WITHOUT_A_NAME if options else "")
        if said and not (at and _is_name(said)) and len(said.split()) <= _MOST_WORDS:
            yield Phrase(said, _joined(asides), options)


def _kept(aside: str, notes: list[str]) -> str:
    """Put an aside by, and mark where it stood."""
    notes.append(" ".join(_MARK.sub(" ", aside).split()))
    return f" \x01{len(notes) - 1}\x02"


def _joined(asides: Iterable[str]) -> str:
    return "; ".join(aside for aside in asides if aside)


def _bare(piece: str) -> str:
    """The phrase without what leads to it and what follows from it; empty if it names nothing to find."""
    said = _LEADING.sub("", " ".join(piece.split()).strip(_AT_ITS_ENDS))
    if _NO_FIELD.match(said):
        return ""
    for pattern, meant in _MEANT:
        if pattern.match(said):
            said = pattern.sub(meant, said)
            break
    said = _PRONOUN_AFTER.sub(r"\1", said)
    return _TRAILING.sub("", _TRAILING.sub("", _OF_A_NAME.sub("", said))).strip(_AT_ITS_ENDS)


def _is_name(said: str) -> bool:
    """Whether a piece only goes on a list of names, as ``Microsoft`` does in ``CEO of Apple, Microsoft``."""
    return len(said.split()) <= 3 and all(
        word[:1].isupper() and word[1:].islower() and word.isascii() for word in said.split()
    )


def options_in(aside: str) -> tuple[str, ...]:
    """The values that an aside lists: ``one of a, b or c``, ``a/b/c``, ``a | b``."""
    listed = _LISTS.sub("", aside.strip())
    if (listed == aside.strip() and not re.search(r"[/|]|\bor\b", listed)) or _NO_OPTIONS.match(listed):
        return ()
    options = tuple(dict.fromkeys(piece.strip(_AT_ITS_ENDS) for piece in _JOINED.split(listed)))
    fits = 2 <= len(options) <= 30 and all(0 < len(option) <= 60 for option in options)
    return options if fits else ()
