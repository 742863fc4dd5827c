"""What a person is at an organisation, where its page names the holder of an office."""

import re
from collections.abc import Sequence

from engine.evidence import Answer, Evidence
from engine.library import Library
from engine.names import name_keys
from engine.offices import role_in
from engine.reading import ReadPage
from engine.wants import Want
from engine.words import label_stems, split_identifier, stems, words

_ROLE = frozenset(stems("role position job title post function occupation office rank"))
_BESIDE = frozenset(stems("current present person name official held"))
_BETWEEN = re.compile(r"[,/;|()\n]|\s[-–—]\s|\b(?:at|of|from)\b")
_FEWEST_WORDS = 2


def asks_for_role(want: Want) -> bool:
    said = label_stems(split_identifier(want.field.name) or want.field.description[:80])
    return want.field.kind == "string" and bool(said & _ROLE) and said <= _ROLE | _BESIDE


def role_of(text: str, pages: Sequence[ReadPage], library: Library) -> Answer | None:
    """The office of a person whose whole name the text holds, by the subject's pages or the employer's."""
    said = set(words(text))
    for page in pages or _employers(text, library):
        for fact in page.facts:
            role, holder = role_in(fact.label, fact.value)
            named = words(holder)
            if role and len(named) >= _FEWEST_WORDS and said.issuperset(named):
                reasoning = f"The page {page.title} states “{page.text[fact.start : fact.end][:160]}”."
                return Answer(role, reasoning, "high", (Evidence(page, fact.start, fact.end),))
    return None


def _employers(text: str, library: Library) -> list[ReadPage]:
    """The pages of the organisations and countries that the parts of a text name in full."""
    keys = {key for part in _BETWEEN.split(text) for key in name_keys(part)}
    found = [named for named in library.named(keys) if named.page_kind in ("organisation", "country")]
    return [library.open(named) for named in {named.page_id: named for named in found}.values()]
