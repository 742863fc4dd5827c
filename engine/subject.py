"""What an input is about: the pages that bear a name it mentions, and the year it asks for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from engine.flags import spelled
from engine.keys import lies_in_a_country, names_a_party, names_the_subject, naming_rank, texts_in
from engine.kin import with_kin
from engine.library import Library, Named
from engine.lookalikes import endings, lookalikes
from engine.mentions import (
    ASKABLE,
    CERTAIN,
    QUESTION_WORDS,
    Mention,
    also_meant,
    choose,
    covers,
    hinted_kinds,
    mentions,
    read_as,
    side_by_side,
)
from engine.names import host_of
from engine.reading import ReadPage
from engine.sites import bearer, hosts_in, owners, without_addresses, without_hosts
from engine.words import stem, stems, words

MOST_TEXT = 25_000
_YEAR = re.compile(r"(?<![\d-])((?:19|20)\d\d)(?![\d-])")
_AT = re.compile(r"\b(?:at|with|for|from|by)\s+(?:the\s+)?$", re.I)
_MOST_OTHERS = 4


@dataclass(frozen=True, slots=True)
class Subject:
    """What the input is about, as far as the library knows it."""

    name: str = ""
    """As the input writes it; empty when the input names nothing."""
    pages: tuple[ReadPage, ...] = ()
    year: int | None = None
    question: str = ""
    """The input's text without the subject's name."""
    text: str = ""
    """The input's text as it was asked; of an input with several keys, what stands under ``question``."""
    notes: tuple[str, ...] = ()
    """What a reader should know about how the input was understood."""
    certain: bool = True
    stems: frozenset[str] = field(default=frozenset())
    """The stems of the name, which say nothing about what is asked of it."""
    others: tuple[Mention, ...] = ()
    """Further subjects of the same kind that the input names."""
    related: bool = False
    """Whether the input asks how it stands to another subject, as exports to a country do."""
    party: bool = False
    """Whether the input is about something else that has to do with it, such as a job there."""


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
    subject = replace(found(asked, library, kinds, most_pages), text=_asked(asked))
    if subject.pages or not earlier:
        return subject
    before = identify(earlier[-1], library, wording="", most_pages=most_pages, earlier=earlier[:-1])
    said = f"{subject.name} {subject.question}".strip()
    if not before.pages:
        return subject
    return replace(before, question=said, year=subject.year or before.year, text=f"{before.name} {said}")


def _asked(asked: str | dict[str, Any]) -> str:
    if isinstance(asked, str):
        return asked[:MOST_TEXT]
    return next((value for key, value in texts_in(asked) if key.lower() == "question"), "")


def _of_text(text: str, library: Library, kinds: list[str], most_pages: int) -> Subject:
    text = spelled(text[:MOST_TEXT], library)
    plain = without_addresses(text)
    found = mentions(plain, library, kinds)
    if found and found[0].weight >= CERTAIN:
        return _about(found[0], found[1:], plain, library, kinds, most_pages)
    if subject := _of_site(text, library):
        return subject
    if found:
        return _about(found[0], found[1:], plain, library, kinds, most_pages)
    unknown = _unknown(text)
    return _resembling(unknown, library, kinds, endings(unknown.name, library)) or unknown


def _about(
    best: Mention, others: list[Mention], text: str, library: Library, kinds: list[str], most_pages: int
) -> Subject:
    also = tuple(other for other in others if also_meant(other, best))[:_MOST_OTHERS]
    subject = of_mention(best, library, kinds, most_pages)
    rest = _without(text, [best, *also])
    asks = QUESTION_WORDS.intersection(words(rest))
    rest = "" if subject.pages[0].names.issuperset(stems(rest)) and not asks else rest
    return replace(
        subject,
        year=_year(rest),
        question=rest,
        notes=(*subject.notes, *(_also_named(other, best) for other in also[:1])),
        certain=subject.certain and not also and best.weight >= CERTAIN,
        others=tuple(other for other in also if side_by_side(text, best, other)),
        related=bool(also) and not all(side_by_side(text, best, other) for other in also),
        party=_is_party(text, best),
    )


def _also_named(other: Mention, best: Mention) -> str:
    return f"The input also names “{other.span.form}”; what names neither is about “{best.span.form}”."


def of_mention(mention: Mention, library: Library, kinds: list[str], most_pages: int) -> Subject:
    """The subject of a name, whatever the text around it says."""
    pages, remark = choose(mention, kinds)
    remark = remark or read_as(mention.span.form, pages[0], library)
    return Subject(
        name=mention.span.form,
        pages=with_kin([library.open(page) for page in pages[:most_pages]], library, most_pages),
        notes=(remark,) if remark else (),
        certain=not remark,
        stems=frozenset(stems(mention.span.form) or map(stem, words(mention.span.form))),
    )


def _without(text: str, named: list[Mention]) -> str:
    for mention in sorted(named, key=lambda mention: -mention.span.start):
        text = f"{text[: mention.span.start]} {text[mention.span.end :]}"
    return " ".join(text.split())


def _is_party(text: str, mention: Mention) -> bool:
    """``Backend developer at Microsoft``: what stands before the name is another thing, and no question."""
    before = text[: mention.span.start]
    at = _AT.search(before)
    if not at or QUESTION_WORDS & set(words(text)[:1]):
        return False
    return any(stem not in ASKABLE for stem in stems(before[: at.start()]))


def _of_site(text: str, library: Library) -> Subject | None:
    """The subject whose site the text gives, or seems to give."""
    hosts = hosts_in(text)
    owned = owners(hosts, library)
    likely = None if owned else bearer(hosts, library)
    named = owned[0] if owned else likely
    if named is None:
        return None
    rest = " ".join(without_hosts(text).split())
    note = f"“{hosts[0]}” was taken for a site of {named.title}, whose name it bears."
    return Subject(
        name=named.title,
        pages=(library.open(named),),
        year=_year(rest),
        question=rest,
        notes=(note,) if likely else (),
        certain=likely is None,
        stems=frozenset(stems(named.title)),
    )


def _resembling(
    subject: Subject, library: Library, kinds: list[str], longer: list[Named] | None = None
) -> Subject | None:
    """The subject with the page of a name that its own comes close to."""
    found = longer or lookalikes(subject.name, library, kinds) if subject.name else []
    if not found:
        return None
    note = f"No page is called “{subject.name}”; it was read as {found[0].title}."
    return replace(subject, pages=(library.open(found[0]),), notes=(note,), certain=False)


def _of_object(asked: dict[str, Any], library: Library, kinds: list[str], most_pages: int) -> Subject:
    """Named by the value of the key that most likely holds a name, or by its web site."""
    values = {key: spelled(value, library) for key, value in texts_in(asked)}
    year = next(
        (int(value) for key, value in values.items() if _YEAR.fullmatch(value) and "year" in key.lower()),
        None,
    )
    texts = {key: value for key, value in values.items() if not _YEAR.fullmatch(value) and not host_of(value)}
    sites = [value for value in values.values() if host_of(value)]
    by_site = owners([host_of(site) for site in sites], library)
    subject = _of_values(texts, library, kinds, most_pages, named_elsewhere=bool(by_site))
    if by_site:
        subject = _at_site(subject, by_site, library)
    elif not subject.name:
        subject = _of_site(" ".join(sites), library) or subject
    return replace(subject, year=year or subject.year)


def _of_values(
    texts: dict[str, str], library: Library, kinds: list[str], most_pages: int, *, named_elsewhere: bool
) -> Subject:
    for key in sorted(texts, key=naming_rank):
        rest = " ".join(value for other, value in texts.items() if other != key)
        if names_the_subject(key):
            subject = _of_name(texts[key], library, hinted_kinds(key) + kinds, most_pages)
            if lies_in_a_country(key, texts) and subject.pages and subject.pages[0].kind == "country":
                subject = Subject(name=subject.name, stems=subject.stems)
            return replace(subject, question=rest, party=names_a_party(key, texts))
        subject = _of_text(texts[key], library, kinds, most_pages)
        if subject.pages and not named_elsewhere:
            return replace(subject, question=f"{subject.question} {rest}".strip())
        if " " in subject.name:  # an unknown thing with a name: what else the input says is not the subject
            return subject
    return _unknown(" ".join(texts.values()))


def _of_name(name: str, library: Library, kinds: list[str], most_pages: int) -> Subject:
    """The subject of that very name: a page whose name is only a part of it is about something else."""
    for mention in mentions(name[:MOST_TEXT], library, kinds):
        subject = _about(mention, [], name, library, kinds, most_pages)
        if covers(mention, name, subject.pages[0].names):
            return replace(subject, name=name, stems=frozenset(stems(name)))
    unknown = Subject(name=" ".join(name.split()), stems=frozenset(stems(name)))
    return _resembling(unknown, library, kinds) or unknown


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


def _year(text: str) -> int | None:
    match = _YEAR.search(text)
    return int(match[1]) if match else None
