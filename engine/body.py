"""What an answer says of its body, and the body itself, unpacked as it arrives and up to its cap."""

import codecs
import zlib
from collections.abc import Callable, Iterator

import httpx

from engine.guard import NotFetched, Unreachable


class TooLarge(NotFetched):
    pass


def type_of(response: httpx.Response) -> str:
    return response.headers.get("content-type", "").partition(";")[0].strip().lower()


def known_charset(name: str | None) -> str:
    try:
        return codecs.lookup(name).name if name else ""
    except (LookupError, ValueError):
        return ""


def body_of(response: httpx.Response, most_bytes: int) -> Iterator[bytes]:
    """The body, unpacked piece by piece, so that a small answer cannot grow to fill the memory."""
    unpack = unpacker(response.headers.get("content-encoding", ""))
    received = unpacked = 0
    for chunk in response.iter_raw():
        piece = unpack(chunk, most_bytes + 1 - unpacked)
        received, unpacked = received + len(chunk), unpacked + len(piece)
        if max(received, unpacked) > most_bytes:
            raise TooLarge(f"The page is larger than {most_bytes:,} bytes.")
        yield piece


def unpacker(encoding: str) -> Callable[[bytes, int], bytes]:
    """How to unpack the next bytes of a body to at most so many."""
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return lambda chunk, most: chunk
    if encoding in ("gzip", "x-gzip"):
        return zlib.decompressobj(wbits=zlib.MAX_WBITS | 16).decompress
    raise Unreachable(f"The server packed its answer as {encoding[:40]}, which was not asked for.")
