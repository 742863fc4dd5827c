"""Which format a body has: by its first bytes where they tell, else by content type and name."""

import re
from typing import Literal

from engine.formats.archives import names_in
from engine.formats.contents import Unreadable

Kind = Literal["web", "plain", "markdown", "separated", "pdf", "word", "workbook"]
_BY_TYPE: dict[str, Kind] = {
    "text/html": "web",
    "application/xhtml+xml": "web",
    "text/markdown": "markdown",
    "text/x-markdown": "markdown",
    "text/csv": "separated",
    "application/csv": "separated",
    "text/tab-separated-values": "separated",
    "application/pdf": "pdf",
    "application/x-pdf": "pdf",
}
_BY_ENDING: dict[str, Kind] = {
    "html": "web",
    "htm": "web",
    "xhtml": "web",
    "md": "markdown",
    "markdown": "markdown",
    "csv": "separated",
    "tsv": "separated",
    "tab": "separated",
    "pdf": "pdf",
    "docx": "word",
    "xlsx": "workbook",
    "xlsm": "workbook",
    "xls": "workbook",
    "ods": "workbook",
}
_TEXTS = re.compile(
    r"text/|application/(?:[\w.-]+\+)?(?:json|xml|yaml)$|application/(?:x-)?(?:ndjson|yaml|toml)$"
)
_PLAIN = "txt text json jsonl ndjson xml yaml yml toml rst log ini cfg tex"
_TEXT_ENDINGS = frozenset(_PLAIN.split())
_UNTOLD = frozenset({"", "text/plain", "application/octet-stream", "binary/octet-stream", "application/zip"})
"""Content types that servers give to what they don't know."""
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_READ = "HTML, text, Markdown, PDF, DOCX, CSV, XLSX, XLS and ODS"
_ARCHIVE = f"Archives cannot be read here. Unpack it first; what can be read: {_READ}."
_LOCKED = "The file is locked with a password. Save it without one, and add it again."
_OLD_WORD = "Old Word files (.doc) cannot be read here. Save it as .docx, and add that."
_STREAMS = ("Workbook", "Book", "EncryptedPackage")


def kind_of(body: bytes, *, content_type: str = "", name: str = "") -> Kind:
    """The format; ``name`` is that of a file, or the last part of an address. Raises ``Unreadable``."""
    if body[:1_024].lstrip().startswith(b"%PDF-"):
        return "pdf"
    if body.startswith(_ZIP):
        return _in_archive(body)
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if body.startswith(_OLE):
        return _in_ole(body)
    if kind := _BY_TYPE.get(content_type):
        return kind
    if content_type in _UNTOLD and (kind := _BY_ENDING.get(ending)):
        return kind
    if content_type == "text/plain" or ending in _TEXT_ENDINGS or _TEXTS.match(content_type):
        return "plain"
    if content_type in _UNTOLD and b"\0" not in body[:4_096]:
        return "web" if body.lstrip()[:1] == b"<" else "plain"
    told = f"of the type {content_type[:80]}" if content_type not in _UNTOLD else "of this kind"
    raise Unreadable("unsupported_content", f"Files {told} cannot be read here. What can: {_READ}.")


def _in_archive(body: bytes) -> Kind:
    names = names_in(body)
    if "word/document.xml" in names:
        return "word"
    if "content.xml" in names or "xl/workbook.xml" in names:
        return "workbook"
    raise Unreadable("unsupported_content", _ARCHIVE)


def _in_ole(body: bytes) -> Kind:
    """Old Office files, and new ones that are locked: which of them, their streams' names tell."""
    names = {name for name in _STREAMS if name.encode("utf-16-le") in body}
    if names & {"Workbook", "Book"}:
        return "workbook"
    if "EncryptedPackage" in names:
        raise Unreadable("locked", _LOCKED)
    raise Unreadable("unsupported_content", _OLD_WORD)
