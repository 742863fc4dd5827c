"""How often a token may ask for something to be made: so many times in any minute, by kind of request.

The counts are in the broker, where every web process sees them; while it is away each process counts alone.
"""

import logging
import math
import time
from functools import cache
from threading import Lock

from django.conf import settings
from django.http import JsonResponse
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage, RedisStorage
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from api import errors

MINUTE = 60
BROKER_ANSWERS_WITHIN = 0.5  # seconds
BROKER_IS_LEFT_ALONE_FOR = 5.0  # seconds, after it gave no answer
TOO_MANY = "Too many requests with this token within a minute. Try again in {seconds} s."

MAKING = Lock()

logger = logging.getLogger(__name__)


class Meter:
    """Counts what each token asks for, in a sliding window of a minute."""

    def __init__(self, broker_url: str) -> None:
        self.own, self.lock = MemoryStorage(), Lock()
        self.broker = broker_storage(broker_url) if broker_url else None
        self.ask_broker_from = 0.0  # on the monotonic clock

    def hit(self, key: str, most: int, cost: int) -> float | None:
        """Count this, or the seconds after which it can be counted."""
        if self.broker and time.monotonic() >= self.ask_broker_from:
            try:
                return take(self.broker, key, most, cost)
            except RedisError as error:
                self.ask_broker_from = time.monotonic() + BROKER_IS_LEFT_ALONE_FOR
                logger.warning("The broker counts no requests, so this process does: %s", error)
        with self.lock:  # the library takes its own locks away while others wait for them
            return take(self.own, key, most, cost)


def hit(token_id: int, kind: str, cost: int = 1) -> float | None:
    """Count this request of a token; the seconds to wait instead if that would be too many within a minute.

    A cost above the limit counts as the whole of it: it passes after a minute of silence, rather than never.
    """
    most = settings.API_RATE_LIMITS.get(kind, 0)
    if not most or cost < 1:
        return None
    key = RateLimitItemPerMinute(most).key_for(kind, str(token_id))
    with MAKING:  # the first requests may come at the same time, and need the same one
        counts = meter(settings.REDIS_URL)
    return counts.hit(key, most, min(cost, most))


def refused(seconds: float) -> JsonResponse:
    """The answer to a request that came too soon."""
    whole = whole_seconds(seconds)
    answer = errors.error(429, TOO_MANY.format(seconds=whole))
    answer["Retry-After"] = str(whole)
    return answer


def whole_seconds(seconds: float) -> int:
    """What ``Retry-After`` says: the SDKs heed 1 to 60, and a window never takes longer."""
    return min(max(1, math.ceil(seconds)), MINUTE)


@cache
def meter(broker_url: str) -> Meter:
    return Meter(broker_url)


def broker_storage(url: str) -> RedisStorage:
    return RedisStorage(
        url.replace("redis+socket://", "redis+unix://"),
        key_prefix="groundwork-rate",
        socket_timeout=BROKER_ANSWERS_WITHIN,
        socket_connect_timeout=BROKER_ANSWERS_WITHIN,
        retry=Retry(NoBackoff(), 1),  # one, for a connection that the broker has closed since
    )


def take(storage: MemoryStorage | RedisStorage, key: str, most: int, cost: int) -> float | None:
    if storage.acquire_sliding_window_entry(key, most, MINUTE, cost):
        return None
    return wait(*storage.get_sliding_window(key, MINUTE), room=most - cost)


def wait(before: int, before_ends: float, now: int, now_ends: float, *, room: int) -> float:
    """Seconds until the weighted count of two windows has sunk to `room`.

    `before` was counted in the last window and weighs less by the second, nothing after `before_ends`;
    `now` was counted in this one, weighs in full until it ends and nothing a minute later, at `now_ends`.
    """
    if now <= room:
        return max(0.0, before_ends - MINUTE * (room - now) / before) if before else 0.0
    return max(0.0, now_ends - MINUTE * room / now)
