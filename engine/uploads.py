"""Files that people add: kept in the data folder under the SHA-256 of their bytes, never by their names."""

import hashlib
import os
import re
import unicodedata
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings

FOLDER = "uploads"
MOST_BYTES = 50_000_000
"""Of one file."""
SHOWN = 16
"""Hexadecimal digits of the hash that stand in a file's path."""
_NOT_IN_NAMES = re.compile(r"[^\w.,()+ -]+")
_LONGEST_NAME = 120


def folder() -> Path:
    return settings.DATA_DIR / FOLDER


def keep(body: bytes) -> str:
    """Store the bytes, and return the SHA-256 by which they are found again."""
    digest = hashlib.sha256(body).hexdigest()
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    if not stored(digest).exists():
        with NamedTemporaryFile(dir=folder(), delete=False) as draft:
            draft.write(body)
        os.replace(draft.name, stored(digest))
    return digest


def stored(digest: str) -> Path:
    """Where a file lies; ValueError if that is no SHA-256."""
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise ValueError(f"{digest!r} is no SHA-256.")
    return folder() / digest


def path_of(digest: str, name: str) -> str:
    """The path at which a file's pages are kept and served."""
    return f"/sources/files/{digest[:SHOWN]}/{safe_name(name)}"


def safe_name(name: str) -> str:
    """The last part of a name as a user gave it, of letters, digits and harmless marks."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rstrip("/").rpartition("/")[2]
    plain = _NOT_IN_NAMES.sub("_", last).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    if dot and len(ending) <= 10:
        return f"{stem[: _LONGEST_NAME - len(ending) - 1]}.{ending}" if stem else f"file.{ending}"
    return plain[:_LONGEST_NAME] or "file"
