"""What an input is about: the pages that bear a name it mentions, and the year it asks for."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from engine.library import Library, Named
from engine.names import Span, host_of, is_code, name_key, parent_hosts, spans
from engine.reading import ReadPage
from engine.words import split_identifier, stems, words

_YEAR = re.compile(r"(?<![\d-])((?:19|20)\d\d)(?![\d-])")
_NAMING_KEYS = "company organisation organization country nation state name entity subject title topic package library city product".split()
_KINDS = {
    "country": ("country", "nation", "countries", "nations"),
    "organisation": (
        "company",
        "organisation",
        "organization",
        "companies",
        "organisations",
        "organizations",
        "business",
        "firm",
    ),
    "package": ("package", "library", "packages", "module"),
    "topic": ("topic", "statement", "syntax", "keyword"),
}
_QUESTION_WORDS = frozenset(
    "what who when where which how why is are was were does do did tell give list name describe explain".split()
)
_MOST_TEXT = 25_000


@dataclass(frozen=True, slots=True)
class Subject:
    """What the input is about, as far as the library knows it."""

    name: str
    """As the input writes it; empty when the input names nothing."""
    pages: tuple[ReadPage, ...] = ()
    year: int | None = None
    question: str = ""
    """The input's text without the subject's name."""
    notes: tuple[str, ...] = ()
    """What a reader should know about how the input was understood."""
    certain: bool = True
    stems: frozenset[str] = field(default=frozenset())
    """The stems of the name, which say nothing about what is asked of it."""


@dataclass(frozen=True, slots=True)
class Mention:
    span: Span
    found: tuple[Named, ...]
    weight: float


def identify(asked: str | dict[str, Any], library: Library, *, wording: str, most_pages: int) -> Subject:
    """The subject of an input. ``wording`` is the text of the task spec, which may hint at the kind of thing."""
    if isinstance(asked, str):
        return _of_text(asked[:_MOST_TEXT], library, _hinted_kinds(wording), most_pages)
    return _of_object(asked, library, _hinted_kinds(wording), most_pages)


def _of_text(text: str, library: Library, kinds: list[str], most_pages: int) -> Subject:
    mentions = _mentions(text, library, kinds)
    if not mentions:
        return _unknown(text)
    best = mentions[0]
    rest = text[: best.span.start] + " " + text[best.span.end :]
    pages, notes = _choose(best, kinds)
    others = [other.span.form for other in mentions[1:] if _also_meant(other, best)]
    if others:
        notes = (*notes, f"The input also names “{others[0]}”; the answer is about “{best.span.form}” alone.")
    return Subject(
        name=best.span.form,
        pages=tuple(library.open(page) for page in pages[:most_pages]),
        year=_year(rest),
        question=" ".join(rest.split()),
        notes=notes,
        certain=not notes and best.weight >= 3,
        stems=frozenset(stems(best.span.form)),
    )


def _of_object(asked: dict[str, Any], library: Library, kinds: list[str], most_pages: int) -> Subject:
    """Named by its web site, else by the value of the key that most likely holds a name."""
    values = {
        key: str(value)
        for key, value in asked.items()
        if isinstance(value, str | int | float) and value is not True
    }
    year = next(
        (int(value) for key, value in values.items() if "year" in key.lower() and _YEAR.fullmatch(value)),
        None,
    )
    texts = {key: value for key, value in values.items() if not _YEAR.fullmatch(value)}
    by_site = _by_site(texts.values(), library)
    for key in sorted(texts, key=_naming_rank):
        if host_of(texts[key]) or _naming_rank(key) == len(_NAMING_KEYS) and by_site:
            continue
        subject = _of_text(texts[key], library, _hinted_kinds(key) + kinds, most_pages)
        rest = " ".join(value for other, value in texts.items() if other != key and not host_of(value))
        if subject.pages or _naming_rank(key) < len(_NAMING_KEYS):
            return _settled(subject, by_site, library, year, f"{subject.question} {rest}".strip())
    if by_site:
        return _settled(Subject(name=by_site[0].title), by_site, library, year, "")
    return _unknown(" ".join(texts.values()), year)


def _settled(
    subject: Subject, by_site: list[Named], library: Library, year: int | None, question: str
) -> Subject:
    """The subject by name, unless a web site says that another page is meant."""
    pages, notes = subject.pages, subject.notes
    if by_site and not {named.page_id for named in by_site} & {page.id for page in pages}:
        if pages:
            notes = (
                *notes,
                f"“{subject.name}” and the web site {by_site[0].form} lead to different pages; the site decided.",
            )
        pages = tuple(library.open(named) for named in by_site[:1])
    return Subject(
        name=subject.name,
        pages=pages,
        year=year or subject.year,
        question=question,
        notes=notes if pages else (),
        certain=bool(by_site) or subject.certain,
        stems=subject.stems,
    )


def _unknown(text: str, year: int | None = None) -> Subject:
    """Nothing in the library bears a name from the text; a short text is taken for a name all the same."""
    first = words(text)[:1]
    is_name = 0 < len(text.split()) <= 6 and "?" not in text and not _QUESTION_WORDS & set(first)
    return Subject(
        name=" ".join(text.split()) if is_name else "",
        year=year or _year(text),
        question="" if is_name else " ".join(text.split()),
        stems=frozenset(stems(text)) if is_name else frozenset(),
    )


def _mentions(text: str, library: Library, kinds: list[str]) -> list[Mention]:
    """The names in a text that the library knows, the weightiest first."""
    runs = spans(text)
    known: dict[str, list[Named]] = {}
    for named in library.named(run.key for run in runs):
        known.setdefault(named.key, []).append(named)
    whole = name_key(text)
    found = []
    for run in runs:
        named = tuple(name for name in known.get(run.key, ()) if _written_so(run, name, whole))
        if named:
            found.append(Mention(run, named, _weight(run, named, whole, kinds)))
    return sorted(found, key=lambda mention: (-mention.weight, mention.span.start))


def _written_so(run: Span, named: Named, whole: str) -> bool:
    """An abbreviation counts only in its own case; anything does where it is all that was said."""
    return (
        run.key == whole
        or not is_code(named.form)
        or run.form.replace(".", "") == named.form.replace(".", "")
    )


def _weight(run: Span, found: Iterable[Named], whole: str, kinds: list[str]) -> float:
    weight = float(len(run.key))
    if run.form.islower() and not any(named.form.islower() for named in found):
        weight *= 0.3
    if any(named.page_kind in kinds for named in found):
        weight += 4
    if any(named.kind == "title" for named in found):
        weight += 1
    return weight + (1000 if run.key == whole else 0)


def _choose(mention: Mention, kinds: list[str]) -> tuple[list[Named], tuple[str, ...]]:
    """The pages a name stands for. Pages of one kind are one subject; of several kinds one has to be chosen."""
    ranked = sorted(
        mention.found, key=lambda named: (named.page_kind not in kinds, named.kind != "title", named.path)
    )
    chosen, seen = [], set()
    for named in ranked:
        if (
            named.page_id not in seen
            and named.page_kind == ranked[0].page_kind
            and named.kind == ranked[0].kind
        ):
            chosen.append(named)
            seen.add(named.page_id)
    others = [named for named in ranked if named.page_kind != ranked[0].page_kind]
    if not others or (kinds and ranked[0].page_kind in kinds):
        return chosen, ()
    note = f"“{mention.span.form}” was read as the {ranked[0].page_kind} {ranked[0].title}; it also names the {others[0].page_kind} {others[0].title}."
    return chosen, (note,)


def _also_meant(other: Mention, best: Mention) -> bool:
    """Another proper name of the same kind that stands elsewhere in the text."""
    apart = other.span.end <= best.span.start or best.span.end <= other.span.start
    same_page = {named.page_id for named in other.found} & {named.page_id for named in best.found}
    same_kind = {named.page_kind for named in other.found} & {named.page_kind for named in best.found}
    return apart and bool(same_kind) and not same_page and not other.span.form.islower() and other.weight >= 4


def _by_site(values: Iterable[str], library: Library) -> list[Named]:
    hosts = [host for value in values for host in parent_hosts(host_of(value)) if host]
    found = {named.key: named for named in library.named(hosts) if named.kind == "site"}
    return [found[host] for host in hosts if host in found]


def _naming_rank(key: str) -> int:
    found = set(words(split_identifier(key)))
    return next((rank for rank, name in enumerate(_NAMING_KEYS) if name in found), len(_NAMING_KEYS))


def _hinted_kinds(wording: str) -> list[str]:
    said = set(words(split_identifier(wording[:_MOST_TEXT])))
    return [kind for kind, names in _KINDS.items() if said.intersection(names)]


def _year(text: str) -> int | None:
    match = _YEAR.search(text)
    return int(match[1]) if match else None
