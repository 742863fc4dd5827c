"""A fetched body, or a file, as documents: the one door to everything that can be read."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import unquote, urlsplit

from engine.document import Document
from engine.formats.charset import decoded
from engine.formats.contents import Contents, Unreadable
from engine.formats.kinds import Kind, kind_of
from engine.formats.marked import read_markdown
from engine.formats.pdf import read_pdf
from engine.formats.plain import read_plain
from engine.formats.separated import read_separated
from engine.formats.tables import blocks_of, documents_of_tables
from engine.formats.word import read_word
from engine.formats.workbook import read_workbook
from engine.html import read_html
from engine.net import Fetched

__all__ = ["Unreadable", "document_of", "document_of_file", "documents_of", "documents_of_file", "text_of"]

_LONGEST_TITLE = 120
_ABOUT: dict[Kind, str] = {"web": "page", "plain": "page", "markdown": "page"}


def document_of(fetched: Fetched) -> Document:
    """All of it as one document; raises ``Unreadable``."""
    return _whole(_fetched(fetched))


def documents_of(fetched: Fetched) -> Iterator[Document]:
    """The document; of a table an overview and a document for each row. Raises ``Unreadable`` at once."""
    return _each(_fetched(fetched))


def document_of_file(name: str, body: bytes, *, path: str = "") -> Document:
    """As ``document_of``; ``path`` is the address that the document gets, its name if empty."""
    return _whole(_file(name, body, path))


def documents_of_file(name: str, body: bytes, *, path: str = "") -> Iterator[Document]:
    """As ``documents_of``."""
    return _each(_file(name, body, path))


def text_of(fetched: Fetched) -> str:
    """The body as text; what its codec cannot read is replaced."""
    return decoded(fetched.body, fetched.charset)


_Read = tuple[Document, Contents]


def _fetched(fetched: Fetched) -> _Read:
    name = unquote(urlsplit(fetched.url).path.rstrip("/").rpartition("/")[2])
    kind = kind_of(fetched.body, content_type=fetched.content_type, name=name)
    contents = _contents(kind, fetched.body, fetched.charset)
    named = name[:_LONGEST_TITLE] or urlsplit(fetched.url).hostname or fetched.url
    return _document(kind, contents, named, fetched.url, fetched.url), contents


def _file(name: str, body: bytes, path: str) -> _Read:
    kind = kind_of(body, name=name)
    contents = _contents(kind, body, "")
    return _document(kind, contents, name[:_LONGEST_TITLE] or "A file", path or name, name), contents


def _contents(kind: Kind, body: bytes, charset: str) -> Contents:
    match kind:
        case "pdf":
            contents = read_pdf(body)
        case "word":
            contents = read_word(body)
        case "workbook":
            contents = read_workbook(body)
        case "separated":
            contents = read_separated(decoded(body, charset))
        case "markdown":
            contents = read_markdown(decoded(body, charset))
        case "plain":
            contents = read_plain(decoded(body, charset))
        case "web":
            article = read_html(decoded(body, charset))
            contents = Contents(article.blocks, title=article.title, published=article.published)
    if not contents.blocks and not contents.tables:
        raise Unreadable("no_content", f"The {'page' if kind == 'web' else 'file'} holds no text.")
    return contents


def _document(kind: Kind, contents: Contents, named: str, path: str, source: str) -> Document:
    return Document(
        path=path,
        title=contents.title or named,
        kind=_ABOUT.get(kind, "table" if contents.tables else "document"),
        blocks=contents.blocks,
        source=source,
        source_url=path if urlsplit(path).hostname else "",
        as_of=contents.published,
        language=contents.language,
    )


def _whole(read: _Read) -> Document:
    document, contents = read
    return replace(document, blocks=blocks_of(contents.tables)) if contents.tables else document


def _each(read: _Read) -> Iterator[Document]:
    document, contents = read
    return documents_of_tables(document, contents.tables) if contents.tables else iter([document])
