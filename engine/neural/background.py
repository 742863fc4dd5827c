"""Passages get their vectors beside other work, where the reader level is there."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from engine import neural

PATIENCE = 5.0  # seconds


@contextmanager
def embedding_beside() -> Iterator[None]:
    """As long as the block lasts, a thread of this process embeds what is indexed."""
    if not neural.available():
        yield
        return
    from engine.neural import vectors  # loads numpy, which may not be installed

    stopping = Event()
    thread = Thread(target=vectors.keep_up, args=(stopping,), name="embed", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join(PATIENCE)
