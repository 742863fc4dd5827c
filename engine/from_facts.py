"""Answers out of label/value facts: the label that fits best, its value, and who contradicts it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from engine.evidence import Answer, Evidence, lowered, raised
from engine.offices import Fit, holds
from engine.output import Confidence
from engine.readers import Line, Reading, Refusal, read_value
from engine.reading import Fact, ReadPage
from engine.vocabulary import GENERIC
from engine.wants import ACCEPTED, Want, score

LONGEST_LINE = 400
"""A line up to this length is quoted whole."""
SURE = 0.9
"""A label that fits this well says the very thing; one below it says something close."""
_NAMES_ONE = re.compile(r"^(?:largest|biggest|busiest|longest|oldest|leading|principal) \w*[^s\W]$", re.I)
_FIGURE = re.compile(r"[$€£]?\d")
_PERCENTAGE = re.compile(r"[\d.,]+\s*%")
_LESS_OF_PROSE = 0.02
_ALIKE = 0.02
_NEAR = 0.12
"""How much worse than the best label another may fit and still be tried when the best gives no value."""


@dataclass(frozen=True, slots=True)
class Candidate:
    page: ReadPage
    fact: Fact
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    candidate: Candidate
    reading: Reading


def answer_from_facts(
    want: Want, pages: Sequence[ReadPage], *, least: float = ACCEPTED
) -> tuple[Answer | None, list[str]]:
    """The answer, or None and the reasons why the facts that come close give none.

    ``least`` is how well a label has to fit.
    """
    ranked, reasons = _in_wanted_year(want, _candidates(want, pages, least))
    found: list[Found] = []
    if places := _places(want, ranked):
        return None, [*reasons, f"“{ranked[0].fact.label}” stands under several headings: {places}."]
    for candidate in ranked:
        if candidate.score < ranked[0].score - _NEAR:
            break
        reading = read_value(
            want.field, Line(candidate.fact.value, candidate.fact.elements, candidate.fact.year), want.form
        )
        if isinstance(reading, Refusal):
            reasons.append(f"{_where(candidate)} {reading.reason}.")
        elif misfit := _misfit(want, candidate):
            reasons.append(f"{_where(candidate)} {misfit}.")
        else:
            found.append(Found(candidate, reading))
    return (_answer(want, found), []) if found else (None, list(dict.fromkeys(reasons))[:3])


def _places(want: Want, ranked: Sequence[Candidate]) -> str:
    """The parts of one page that say it each of their own, where nothing tells which is meant; else empty.

    A label directly below a page's sections is the page's own; of those in deeper parts it may be any.
    """
    if not ranked:
        return ""
    best = ranked[0]
    alike = [c for c in ranked if _is_alike(c, best)]
    parts = dict.fromkeys(_part_of(want, candidate.fact) for candidate in alike)
    values = {" ".join(candidate.fact.value.split()) for candidate in alike}
    return ", ".join(parts) if len(values) > 1 and len(parts) > 1 and None not in parts else ""


def _is_alike(other: Candidate, best: Candidate) -> bool:
    one, two = other.fact, best.fact
    return (
        other.page is best.page
        and one.readings[-1].stems == two.readings[-1].stems
        and (other.score >= best.score - _ALIKE and one.year == two.year)
    )


def _part_of(want: Want, fact: Fact) -> str | None:
    """The part of the page in which a fact stands; None where it is the page's own, or the one meant."""
    wording = fact.readings[-1]
    asked = want.hints.union(*(phrase.stems for phrase in want.phrases))
    part = fact.label if len(fact.readings) > 1 else fact.heading
    deep = len(fact.readings) > 1 or " > " in fact.heading
    return part if deep and wording.near - GENERIC and wording.near.isdisjoint(asked) else None


def _misfit(want: Want, candidate: Candidate) -> str:
    """Why a fact with the right label answers something else; empty where it does not."""
    value = candidate.fact.value
    if want.who and value[:1].isdigit():
        return f"reads “{_shortened(value)}”, which names nobody"
    if _NAMES_ONE.search(want.title) and _FIGURE.match(value) and not candidate.fact.elements:
        return f"reads “{_shortened(value)}”, which is a figure and names none"
    if (
        want.form.unit
        and (want.form.unit == "percent") != bool(_PERCENTAGE.match(value))
        and _FIGURE.match(value)
    ):
        return f"reads “{_shortened(value)}”, which is in another unit"
    if _holds_office(want, candidate) == "no":
        return f"names “{_shortened(value)}”: another office"
    return ""


def _leaves_open(want: Want, fact: Fact) -> bool:
    """Whether only what is official, say, is asked for, and the page does not tell."""
    return bool(want.form.only) and want.form.only not in f"{fact.label} {fact.value}".lower()


def _holds_office(want: Want, candidate: Candidate) -> Fit:
    fact = candidate.fact
    return holds(want.office, fact.stems, fact.value) if want.office else "yes"


def _candidates(want: Want, pages: Sequence[ReadPage], least: float) -> list[Candidate]:
    """Facts whose label fits, the best first; of equal ones the newest, then the first in its page."""
    wanted = {stem for phrase in want.phrases for stem in phrase.stems}
    scored = [
        (Candidate(page, fact, worth), order)
        for order, page in enumerate(pages)
        for fact in page.facts_with(wanted)
        if (worth := _worth(want, fact)) >= least
    ]
    scored.sort(
        key=lambda item: (-round(item[0].score, 3), -(item[0].fact.year or 0), item[1], item[0].fact.start)
    )
    return [candidate for candidate, _ in scored]


def _worth(want: Want, fact: Fact) -> float:
    """A list is wanted: a fact that the page marks as a list is the better one.

    Sentences below a heading are no value: they answer where sentences are asked for, or a text of any kind.
    """
    fit = score(want, fact)
    if fit and fact.prose:
        takes_prose = want.narrative or (want.field.kind in ("string", "any") and want.concept is None)
        fit = fit - _LESS_OF_PROSE if takes_prose and not want.form.date else 0.0
    return fit - 0.05 if fit and want.field.kind == "array" and not fact.elements else fit


def _in_wanted_year(want: Want, ranked: list[Candidate]) -> tuple[list[Candidate], list[str]]:
    """A value of another year than the one asked for is no answer."""
    if want.year is None:
        return ranked, []
    kept = [c for c in ranked if c.fact.year == want.year or (c.fact.year is None and not want.own_year)]
    kept.sort(key=lambda candidate: (-round(candidate.score, 3), candidate.fact.year is None))
    dropped = [candidate for candidate in ranked if candidate not in kept]
    return kept, [
        f"{_where(candidate)} is of {candidate.fact.year}, not of {want.year}." for candidate in dropped
    ]


def _answer(want: Want, found: list[Found]) -> Answer:
    best = found[0]
    same_thing = [other for other in found[1:] if _says_the_same_thing(other, best)]
    equal = [other for other in same_thing if other.reading.value == best.reading.value]
    agreeing = [other for other in equal if other.candidate.page is not best.candidate.page]
    differing = [other for other in same_thing if other.reading.value != best.reading.value]
    confidence = _confidence(want, best)
    others = {_host(item) for item in agreeing} - {_host(best)}
    answer = Answer(
        value=best.reading.value,
        reasoning=_reasoning(want, best, agreeing, differing),
        confidence=raised(confidence) if others and not differing else confidence,
        evidence=tuple(_evidence(item.candidate, item.reading) for item in [best, *agreeing]),
        parts=tuple(_part(want, best, part) for part in best.reading.parts),
    )
    return lowered(answer) if differing else answer


def _host(found: Found) -> str:
    """Whose page it is: two pages of one host are one voice."""
    return urlsplit(found.candidate.page.url).hostname or ""


def _says_the_same_thing(other: Found, best: Found) -> bool:
    """The same label for the same year, or on another page one that fits as well."""
    one, two = other.candidate, best.candidate
    if one.fact.year != two.fact.year or one.score < two.score - 0.02:
        return False
    return one.page is not two.page or one.fact.label == two.fact.label


def _confidence(want: Want, found: Found) -> Confidence:
    undated = want.year is not None and found.candidate.fact.year is None
    fits = _holds_office(want, found.candidate) == "yes"
    fits = fits and not _leaves_open(want, found.candidate.fact)
    fits = fits and (want.narrative or not found.candidate.fact.prose)
    sure = found.candidate.score >= SURE and found.reading.exact and not undated and fits
    return "high" if sure else "medium"


def _part(want: Want, found: Found, part: Reading) -> Answer:
    evidence = _evidence(found.candidate, part)
    label, page = found.candidate.fact.label, found.candidate.page
    text = found.candidate.fact.value[part.start : part.end]
    reasoning = f"The page {page.title} lists “{_shortened(text)}” as “{label}”."
    return Answer(part.value, reasoning, _confidence(want, replace(found, reading=part)), (evidence,))


def _evidence(candidate: Candidate, reading: Reading) -> Evidence:
    """The whole line, or of a long one the part that was read."""
    fact = candidate.fact
    if fact.end - fact.start <= LONGEST_LINE:
        return Evidence(candidate.page, fact.start, fact.end)
    start, end = fact.value_start + reading.start, fact.value_start + reading.end
    return Evidence(candidate.page, start, end)


def _reasoning(want: Want, best: Found, agreeing: list[Found], differing: list[Found]) -> str:
    fact, page = best.candidate.fact, best.candidate.page
    under = f" under {fact.heading}" if fact.heading else ""
    said = f"The page {page.title} states “{fact.label}: {_shortened(fact.value)}”{under}."
    if want.year and fact.year is None:
        said += f" It names no year, so it may not be the value of {want.year}."
    if not best.reading.exact:
        said += " The line holds more than one such value; the first was taken."
    if want.office and _holds_office(want, best.candidate) == "untold":
        said += f" It gives no such title, so this may not be the {want.office.name}."
    if _leaves_open(want, fact):
        said += f" It does not say what of it is {want.form.only}."
    if agreeing:
        said += f" {_titles(agreeing)} {'says' if len(agreeing) == 1 else 'say'} the same."
    for other in differing[:1]:
        said += f" {_where(other.candidate)} instead reads “{_shortened(other.candidate.fact.value)}”."
    return said


def _titles(found: list[Found]) -> str:
    return " and ".join(
        dict.fromkeys(f"{item.candidate.page.title} ({item.candidate.page.url})" for item in found)
    )


def _where(candidate: Candidate) -> str:
    return f"“{candidate.fact.label}” on the page {candidate.page.title}"


def _shortened(text: str) -> str:
    return text if len(text) <= 160 else f"{text[:160].rsplit(' ', 1)[0]} …"
