"""Lines that read ``label: value``, wherever a page has them."""

import re

from engine.document import Block, BlockKind

LONGEST_LABEL = 60
_LABELLED = re.compile(r"([^\W\d_][^:.!?;\n]{0,59}?)\s?:\s+(?=\S)")
_LISTED = re.compile(r"([^\W_][^:\n]{0,119}?)\s?:\s+(?=\S)")
_MOST_WORDS, _MOST_LISTED_WORDS = 6, 16
_LONGEST, _LONGEST_LISTED = 300, 5_000
_SPEECH = re.compile(r"\b(?:said|says|note|notes|example|e\.g|i\.e|warning|tip|see|follows|following)$", re.I)


def line_block(kind: BlockKind, text: str, *, listed: bool = False) -> Block:
    """The line as a fact if it reads so, else as it is; ``listed`` if most lines around it read so."""
    labelled = (_LISTED if listed else _LABELLED).match(text) if kind in ("paragraph", "item") else None
    if not labelled:
        return Block(kind, text)
    label, value = labelled[1], text[labelled.end() :]
    words = len(label.split())
    if listed:
        reads_so = words <= _MOST_LISTED_WORDS and len(value) <= _LONGEST_LISTED
    else:
        reads_so = words <= _MOST_WORDS and not _SPEECH.search(label) and _is_short(value)
    return Block("fact", text, label=label) if reads_so else Block(kind, text)


def _is_short(value: str) -> bool:
    return len(value) <= _LONGEST and value.count(". ") <= 1
