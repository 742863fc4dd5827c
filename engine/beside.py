"""Work that a thread does beside other work, for as long as that lasts."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

PATIENCE = 5.0  # seconds


@contextmanager
def beside(work: Callable[[Event], None], name: str) -> Iterator[None]:
    """Run it in a thread until the block is left; it ends soon after the event that it is given is set."""
    stopping = Event()
    thread = Thread(target=work, args=(stopping,), name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join(PATIENCE)
