"""Passages get their vectors beside other work, where the reader level is there."""

from contextlib import AbstractContextManager, nullcontext

from engine import neural
from engine.beside import beside


def embedding_beside() -> AbstractContextManager[None]:
    """As long as the block lasts, a thread of this process embeds what is indexed."""
    if not neural.available():
        return nullcontext()
    from engine.neural import vectors  # loads numpy, which may not be installed

    return beside(vectors.keep_up, "embed")
