"""Flags in an input, read as the countries they stand for."""

import re

from engine.library import Library

_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")


def spelled(text: str, library: Library) -> str:
    """The text with each flag that one page bears replaced by the page's title."""
    flags = _FLAG.findall(text)
    if not flags:
        return text
    titles: dict[str, set[str]] = {}
    for named in library.named(flags):
        titles.setdefault(named.key, set()).add(named.title)
    meant = {flag: f" {min(found)} " for flag, found in titles.items() if len(found) == 1}
    return _FLAG.sub(lambda match: meant.get(match[0], match[0]), text)
