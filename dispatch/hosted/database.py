"""The database as the event loop asks it: in one thread of its own, one question after the other."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from django.db import DataError, Error, IntegrityError, ProgrammingError, connections

logger = logging.getLogger(__name__)

Answer = TypeVar("Answer")
FIRST_WAIT, LONGEST_WAIT = 0.1, 5.0


class Database:
    """``await database.ask(function, *arguments)`` runs it in the thread; what it raises comes back."""

    def __init__(self) -> None:
        self.thread = ThreadPoolExecutor(1, thread_name_prefix="hosted database")

    async def ask(self, function: Callable[..., Answer], *arguments: Any, **named: Any) -> Answer:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.thread, asked, function, arguments, named)

    async def surely(self, function: Callable[..., Answer], *arguments: Any, **named: Any) -> Answer:
        """Ask until the database could answer: for what must be written down before anything goes on."""
        wait = FIRST_WAIT
        while True:
            try:
                return await self.ask(function, *arguments, **named)
            except (DataError, IntegrityError, ProgrammingError):
                raise  # trying again would not help
            except Error as error:
                logger.warning("The database could not write (%s); it is tried again.", error)
                await asyncio.sleep(wait)
                wait = min(2 * wait, LONGEST_WAIT)

    def close(self) -> None:
        self.thread.submit(connections.close_all)
        self.thread.shutdown()


def asked(function: Callable[..., Answer], arguments: tuple[Any, ...], named: dict[str, Any]) -> Answer:
    try:
        return function(*arguments, **named)
    except Error:
        connections.close_all()
        raise
