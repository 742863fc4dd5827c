"""What is known of a query and a passage by meaning; apart, so that it needs no numpy."""

from typing import NamedTuple


class Near(NamedTuple):
    """Cosines, from -1 to 1."""

    whole: float
    nearest: float
    """Of the sentence that comes nearest."""
