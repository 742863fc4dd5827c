"""Which pieces of a page are its own text: by its marks or, on long pages without any, by trafilatura."""

import logging
import re
from collections.abc import Iterator

from trafilatura import bare_extraction

from engine.document import Block
from engine.formats.web.cells import Piece
from engine.formats.web.outline import Outline

ENOUGH_OF_PAGE = 0.3
"""The share of a page's text that must be left for the rest to be left out."""
_MOSTLY_LINKS = 0.7
_SHORT, _SOME_LINKS = 100, 0.3
"""Characters of a paragraph, and the share of links, by which it is unsure whether it is the page's own."""
_DOUBT, _LOOSE = 0.1, 0.35
"""The share of such text, and of such paragraphs among all pieces, from which on the page is in doubt."""
_LONG = 1_500
"""Characters of text from which on a page is worth the library's time."""
_MOST_MARKUP, _MOST_TAGS, _DEEPEST, _LONGEST_TAG = 500_000, 15_000, 100, 10_000
"""Beyond these the library can take minutes: it is quadratic in depth and in the attributes of a tag."""
_SHINGLE = 4
"""Words in a row by which a text is found again."""
_WORDS = re.compile(r"\w+")
_REPEATED = re.compile(
    r"^(?:advertisement|share|tweet|print|read more|sign up|log in|menu|search)\b.{0,20}$", re.I
)
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def article_of(outline: Outline, markup: str) -> tuple[Block, ...]:
    """The blocks of the page's own text, in the order of the page."""
    pieces, marked = _marked(outline.pieces)
    kept = _without_beside(pieces)
    if not marked and _is_in_doubt(kept) and _is_worth_it(outline, kept, markup):
        kept = _found_again(kept, markup)
    return tuple(_without_links(kept, marked=marked))


def _size(pieces: list[Piece]) -> int:
    """Characters that are no links."""
    return sum(len(piece.block.text) - piece.linked for piece in pieces)


def _marked(pieces: list[Piece]) -> tuple[list[Piece], bool]:
    """What stands in the element that the page marks as its content, if that is much of it."""
    inside = [piece for piece in pieces if piece.inside]
    if inside and _size(inside) >= ENOUGH_OF_PAGE * _size(pieces):
        return inside, True
    return pieces, False


def _without_beside(pieces: list[Piece]) -> list[Piece]:
    """Headings of the first level stay: they stand in banners too."""
    own = [piece for piece in pieces if not piece.beside or (piece.block.kind == "heading" and piece.first)]
    return own if _size(own) >= ENOUGH_OF_PAGE * _size(pieces) else pieces


def _is_in_doubt(pieces: list[Piece]) -> bool:
    """Whether much of the text is short or full of links, as what surrounds an article is."""
    unsure = [piece for piece in pieces if piece.block.kind in ("paragraph", "item") and _is_unsure(piece)]
    loose = sum(piece.block.kind == "paragraph" for piece in unsure)
    return _size(unsure) > _DOUBT * _size(pieces) or loose > _LOOSE * len(pieces)


def _is_unsure(piece: Piece) -> bool:
    return len(piece.block.text) < _SHORT or piece.linked > _SOME_LINKS * len(piece.block.text)


def _is_worth_it(outline: Outline, pieces: list[Piece], markup: str) -> bool:
    return (
        _size(pieces) >= _LONG
        and len(markup) <= _MOST_MARKUP
        and outline.tags <= _MOST_TAGS
        and outline.deepest <= _DEEPEST
        and outline.longest_tag <= _LONGEST_TAG
    )


def _found_again(pieces: list[Piece], markup: str) -> list[Piece]:
    """The pieces that the library takes for the article, and the facts and headings among them."""
    found = bare_extraction(markup, fast=True, include_comments=False, with_metadata=False)
    said = " ".join(_WORDS.findall((found.text or "").lower())) if found else ""
    words = said.split()
    known = set(zip(*(words[at:] for at in range(_SHINGLE)), strict=False))
    told = [_is_told(piece.block.text, known, said) for piece in pieces]
    places = [at for at, one in enumerate(told) if one and pieces[at].block.kind != "heading"]
    if not places:
        return pieces
    kept = [
        piece
        for at, piece in enumerate(pieces)
        if told[at]
        or piece.block.kind == "fact"
        or (piece.block.kind in ("heading", "code") and at < places[-1])
    ]
    return kept if _size(kept) >= ENOUGH_OF_PAGE * _size(pieces) else pieces


def _is_told(text: str, known: set[tuple[str, ...]], said: str) -> bool:
    words = _WORDS.findall(text.lower())
    if len(words) < 2 * _SHINGLE:
        return bool(words) and len(said) <= 200_000 and " ".join(words) in said
    shingles = list(zip(*(words[at:] for at in range(_SHINGLE)), strict=False))
    return sum(one in known for one in shingles) * 2 >= len(shingles)


def _without_links(pieces: list[Piece], *, marked: bool) -> Iterator[Block]:
    """The blocks that are not mostly links, and the headings that still stand over something.

    In the content that a page marks, lists of links may be what it says: they stay unless they outweigh it.
    """
    links = [piece for piece in pieces if _is_links(piece)]
    keeps = marked and sum(len(piece.block.text) for piece in links) < 0.5 * _size(pieces)
    headings: list[Block] = []
    before = ""
    for piece in pieces:
        if piece.block.kind == "heading":
            while headings and headings[-1].level >= piece.block.level:
                headings.pop()
            headings.append(piece.block)
        elif keeps or not _is_links(piece):
            yield from headings
            headings = []
            yield piece.block
        elif before == "heading" and headings:
            headings.pop()
        before = piece.block.kind


def _is_links(piece: Piece) -> bool:
    return piece.block.kind in ("item", "paragraph") and piece.linked >= _MOSTLY_LINKS * len(piece.block.text)
