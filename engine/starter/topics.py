"""Pages of the Python language reference, which every Python brings along for its ``help()``."""

import sys
from collections.abc import Iterator
from pydoc_data.topics import topics as texts

from engine.document import Document
from engine.starter.factbook.names import slug
from engine.starter.markup import rst

SOURCE_URL = "https://docs.python.org/3/reference/"


def topics() -> Iterator[Document]:
    keywords: dict[str, list[str]] = {}
    for keyword in sorted(texts):
        keywords.setdefault(texts[keyword], []).append(keyword)
    for text, same in keywords.items():
        yield _topic(text, same)


def _topic(text: str, keywords: list[str]) -> Document:
    """A text and the keywords that lead to it: ``else`` and ``if`` share theirs."""
    title, *blocks = rst.blocks(text, rendered=True)
    keyword = next((word for word in keywords if f'"{word}"' in title.text), keywords[0])
    return Document(
        path=f"/library/topic-{slug(keyword)}/",
        title=f"{title.text} (Python)",
        kind="topic",
        blocks=tuple(blocks),
        source=f"The Python Language Reference, Python {sys.version_info.major}.{sys.version_info.minor}",
        aliases=tuple(f"Python {word}" for word in keywords),
        source_url=SOURCE_URL,
    )
