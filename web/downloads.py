"""A long answer in pieces. Django would first collect all of what is iterated in the plain way."""

from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

from asgiref.sync import sync_to_async

CHUNK_BYTES = 64 * 1024


async def in_chunks(lines: Iterable[bytes]) -> AsyncIterator[bytes]:
    """The lines in pieces of about 64 KiB, each made in a thread."""
    chunks = gathered(iter(lines))
    while chunk := await sync_to_async(next)(chunks, b""):
        yield chunk


def gathered(lines: Iterator[bytes]) -> Iterator[bytes]:
    buffer = bytearray()
    for line in lines:
        buffer += line
        if len(buffer) >= CHUNK_BYTES:
            yield bytes(buffer)
            buffer.clear()
    if buffer:
        yield bytes(buffer)


def of_file(path: Path) -> Iterator[bytes]:
    with closing(path.open("rb")) as file:
        yield from iter(partial(file.read, CHUNK_BYTES), b"")
