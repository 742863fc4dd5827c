"""A parser of server-sent events, by the rules of the HTML standard ("Interpreting an event stream").

Bytes go in as they arrive, cut anywhere; whole events come out. Only a blank line ends an event, so what a
broken connection left unfinished is never told.
"""

from collections.abc import Iterator
from dataclasses import dataclass

LONGEST_EVENT = 32_000_000
"""Bytes; a server that sends a longer one is not listened to any more."""
BOM = b"\xef\xbb\xbf"


class TooLong(Exception):
    """An event, or a line, that is longer than LONGEST_EVENT."""


@dataclass(slots=True)
class ServerEvent:
    data: bytes
    """The data lines, joined by newlines."""
    event: str
    """``message`` if the server named none."""
    last_event_id: str
    """The id to resume after: the newest that the stream has named up to here."""


class Parser:
    """``for event in parser.feed(chunk)``; one parser a connection."""

    def __init__(self, last_event_id: str = "", longest: int = LONGEST_EVENT) -> None:
        self.last_event_id = last_event_id
        self.retry: int | None = None
        """Milliseconds that the server asks to wait before connecting again; None if it named no time."""
        self.longest = longest
        self._rest: list[bytes] = []
        self._unread = 0
        self._begun = False
        self._after_cr = False
        self._id = last_event_id
        self._data: list[bytes] = []
        self._size = 0
        self._event = ""

    def feed(self, chunk: bytes) -> Iterator[ServerEvent]:
        for line in self._lines(chunk):
            self._count(len(line) + 1)
            if line:
                self._take(line)
            elif (event := self._dispatch()) is not None:
                yield event

    def _lines(self, chunk: bytes) -> list[bytes]:
        """The whole lines up to here. A line ends with LF, CR or CRLF, which a chunk's end may cut in two."""
        if not chunk:
            return []
        ends_with_cr = chunk.endswith(b"\r")
        if self._after_cr and chunk.startswith(b"\n"):
            chunk = chunk[1:]
        self._after_cr = ends_with_cr
        if b"\r" in chunk:
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        first, *others = chunk.split(b"\n")
        self._rest.append(first)
        self._unread += len(first)
        self._count(0)
        if not others:
            return []
        whole, *lines = [b"".join(self._rest), *others]
        self._rest = [lines.pop()]
        self._unread = len(self._rest[0])
        if not self._begun:
            self._begun, whole = True, whole.removeprefix(BOM)
        return [whole, *lines]

    def _count(self, more: int) -> None:
        self._size += more
        if self._size + self._unread > self.longest:
            raise TooLong

    def _take(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"data":
            self._data.append(value)
        elif name == b"event":
            self._event = value.decode(errors="replace")
        elif name == b"id" and b"\0" not in value:
            self._id = value.decode(errors="replace")
        elif name == b"retry" and value.isdigit() and len(value) < 10:
            self.retry = int(value)

    def _dispatch(self) -> ServerEvent | None:
        data, event = self._data, self._event
        self._data, self._event, self._size = [], "", 0
        self.last_event_id = self._id
        if not data:
            return None
        return ServerEvent(b"\n".join(data), event or "message", self.last_event_id)
