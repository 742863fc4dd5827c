"""What a research call says while it works."""

from collections.abc import Callable

from engine.library import Library
from engine.output import Message, Progress, Stats

OnProgress = Callable[[Progress], None]
_SAMPLE = 5


class Trace:
    """Passes messages on and keeps the meter rising. Whatever the listener raises stops the research."""

    def __init__(self, on_progress: OnProgress, library: Library, *, announces: bool) -> None:
        self._tell = on_progress
        self._library = library
        self._announces = announces
        self._meter = 0.0

    def plan(self, message: str) -> None:
        self._tell(Message("plan", message))

    def search(self, objective: str, query: str) -> None:
        if self._announces:
            self._tell(Message("search", f"Objective: {objective}\nQuery: {query}"))

    def extract(self, message: str) -> None:
        """What became of a page that was fetched."""
        self._tell(Message("extract", message))

    def result(self, message: str) -> None:
        self._tell(Message("result", message))

    def stats(self, meter: float) -> None:
        self._meter = max(self._meter, min(100.0, round(meter, 1)))
        read = tuple(self._library.read)
        considered = len(self._library.considered.keys() | self._library.read.keys())
        self._tell(Stats(considered, len(read), self._meter, read[-_SAMPLE:]))

    def still_alive(self) -> None:
        """A sign of life in the middle of a long step, in answer to which the listener may stop it."""
        self.stats(self._meter)
