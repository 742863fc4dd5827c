"""How far something that is kept apart from the tables has followed them: the number of the last change."""

from datetime import datetime
from typing import NamedTuple

from engine.models import Change


class Mark(NamedTuple):
    """The last change that was followed; a database without changes has number 0."""

    number: int = 0
    at: str = ""


def latest() -> Mark:
    """The last change in the tables."""
    newest = Change.objects.order_by("-pk").values_list("pk", "at").first()
    return _mark(*newest) if newest else Mark()


def is_of_this_database(mark: Mark) -> bool:
    """Whether the change was made here; another database numbers its own, and so does an older copy."""
    known = Change.objects.filter(pk=mark.number).values_list("pk", "at").first()
    return mark == (_mark(*known) if known else Mark())


def _mark(number: int, at: datetime) -> Mark:
    return Mark(number, at.isoformat())
