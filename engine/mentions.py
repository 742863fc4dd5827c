"""Where a text mentions a subject that the library knows, and how likely it is that the text is about it."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from engine.concepts import CONCEPTS
from engine.library import Library, Named
from engine.names import LEGAL_FORMS, Span, is_code, name_key, spans
from engine.vocabulary import FORMS_OF_ANSWERS, GENERIC, SMALL_TALK
from engine.words import STOP_WORDS, fold, split_identifier, stem, stems, words

KINDS = {
    "country": ("country", "nation", "countries", "nations"),
    "organisation": (
        *("company", "organisation", "organization", "companies", "organisations", "organizations"),
        *("business", "firm", "employer", "employers", "agency", "institution"),
    ),
    "package": ("package", "packages", "module"),
    "topic": ("topic", "statement", "syntax"),
}
"""The kinds of pages, and the words that hint at them."""
CERTAIN = 3
"""The least weight of a name that was surely meant."""
_OPENINGS = """
what who when where which how why is are was were does do did has have can tell give list name describe
explain compare summarise summarize find show about research
"""
QUESTION_WORDS = frozenset(_OPENINGS.split())
ASKABLE = GENERIC | FORMS_OF_ANSWERS | SMALL_TALK
ASKABLE |= {stem for concept in CONCEPTS for phrase in (*concept.asked, *concept.labels) for stem in phrase}
_LINKS = frozenset(["of", "the", "for", "de", "la", "le", "du", "des", "and", "an", "der", "am"])
_PHRASES = tuple({phrase for concept in CONCEPTS for phrase in (*concept.asked, *concept.labels)})
_PLAIN = FORMS_OF_ANSWERS | SMALL_TALK | GENERIC
_PRONOUNS = frozenset({"us"})
_LINK = r"(?:(?:of|the|for|de)[ \t]+)*"
_BEFORE = re.compile(rf"([^\W\d_][\w’'-]*)[ \t]+{_LINK}$")
_AFTER = re.compile(rf"[ \t]+{_LINK}([^\W\d_][\w’'-]*)")
_NOUN_AFTER = re.compile(r"[ \t]+([a-z][\w-]*)")
_SYMBOL_AFTER = re.compile(r"\s*:\s*\$?[A-Z][A-Z.]{0,4}\s*$")
_COMPOUND = re.compile(r"[ \t]+([a-z]\w+)\s*")
"""A noun that ends the text behind a name: ``Guinea pig`` is no country."""
_MOST_BESIDE = 6
_MOST_NAMESAKES, _LONGEST_KEY = 4, 300
_JOINED = re.compile(r"\b(?:and|or|vs|versus)\b|^\s*[,&/+;\n]")
_OF_PEOPLE = frozenset(stems("language speaker speaking people citizen"))
"""What an adjective such as ``French`` stands beside without the country being meant."""
_AFTER_PREPOSITION = re.compile(r"\b(?:of|in|for|about|from|at|by)\s+(?:the\s+)?$", re.I)


@dataclass(frozen=True, slots=True)
class Mention:
    span: Span
    found: tuple[Named, ...]
    weight: int


def hinted_kinds(wording: str) -> list[str]:
    """The kinds of subject that a text speaks of, as ``the founding date of the company`` does."""
    said = set(words(split_identifier(wording)))
    return [kind for kind, names in KINDS.items() if said.intersection(names)]


def mentions(text: str, library: Library, kinds: list[str]) -> list[Mention]:
    """The names in a text that the library knows, the likeliest subject first; no parts of longer names."""
    runs = spans(text)
    known: dict[str, list[Named]] = {}
    for named in library.named(run.key for run in runs):
        known.setdefault(named.key, []).append(named)
    whole = name_key(text)
    found: list[Mention] = []
    for run in sorted(runs, key=lambda run: (run.start - run.end, run.start)):
        named = _meant(text, run, tuple(known.get(run.key, ())), whole)
        inside = any(other.span.start <= run.start and run.end <= other.span.end for other in found)
        another = inside or _only_locates(text, run, known)
        if named and not another and not _goes_on(text, run, named, library):
            found.append(Mention(run, named, _weight(run, named, text, whole, kinds)))
    return sorted(found, key=lambda mention: (-mention.weight, mention.span.start))


def choose(mention: Mention, kinds: list[str]) -> tuple[list[Named], str]:
    """The pages a name stands for, and a remark if it could have been read otherwise.

    Pages of one kind are taken for pages about one subject; of several kinds one has to be chosen.
    """
    ranked = sorted(
        mention.found, key=lambda named: (named.page_kind not in kinds, named.kind != "title", named.path)
    )
    first = ranked[0]
    alike = [named for named in ranked if (named.page_kind, named.kind) == (first.page_kind, first.kind)]
    others = [named for named in ranked if named.page_kind != first.page_kind]
    chosen = list({named.page_id: named for named in alike}.values())
    if not others or first.page_kind in kinds:
        return chosen, ""
    return chosen, (
        f"“{mention.span.form}” was read as the {first.page_kind} {first.title}; "
        f"it also names the {others[0].page_kind} {others[0].title}."
    )


def read_as(form: str, named: Named, library: Library) -> str:
    """A remark on a name such as ``Korea``, which is short for this page's and may be so for another's."""
    if named.kind != "alias" or is_code(named.form):
        return ""
    longer = [*library.named_ending(named.key), *library.named_like(f"{named.key} ", 0, _LONGEST_KEY)]
    alike = {other.title for other in longer if (other.page_kind, other.kind) == (named.page_kind, "title")}
    others = " or ".join(sorted(alike - {named.title})[:_MOST_NAMESAKES])
    return f"“{form}” was read as {named.title}; it may also mean {others}." if others else ""


def also_meant(other: Mention, best: Mention) -> bool:
    """Another proper name of the same kind that stands elsewhere in the text."""
    apart = other.span.end <= best.span.start or best.span.end <= other.span.start
    same_page = {named.page_id for named in other.found} & {named.page_id for named in best.found}
    same_kind = {named.page_kind for named in other.found} & {named.page_kind for named in best.found}
    return apart and bool(same_kind) and not same_page and not other.span.form.islower()


def side_by_side(text: str, one: Mention, other: Mention) -> bool:
    """Whether two names are joined as equals: ``France and Germany``, not ``from France to Germany``."""
    first, second = sorted((one.span, other.span), key=lambda span: span.start)
    return _JOINED.search(text[first.end : second.start]) is not None


def _written_so(run: Span, named: Named, whole: str) -> bool:
    """An abbreviation counts in its own case, a country's in any; so does what is all that was said."""
    if run.key == whole or not is_code(named.form):
        return True
    as_written = run.form.replace(".", "") == named.form.replace(".", "")
    return as_written or (named.page_kind == "country" and run.key not in _PRONOUNS)


def _meant(text: str, run: Span, named: tuple[Named, ...], whole: str) -> tuple[Named, ...]:
    """The names that the words may stand for as they are written here; an adjective where no name fits."""
    written = tuple(name for name in named if _written_so(run, name, whole))
    proper = tuple(name for name in written if name.kind != "adjective")
    return proper or _as_adjective(text, run, written)


def _as_adjective(text: str, run: Span, named: tuple[Named, ...]) -> tuple[Named, ...]:
    """The one country of ``French`` in ``French exports``: beside a thing that may be asked of it."""
    noun = _NOUN_AFTER.match(text, run.end)
    asked = noun is not None and stem(fold(noun[1])) in ASKABLE - _OF_PEOPLE
    one = len({name.page_id for name in named}) == 1
    return named if asked and one and run.form[0].isupper() else ()


def _only_locates(text: str, run: Span, known: Collection[str]) -> bool:
    """Whether a name only says where another thing is: ``Lyon, France``, or ``NASDAQ: XYZ``."""
    if _SYMBOL_AFTER.match(text, run.end):
        return True
    before = [piece.strip() for piece in text[: run.start].split(",")]
    if len(before) < 2 or before[-1] or text[run.end :].strip(" ."):
        return False
    return name_key(before[-2]) not in known and _is_name(before[-2])


def _is_name(text: str) -> bool:
    """Capitalised words that ask for nothing, and what may stand between them."""
    return all(
        _may_be_a_name(word) or word.casefold() in _LINKS or word.isdigit() for word in text.split()
    ) and bool(text)


def _goes_on(text: str, run: Span, found: tuple[Named, ...], library: Library) -> bool:
    """Whether the words around a name make it part of another: ``Air France``, ``Bank of France``."""
    around = [_BEFORE.search(text[: run.start]), _AFTER.match(text, run.end)]
    asks = _asks_of(text, run)
    names = {match[1] for match in around if match and _may_be_a_name(match[1], asks=asks)}
    names |= set(_within(text, run, library))
    if noun := _COMPOUND.fullmatch(text, run.end):
        names |= {noun[1]} if stem(fold(noun[1])) not in ASKABLE and not asks else set()
    return bool(names) and not {stem(fold(name)) for name in names} <= library.open(found[0]).names


def _within(text: str, run: Span, library: Library) -> list[str]:
    """The unknown name that a text such as ``France, Lyon`` ends with."""
    rest = text[run.end :].strip()
    inside = rest.removeprefix(",").strip()
    if text[: run.start].strip() or rest == inside or not _is_name(inside):
        return []
    return [] if library.named([name_key(inside)]) else words(inside)


def _asks_of(text: str, run: Span) -> bool:
    """Whether the words beside a name ask for something, in whole: ``China GDP``, not ``China Mobile``."""
    said = words(f"{text[: run.start]} {text[run.end :]}")
    if QUESTION_WORDS.intersection(said) or len(said) > _MOST_BESIDE:
        return True
    found = {stem(word) for word in said if word not in STOP_WORDS | LEGAL_FORMS}
    return found <= _PLAIN or any(phrase <= found for phrase in _PHRASES)


def _may_be_a_name(word: str, *, asks: bool = True) -> bool:
    """A capitalised word that no question would hold otherwise; in a text that asks nothing, any."""
    plain = QUESTION_WORDS | STOP_WORDS | LEGAL_FORMS
    known = all(part in plain or (asks and stem(part) in ASKABLE) for part in words(word))
    return word[0].isupper() and not known


def _weight(run: Span, found: tuple[Named, ...], text: str, whole: str, kinds: list[str]) -> int:
    """It is all that was said; it is of the kind that is asked about; it is a proper name; and so on."""
    common = run.form.islower() and not any(
        named.form.islower() or named.page_kind == "country" for named in found
    )
    return (
        1000 * (run.key == whole)
        + 4 * any(named.page_kind in kinds for named in found)
        + 2 * (not common)
        + any(named.kind == "title" or is_code(named.form) for named in found)
        + 3 * all(named.kind == "adjective" for named in found)
        + (len(run.key) > 3)
        + bool(_AFTER_PREPOSITION.search(text[: run.start]))
    )


def covers(mention: Mention, text: str, names: frozenset[str]) -> bool:
    """Whether a text that should be a name says no more than this, or only other names of the subject."""
    more = {stem(word) for word in words(text) if word not in STOP_WORDS | LEGAL_FORMS}
    return more <= set(stems(mention.span.form)) | names
