"""How often a source is crawled again, in words."""

from datetime import timedelta

SCHEDULES = (
    ("", "Only when somebody asks for it"),
    ("1", "Every hour"),
    ("6", "Every 6 hours"),
    ("24", "Every day"),
    ("168", "Every week"),
    ("720", "Every 30 days"),
)
"""Hours as a form sends them, and what they are called."""


def every(hours: str) -> timedelta | None:
    return timedelta(hours=int(hours)) if hours else None


def hours_of(every: timedelta | None) -> str:
    return str(int(every.total_seconds() // 3600)) if every else ""


def schedule_words(every: timedelta) -> str:
    """For the middle of a sentence, as in ``every 6 hours``."""
    hours = hours_of(every)
    return dict(SCHEDULES).get(hours, f"every {hours} hours").lower()
