"""A fetched body, or a file, as documents: the one door to everything that can be read."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

from engine.document import Document
from engine.formats.charset import decoded
from engine.formats.contents import Contents, Table, Unreadable
from engine.formats.kinds import Kind, kind_of
from engine.formats.language import language_of
from engine.formats.marked import read_markdown
from engine.formats.pdf import read_pdf
from engine.formats.plain import read_plain
from engine.formats.separated import read_separated
from engine.formats.tables import blocks_of, documents_of_tables
from engine.formats.web import Marks, marks_of, read_web
from engine.formats.word import read_word
from engine.formats.workbook import read_workbook
from engine.net import Fetched

__all__ = [
    "Marks",
    "Read",
    "Unreadable",
    "document_of",
    "document_of_file",
    "documents_of",
    "documents_of_file",
    "read",
    "read_file",
    "text_of",
]

_LONGEST_TITLE = 120
_LOOKED_AT = 50
"""Blocks by which the language is told, where a page does not name it."""
_ABOUT: dict[Kind, str] = {"web": "page", "plain": "page", "markdown": "page"}
_NO_MARKS = Marks(links=(), canonical="", noindex=False, nofollow=False)


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of one body."""

    page: Document
    """Without its blocks where the body is a table."""
    tables: tuple[Table, ...]
    marks: Marks
    """What a web page tells those who crawl it."""

    @property
    def document(self) -> Document:
        """All of it as one document."""
        return replace(self.page, blocks=blocks_of(self.tables)) if self.tables else self.page

    def documents(self) -> Iterator[Document]:
        """The document; of a table an overview and a document for each row."""
        return documents_of_tables(self.page, self.tables) if self.tables else iter([self.page])


def read(fetched: Fetched) -> Read:
    """Raises ``Unreadable``."""
    name = unquote(urlsplit(fetched.url).path.rstrip("/").rpartition("/")[2])
    kind = kind_of(fetched.body, content_type=fetched.content_type, name=name)
    named = name[:_LONGEST_TITLE] or urlsplit(fetched.url).hostname or fetched.url
    return _read(kind, fetched.body, fetched.charset, named=named, path=fetched.url, source=fetched.url)


def read_file(name: str, body: bytes, *, path: str = "") -> Read:
    """``path`` is the address that the document gets, its name if empty. Raises ``Unreadable``."""
    named = name[:_LONGEST_TITLE] or "A file"
    return _read(kind_of(body, name=name), body, "", named=named, path=path or name, source=name)


def document_of(fetched: Fetched) -> Document:
    """All of it as one document; raises ``Unreadable``."""
    return read(fetched).document


def documents_of(fetched: Fetched) -> Iterator[Document]:
    """The document; of a table an overview and a document for each row. Raises ``Unreadable`` at once."""
    return read(fetched).documents()


def document_of_file(name: str, body: bytes, *, path: str = "") -> Document:
    return read_file(name, body, path=path).document


def documents_of_file(name: str, body: bytes, *, path: str = "") -> Iterator[Document]:
    return read_file(name, body, path=path).documents()


def text_of(fetched: Fetched) -> str:
    """The body as text; what its codec cannot read is replaced."""
    return decoded(fetched.body, fetched.charset)


def _read(kind: Kind, body: bytes, charset: str, *, named: str, path: str, source: str) -> Read:
    marks = _NO_MARKS
    if kind == "web":
        contents, about = read_web(decoded(body, charset))
        marks = marks_of(about, path)
    else:
        contents = _contents(kind, body, charset)
    if not contents.blocks and not contents.tables:
        raise Unreadable("no_content", f"The {'page' if kind == 'web' else 'file'} holds no text.")
    return Read(_document(kind, contents, named, path, source), contents.tables, marks)


def _contents(kind: Kind, body: bytes, charset: str) -> Contents:
    match kind:
        case "pdf":
            return read_pdf(body)
        case "word":
            return read_word(body)
        case "workbook":
            return read_workbook(body)
        case "separated":
            return read_separated(decoded(body, charset))
        case "markdown":
            return read_markdown(decoded(body, charset))
    return read_plain(decoded(body, charset))


def _document(kind: Kind, contents: Contents, named: str, path: str, source: str) -> Document:
    said = "\n".join(block.text for block in contents.blocks[:_LOOKED_AT])
    return Document(
        path=path,
        title=contents.title or named,
        kind=_ABOUT.get(kind, "table" if contents.tables else "document"),
        blocks=contents.blocks,
        source=source,
        source_url=path if urlsplit(path).hostname else "",
        as_of=contents.published,
        language=contents.language or language_of(said),
    )
