"""The whole starter library, in an order that never changes."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from engine.document import Document
from engine.starter.countries import countries
from engine.starter.organisations import organisations
from engine.starter.packages import packages
from engine.starter.topics import topics


def starter_documents() -> Iterator[Document]:
    """Every page at its own address, every alias on one page alone: where two want the same, the first wins.

    The later page's address gets its kind as a suffix: ``/library/jordan-organisation/``.
    """
    addresses: set[str] = set()
    names: set[str] = set()
    for page in chain(countries(), organisations(), packages(), topics()):
        path = page.path if page.path not in addresses else f"{page.path[:-1]}-{page.kind}/"
        if path in addresses:
            raise ValueError(f"Two pages of the starter library want the address {path}: rename one of them.")
        aliases = tuple(alias for alias in page.aliases if alias.casefold() not in names)
        addresses.add(path)
        names.update(name.casefold() for name in (page.title, *aliases))
        yield replace(page, path=path, aliases=aliases)
