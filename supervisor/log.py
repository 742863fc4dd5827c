"""The log file of a part, and what of it a person should see at once."""

import contextlib
import re
from io import FileIO
from pathlib import Path

LARGEST_FILE = 5_000_000  # bytes; with the one older file that is kept, twice this a part
LEVEL = re.compile(r"(?:^|[\s\[:])(DEBUG|INFO|NOTICE|WARNING|ERROR|CRITICAL)(?=[\s:/\]]|$)")
EXCEPTION = re.compile(r"[A-Za-z_][\w.]*: (.+)")  # what a traceback ends with: the class and its message
LOUD = {"WARNING", "ERROR", "CRITICAL"}
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class CappedLog:
    """Lines appended to a file; a full file becomes `<name>.1`, and the one before it goes."""

    def __init__(self, path: Path, largest: int = LARGEST_FILE) -> None:
        self.path = path
        self._largest = largest
        self._file = self._open()

    def _open(self) -> FileIO:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return FileIO(self.path, "a")

    def write(self, line: str) -> None:
        with contextlib.suppress(OSError):  # a full disk costs the log, not the part
            if self._file.closed:
                self._file = self._open()
            elif self._file.tell() + len(line) > self._largest:
                self._file.close()
                self.path.replace(self.path.with_name(f"{self.path.name}.1"))
                self._file = self._open()
            self._file.write(f"{line}\n".encode())

    def close(self) -> None:
        self._file.close()


class Ear:
    """Listens to a part for what a person should hear."""

    def __init__(self) -> None:
        self.in_traceback = False
        self.last_words = ""
        self._loud = False

    def hears(self, line: str) -> bool:
        """Whether the line is at WARNING or above; one without a level belongs to the one before."""
        if level := LEVEL.search(line[:120]):
            self._loud = level[1] in LOUD
        self.in_traceback |= line.startswith("Traceback (most recent call last)")
        if not self.in_traceback:
            self.last_words = line or self.last_words
        elif exception := EXCEPTION.match(line):
            self.last_words = exception[1]
        return self._loud


def printable(line: str) -> str:
    """The line without control characters: it may quote a stranger's page, and a terminal obeys."""
    return CONTROL.sub("?", line)
