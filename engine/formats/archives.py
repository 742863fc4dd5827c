"""Files that are ZIP archives inside (DOCX, XLSX, ODS): what they unpack to, before a reader unpacks them."""

import io
import zipfile
import zlib

from engine.formats.contents import Unreadable

MOST_MEMBERS = 5_000
MOST_UNPACKED = 150_000_000
"""Bytes of all members together."""
_PIECE = 1 << 20
_LOCKED = "The file is locked with a password. Save it without one, and add it again."
_BROKEN = "The file is broken: it cannot be unpacked. Save it again, and add it once more."


def names_in(body: bytes) -> frozenset[str]:
    """The members' names; raises ``Unreadable`` for what is no archive."""
    with _opened(body) as archive:
        return frozenset(archive.namelist())


def check_archive(body: bytes) -> None:
    """Unpack every member and keep nothing; raises ``Unreadable`` if it is broken or far too large.

    What the archive says of its sizes is not believed: a reader in C may go on where it lies.
    """
    left = MOST_UNPACKED
    with _opened(body) as archive:
        members = archive.infolist()
        if len(members) > MOST_MEMBERS:
            raise Unreadable("too_large", f"The file holds more than {MOST_MEMBERS:,} parts.")
        for member in members:
            left -= _unpacked(archive, member, left)


def _opened(body: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(body))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Unreadable("broken", _BROKEN) from error


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> int:
    """The size of a member in bytes, by unpacking it."""
    if member.flag_bits & 1:
        raise Unreadable("locked", _LOCKED)
    if member.compress_type == zipfile.ZIP_STORED:
        size = member.compress_size
    elif member.compress_type == zipfile.ZIP_DEFLATED:
        size = _inflated(archive, member, most)
    else:
        raise Unreadable("broken", _BROKEN)
    if size > most:
        raise Unreadable("too_large", f"The file unpacks to more than {MOST_UNPACKED:,} bytes.")
    return size


def _inflated(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> int:
    unpack, size = zlib.decompressobj(-zlib.MAX_WBITS), 0
    packed = archive.fp
    if packed is None:
        raise Unreadable("broken", _BROKEN)
    packed.seek(member.header_offset)
    header = packed.read(30)
    packed.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
    try:
        while not unpack.eof and size <= most and (piece := unpack.unconsumed_tail or packed.read(1 << 16)):
            size += len(unpack.decompress(piece, _PIECE))
    except zlib.error as error:
        raise Unreadable("broken", _BROKEN) from error
    return size
