"""The whole starter library, in an order that never changes."""

from collections.abc import Iterator

from engine.document import Document
from engine.starter.countries import countries


def starter_documents() -> Iterator[Document]:
    yield from countries()
