"""What an input is about: the pages that bear a name it mentions, and the year it asks for."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from engine.library import Library, Named
from engine.mentions import (
    CERTAIN,
    KINDS,
    QUESTION_WORDS,
    Mention,
    also_meant,
    choose,
    covers,
    hinted_kinds,
    mentions,
)
from engine.names import host_of, parent_hosts
from engine.reading import ReadPage
from engine.words import split_identifier, stems, words

MOST_TEXT = 25_000
_YEAR = re.compile(r"(?<![\d-])((?:19|20)\d\d)(?![\d-])")
_NAMING_WORDS = (
    *("name", "entity", "subject", *KINDS["organisation"], *KINDS["package"], "library", "product"),
    *(*KINDS["topic"], "title", "city", "state", *KINDS["country"]),
)
"""Words in the keys of an input object that hold a name, the likeliest first."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What the input is about, as far as the library knows it."""

    name: str = ""
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


def identify(
    asked: str | dict[str, Any],
    library: Library,
    *,
    wording: str,
    most_pages: int,
    earlier: Sequence[str | dict[str, Any]] = (),
) -> Subject:
    """The subject of an input; where it only says ``its population``, that of the last earlier input.

    ``wording`` is the text of the task spec, which may hint at the kind of thing.
    """
    kinds = hinted_kinds(wording[:MOST_TEXT])
    found = _of_text if isinstance(asked, str) else _of_object
    subject = found(asked, library, kinds, most_pages)
    if subject.pages or not earlier:
        return subject
    before = identify(earlier[-1], library, wording="", most_pages=most_pages, earlier=earlier[:-1])
    said = f"{subject.name} {subject.question}".strip()
    return replace(before, question=said, year=subject.year or before.year) if before.pages else subject


def _of_text(text: str, library: Library, kinds: list[str], most_pages: int) -> Subject:
    text = text[:MOST_TEXT]
    found = mentions(text, library, kinds)
    return _about(found[0], found[1:], text, library, kinds, most_pages) if found else _unknown(text)


def _about(
    best: Mention, others: list[Mention], text: str, library: Library, kinds: list[str], most_pages: int
) -> Subject:
    rest = " ".join((text[: best.span.start] + " " + text[best.span.end :]).split())
    pages, remark = choose(best, kinds)
    also = next((other.span.form for other in others if also_meant(other, best)), "")
    ignored = f"The input also names “{also}”; the answer is about “{best.span.form}” alone." if also else ""
    return Subject(
        name=best.span.form,
        pages=tuple(library.open(page) for page in pages[:most_pages]),
        year=_year(rest),
        question=rest,
        notes=tuple(note for note in (remark, ignored) if note),
        certain=not remark and best.weight >= CERTAIN,
        stems=frozenset(stems(best.span.form)),
    )


def _of_object(asked: dict[str, Any], library: Library, kinds: list[str], most_pages: int) -> Subject:
    """Named by the value of the key that most likely holds a name, or by its web site."""
    values = dict(_flat(asked, ""))
    year = next(
        (int(value) for key, value in values.items() if _YEAR.fullmatch(value) and "year" in key.lower()),
        None,
    )
    texts = {key: value for key, value in values.items() if not _YEAR.fullmatch(value) and not host_of(value)}
    by_site = _by_site(values.values(), library)
    subject = _of_values(texts, library, kinds, most_pages, named_elsewhere=bool(by_site))
    subject = replace(subject, year=year or subject.year)
    return _at_site(subject, by_site, library) if by_site else subject


def _of_values(
    texts: dict[str, str], library: Library, kinds: list[str], most_pages: int, *, named_elsewhere: bool
) -> Subject:
    for key in sorted(texts, key=_naming_rank):
        rest = " ".join(value for other, value in texts.items() if other != key)
        if _naming_rank(key) < len(_NAMING_WORDS):
            subject = _of_name(texts[key], library, hinted_kinds(key) + kinds, most_pages)
            return replace(subject, question=rest)
        subject = _of_text(texts[key], library, kinds, most_pages)
        if subject.pages and not named_elsewhere:
            return replace(subject, question=f"{subject.question} {rest}".strip())
        if (
            " " in subject.name
        ):  # an unknown thing that has a name: what else the input says is not the subject
            return subject
    return _unknown(" ".join(texts.values()))


def _of_name(name: str, library: Library, kinds: list[str], most_pages: int) -> Subject:
    """The subject of that very name: a page whose name is only a part of it is about something else."""
    for mention in mentions(name[:MOST_TEXT], library, kinds):
        subject = _about(mention, [], name, library, kinds, most_pages)
        if covers(mention, name, subject.pages[0].names):
            return replace(subject, name=name, stems=frozenset(stems(name)))
    return Subject(name=" ".join(name.split()), stems=frozenset(stems(name)))


def _at_site(subject: Subject, by_site: list[Named], library: Library) -> Subject:
    """The subject whose web site was given; if the name leads elsewhere, the site decides."""
    page = library.open(by_site[0])
    if page.id in {known.id for known in subject.pages}:
        return replace(subject, certain=True, notes=())
    note = f"“{subject.name}” and the web site {by_site[0].form} lead to different pages; the site decided."
    notes = (note,) if subject.pages else ()
    name = subject.name or page.title
    return replace(
        subject, name=name, pages=(page,), notes=notes, certain=not notes, stems=frozenset(stems(name))
    )


def _unknown(text: str) -> Subject:
    """Nothing in the library bears a name from the text; a short text is taken for a name all the same."""
    is_name = 0 < len(text.split()) <= 6 and "?" not in text and not QUESTION_WORDS & set(words(text)[:1])
    said = " ".join(text.split())
    if is_name:
        return Subject(name=said, stems=frozenset(stems(text)))
    return Subject(year=_year(text), question=said)


def _flat(value: Any, key: str) -> Iterator[tuple[str, str]]:
    """The texts and numbers of an input, under the keys that lead to them."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _flat(member, f"{key} {name}".strip())
    elif isinstance(value, list):
        for at, member in enumerate(value[:50]):
            yield from _flat(member, f"{key} {at}".strip())
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        yield key, str(value)


def _by_site(values: Iterable[str], library: Library) -> list[Named]:
    hosts = [host for value in values for host in parent_hosts(host_of(value)) if host]
    found = {named.key: named for named in library.named(hosts) if named.kind == "site"}
    return [found[host] for host in hosts if host in found]


def _naming_rank(key: str) -> int:
    said = set(words(split_identifier(key)))
    return next((rank for rank, word in enumerate(_NAMING_WORDS) if word in said), len(_NAMING_WORDS))


def _year(text: str) -> int | None:
    match = _YEAR.search(text)
    return int(match[1]) if match else None
