"""Why runs take longer than they should, where a part of the installation is away: for those who wait."""

import time

from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

from dispatch.models import Worker

PATIENCE_SECONDS = 0.2
"""A page asks for this, so a broker that says nothing must cost it next to nothing."""
TRUE_FOR_SECONDS = 5.0
BROKER_AWAY = "The broker does not answer; runs are found by looking, a moment later."
RESTARTED = "The server starts one again by itself; if it does not, its logs say why."
NOBODY_SERVES = {
    "dispatch": f"No dispatch worker is at work, so no run begins. {RESTARTED}",
    "research": f"No research worker is at work, so runs of the built-in engine wait. {RESTARTED}",
}

_last: tuple[str, float, bool] = ("", 0.0, True)  # the broker that was asked, when, and whether it answered


def slow_because() -> list[str]:
    """A sentence for each part that is away; none while all is well."""
    said = [NOBODY_SERVES[queue] for queue in Worker.objects.silent_queues()]
    return said if answers(settings.REDIS_URL) else [BROKER_AWAY, *said]


def answers(broker: str) -> bool:
    """Whether the broker answered a moment ago; True where there is none to ask."""
    global _last
    asked, at, answered = _last
    if not broker:
        return True
    if asked != broker or time.monotonic() - at > TRUE_FOR_SECONDS:
        answered = ping(broker)
        _last = (broker, time.monotonic(), answered)
    return answered


def ping(broker: str) -> bool:
    url = broker.replace("redis+socket://", "unix://")
    patience = {"socket_timeout": PATIENCE_SECONDS, "socket_connect_timeout": PATIENCE_SECONDS}
    try:
        with Redis.from_url(url, **patience) as client:
            return bool(client.ping())
    except RedisError:
        return False
