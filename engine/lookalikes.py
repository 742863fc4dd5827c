"""Names that come close to one that no page bears: misspelt, or the end of a longer name.

What some page says, as France's does ``French Guiana``, is no slip for another name.
"""

from collections.abc import Sequence
from difflib import SequenceMatcher

from engine.library import Library, Named
from engine.names import name_key

_SHORTEST, _LONG = 6, 10
"""A name shorter than the first is not corrected; one as long as the second may hold two slips."""
_TOO_MANY = 9
_KINDS = frozenset({"country", "organisation"})
"""Kinds whose names are corrected; a package of almost the same name is another package."""
_LINKS = frozenset(["of", "for", "in", "the", "de", "and", "at", "on"])


def lookalikes(name: str, library: Library, kinds: Sequence[str]) -> list[Named]:
    """The page that was most likely meant, under each of its names that comes close; none if two may be."""
    key = name_key(name)
    found = [named for named in _misspelt(key, library) if not kinds or named.page_kind in kinds]
    return found if len({named.page_id for named in found}) == 1 else []


def endings(name: str, library: Library) -> list[Named]:
    """The page whose name ends with these words: ``Red Cross`` of ``International Red Cross``."""
    key = name_key(name)
    if " " not in key:
        return []
    longer = [named for named in library.named_ending(key) if not _is_linked(named.key, key)]
    fewest = min((len(named.key.split()) for named in longer), default=0)
    found = [named for named in longer if len(named.key.split()) == fewest]
    return found if len({named.page_id for named in found}) == 1 else []


def _misspelt(key: str, library: Library) -> list[Named]:
    if len(key) < _SHORTEST or library.named([key]) or library.says(key.split()):
        return []
    most = 2 if len(key) >= _LONG else 1
    near = library.named_like(key[0], len(key) - most, len(key) + most)
    return [
        named
        for named in near
        if named.page_kind in _KINDS and _slips(key, named.key, mistakes=named.page_kind == "country") <= most
    ]


def is_slip(written: str, meant: str) -> bool:
    """Whether one letter was left out or put in, or two were swapped."""
    return abs(len(written) - len(meant)) <= 1 and written != meant and _slips(written, meant) == 1


def _slips(written: str, meant: str, *, mistakes: bool = False) -> int:
    """How many letters were left out, put in, swapped or, with ``mistakes``, taken for another."""
    if sorted(written) == sorted(meant):
        return 1 if _is_swap(written, meant) else _TOO_MANY
    blocks = SequenceMatcher(None, written, meant, False).get_matching_blocks()
    matched = sum(block.size for block in blocks)
    missing, extra = len(meant) - matched, len(written) - matched
    return _TOO_MANY if missing and extra and not mistakes else max(missing, extra)


def _is_swap(one: str, other: str) -> bool:
    """Whether two letters side by side changed places, and nothing else."""
    differ = [at for at in range(len(one)) if one[at] != other[at]]
    return len(differ) == 2 and differ[1] == differ[0] + 1


def _is_linked(longer: str, key: str) -> bool:
    before = longer.removesuffix(key).split()
    return not before or before[-1] in _LINKS
