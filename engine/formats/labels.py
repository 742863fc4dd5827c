"""Lines that read ``label: value``, wherever a page has them."""

import re

from engine.document import Block, BlockKind

LONGEST_LABEL = 60
_LABELLED = re.compile(r"([^\W\d_][^:.!?;\n]{0,59}?)\s?:\s+(?=\S)")
_MOST_WORDS = 6
_SPEECH = re.compile(r"\b(?:said|says|note|notes|example|e\.g|i\.e|warning|tip|see|follows|following)$", re.I)


def line_block(kind: BlockKind, text: str) -> Block:
    """The line as a fact if it reads so, else as it is."""
    labelled = _LABELLED.match(text) if kind in ("paragraph", "item") else None
    if not labelled:
        return Block(kind, text)
    label = labelled[1]
    value = text[labelled.end() :]
    if len(label.split()) > _MOST_WORDS or _SPEECH.search(label) or not _is_value(value):
        return Block(kind, text)
    return Block("fact", text, label=label)


def _is_value(value: str) -> bool:
    """Whether it is short enough to be what a label stands for, and no text of several sentences."""
    return len(value) <= 300 and value.count(". ") <= 1
