"""Which slices of a page are quoted, and how they are cut to a budget of characters."""

from collections.abc import Iterable

from engine.sentences import sentence_spans
from engine.words import stems

Span = tuple[int, int]
"""Start and end in characters of the page's text."""
SHORTEST = 40
"""A budget with less left than this is spent: half a sentence tells nothing."""


def quoted(text: str, spans: Iterable[Span], *, wanted: frozenset[str], most: int) -> tuple[str, ...]:
    """The slices at these spans, best first, while the budget lasts; each verbatim, none overlapping another.

    ``wanted`` are stems: a slice that has to be cut is cut around the sentence that holds most of them.
    """
    taken: list[Span] = []
    left = most
    for start, end in spans:
        if left < SHORTEST:
            break
        if any(start < other_end and other_start < end for other_start, other_end in taken):
            continue
        start, end = within(text, start, end, wanted=wanted, most=left)
        taken.append((start, end))
        left -= end - start
    return tuple(text[start:end] for start, end in taken)


def within(text: str, start: int, end: int, *, wanted: frozenset[str], most: int) -> Span:
    """The part of a slice that fits: whole sentences around the one that holds most of what is wanted."""
    if end - start <= most:
        return start, end
    pieces = [
        (start + first, start + last) for first, last in _lines(text[start:end]) if last - first <= most
    ]
    if not pieces:
        return start, start + most
    best = max(range(len(pieces)), key=lambda at: (_held(text, pieces[at], wanted), -at))
    return _grown(pieces, best, most)


def _grown(pieces: list[Span], at: int, most: int) -> Span:
    """As many neighbours as fit, those that follow first."""
    first = last = at
    while last + 1 < len(pieces) and pieces[last + 1][1] - pieces[first][0] <= most:
        last += 1
    while first and pieces[last][1] - pieces[first - 1][0] <= most:
        first -= 1
    return pieces[first][0], pieces[last][1]


def _held(text: str, span: Span, wanted: frozenset[str]) -> int:
    return len(wanted.intersection(stems(text[slice(*span)])))


def _lines(text: str) -> Iterable[Span]:
    """The sentences of a slice; no sentence runs on into the next line."""
    at = 0
    for line in text.split("\n"):
        for first, last in sentence_spans(line):
            yield at + first, at + last
        at += len(line) + 1
