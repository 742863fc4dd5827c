"""What is wrong with the database when an error is no fault of a request, and passes by itself."""

from typing import NamedTuple

from django.db import InterfaceError, OperationalError

from web import full

LOCKED = ("SQLITE_BUSY", "SQLITE_LOCKED")
LOCKED_STATES = ("40001", "40P01", "55P03")  # serialization failure, deadlock, lock not available
AWAY_STATES = ("08", "53300", "57P")  # no connection, too many of them, shut down
"""PostgreSQL's error codes, or how they begin (Appendix A of its manual)."""


class Trouble(NamedTuple):
    """What happened, what to do, and after how many seconds to try again."""

    title: str
    advice: str
    retry_after: int

    @property
    def sentence(self) -> str:
        return f"{self.title}. {self.advice}"


FULL = Trouble(full.FULL, full.ADVICE, 30)
BUSY = Trouble("The database is busy", "Others are at work in it. Try again in a few seconds.", 5)
AWAY = Trouble("The database does not answer", "Try again in a minute; the server's log says why.", 30)


def met(error: BaseException | None) -> Trouble | None:
    """The trouble that a request of this process met; of a full disk the health page hears as well."""
    trouble = trouble_of(error)
    if trouble is FULL:
        full.note_refusal()
    return trouble


def trouble_of(error: BaseException | None) -> Trouble | None:
    """What stands behind this error, or None if it must be looked for in the program."""
    if full.is_full(error):
        return FULL
    if is_busy(error):
        return BUSY
    return AWAY if is_away(error) else None


def is_busy(error: BaseException | None) -> bool:
    """Whether others held what was needed for longer than one waits for it: a lock, or every connection."""
    return any(
        getattr(cause, "sqlite_errorname", "").startswith(LOCKED)
        or state_of(cause) in LOCKED_STATES
        or type(cause).__name__ == "PoolTimeout"
        for cause in full.causes(error)
    )


def is_away(error: BaseException | None) -> bool:
    """Whether PostgreSQL can't be reached. Without a code, the connection was lost or never made."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    told = [cause for cause in full.causes(error) if type(cause).__module__.startswith("psycopg")]
    return any(not state_of(cause) or state_of(cause).startswith(AWAY_STATES) for cause in told)


def state_of(error: BaseException) -> str:
    return getattr(error, "sqlstate", None) or ""
