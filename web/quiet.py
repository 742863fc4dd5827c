"""Keeps a log readable while something is away: the same complaint is written once a minute."""

import logging
import time

from django.db import InterfaceError, OperationalError
from kombu.exceptions import OperationalError as NoBroker
from redis.exceptions import RedisError

SECONDS = 60.0
MOST_REMEMBERED = 1_000
AWAY = (OperationalError, InterfaceError, NoBroker, RedisError, OSError)


class OnceAMinute(logging.Filter):
    """Lets a warning or an error through unless the same one came less than a minute ago.

    With the exception of something that is away or full, it is the same whatever it was about: the database
    fails every request and every run in the same way. Any other exception is always let through.
    """

    def __init__(self) -> None:
        super().__init__()
        self.last: dict[tuple[str, ...], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if record.levelno < logging.WARNING or (error and not isinstance(error, AWAY)):
            return True
        about = f"{type(error).__name__}: {error}" if error else record.getMessage()
        return self.is_new((record.name, str(record.msg), about))

    def is_new(self, complaint: tuple[str, ...]) -> bool:
        now = time.monotonic()
        if now - self.last.get(complaint, -SECONDS) < SECONDS:
            return False
        if len(self.last) >= MOST_REMEMBERED:
            self.last.clear()
        self.last[complaint] = now
        return True
