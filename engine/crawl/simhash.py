"""Near copies by their fingerprints (Charikar 2002; Manku, Jain and Das Sarma 2007)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

MOST_APART = 3
"""Bits in which the fingerprints of near copies may differ."""
MOST_WORDS = 20_000
_BITS, _BLOCK = 64, 16
_SHINGLE = 3
_WORD = re.compile(r"\w+")
_SIGN = 1 << (_BITS - 1)


def fingerprint(text: str) -> int:
    """The 64-bit simhash of the text's runs of three words, as a signed number that a database can hold.

    Each bit is the majority's among the hashes of all runs, so that texts with most runs in common differ in
    few bits.
    """
    words = [found[0] for found in _WORD.finditer(text.lower())][:MOST_WORDS]
    runs = {" ".join(words[at : at + _SHINGLE]) for at in range(max(1, len(words) - _SHINGLE + 1))}
    hashes = b"".join(blake2b(run.encode(), digest_size=_BITS // 8).digest() for run in runs)
    every = int.from_bytes(hashes, "big")
    lowest = int.from_bytes((1).to_bytes(_BITS // 8, "big") * len(runs), "big")
    value = sum(1 << bit for bit in range(_BITS) if 2 * ((every >> bit) & lowest).bit_count() > len(runs))
    return value - (1 << _BITS) if value & _SIGN else value


def apart(one: int, other: int) -> int:
    """In how many bits two fingerprints differ."""
    return ((one ^ other) & ((1 << _BITS) - 1)).bit_count()


@dataclass(frozen=True, slots=True)
class Copy:
    """A page that others may repeat."""

    address: str
    fingerprint: int
    title: frozenset[str]
    """The words of its title."""
    claims: str
    """The main address that it names, where that is another one."""


class NearCopies:
    """Pages by the 16-bit blocks of their fingerprints: two that differ in 3 bits share one of the four."""

    def __init__(self) -> None:
        self.by_address: dict[str, Copy] = {}
        self.by_block: dict[tuple[int, int], dict[str, Copy]] = {}
        self.by_claim: dict[str, dict[str, Copy]] = {}

    def add(self, copy: Copy) -> None:
        self.forget(copy.address)
        self.by_address[copy.address] = copy
        if copy.claims:
            self.by_claim.setdefault(copy.claims, {})[copy.address] = copy
        for block in _blocks(copy.fingerprint):
            self.by_block.setdefault(block, {})[copy.address] = copy

    def forget(self, address: str) -> None:
        if known := self.by_address.pop(address, None):
            self.by_claim.get(known.claims, {}).pop(address, None)
            for block in _blocks(known.fingerprint):
                del self.by_block[block][address]

    def claiming(self, address: str) -> list[Copy]:
        """The pages that name this address as their main one."""
        return list(self.by_claim.get(address, {}).values())

    def of(self, page: Copy) -> Copy | None:
        """A page that this one repeats: all but the same words, under a title that names nothing else."""
        among = (
            known for block in _blocks(page.fingerprint) for known in self.by_block.get(block, {}).values()
        )
        return next((known for known in among if _repeats(page, known)), None)


def title_words(title: str) -> frozenset[str]:
    return frozenset(_WORD.findall(title.lower()))


def _repeats(page: Copy, known: Copy) -> bool:
    """Pages made from one template differ in little but the name of what they are about: those are two."""
    named_alike = page.title <= known.title or known.title <= page.title
    return (
        page.address != known.address
        and named_alike
        and apart(page.fingerprint, known.fingerprint) <= MOST_APART
    )


def _blocks(value: int) -> Iterator[tuple[int, int]]:
    return ((at, value >> at & 0xFFFF) for at in range(0, _BITS, _BLOCK))
