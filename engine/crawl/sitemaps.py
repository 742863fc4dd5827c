"""Addresses out of a sitemap while it arrives, so that one of a million is read in little memory."""

import html
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from engine.crawl.bounds import Bounds
from engine.crawl.canonical import joined

MOST_BYTES = 100_000_000
"""Of a sitemap as it is unpacked; the protocol allows half of that."""
MOST_NESTED = 500
"""Sitemaps that one index may name."""
MOST_LOOKED_AT = 500_000
"""Addresses, those that are out of bounds too."""
_PIECE = 65_536
_LOC = re.compile(rb"<loc\s*>\s*(?:<!\[CDATA\[)?\s*([^<\]]{1,9000}?)\s*(?:\]\]>)?\s*</", re.I)
_INDEX = re.compile(rb"<(?:\w+:)?sitemapindex[\s>]", re.I)
_LONGEST_LOC = 10_000
_GZIP = b"\x1f\x8b"
_HEAD = 2_000


@dataclass(slots=True)
class Listing:
    """What a sitemap lists: pages, or further sitemaps."""

    pages: list[str] = field(default_factory=list)
    sitemaps: list[str] = field(default_factory=list)
    is_cut: bool = False
    """Whether it lists more than there was room for."""


def read_sitemap(address: str, pieces: Iterable[bytes], bounds: Bounds, room: int) -> Listing:
    """The first ``room`` addresses in bounds; what follows is not even received.

    Broken XML is read as far as it goes, and plain text with an address a line is read too.
    """
    found, seen = Listing(), set[str]()
    unpacked = _unpacked(pieces)
    head = _head(unpacked)
    nested = bool(_INDEX.search(head))
    kept, most = (found.sitemaps, MOST_NESTED) if nested else (found.pages, room)
    links = _in_xml if b"<" in head else _in_lines
    for looked_at, link in enumerate(links(chain([head], unpacked))):
        listed = joined(address, link.decode("utf-8", "replace"))
        belongs = bounds.holds(listed) if nested else bounds.admit(listed)
        if looked_at < MOST_LOOKED_AT and (not listed or not belongs or listed in seen):
            continue
        if len(kept) >= most or looked_at >= MOST_LOOKED_AT:
            found.is_cut = True
            break
        seen.add(listed)
        kept.append(listed)
    return found


def _head(pieces: Iterator[bytes]) -> bytes:
    head = b""
    for piece in pieces:
        head += piece
        if len(head) >= _HEAD:
            break
    return head


def _in_xml(pieces: Iterable[bytes]) -> Iterator[bytes]:
    text = b""
    for piece in pieces:
        text, end = text + piece, 0
        for loc in _LOC.finditer(text):
            yield html.unescape(loc[1].decode("utf-8", "replace")).encode()
            end = loc.end()
        text = text[max(end, len(text) - _LONGEST_LOC) :]


def _in_lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    text = b""
    for piece in pieces:
        *lines, text = (text + piece).splitlines()
        yield from lines
        text = text[:_LONGEST_LOC]
    yield text


def _unpacked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces, and what they unpack to where the file itself is packed, each of bounded length."""
    unpacker, total = None, 0
    for place, piece in enumerate(pieces):
        if not place and piece.startswith(_GZIP):
            unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        while piece:
            part, piece = (
                (unpacker.decompress(piece, _PIECE), unpacker.unconsumed_tail) if unpacker else (piece, b"")
            )
            total += len(part)
            if total > MOST_BYTES:
                return
            yield part
