"""Whether this installation can do its work, for whoever watches it."""

import logging

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import Redis
from redis.exceptions import RedisError

from dispatch.llm import level
from dispatch.models import Worker
from engine.models import Page
from home.slowness import BROKER_AWAY
from web import full

AWAY = "away; the server's log says why"
FULL = "full; free some space on the disk of the data folder"

logger = logging.getLogger(__name__)


@require_safe
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """Answer 200 when runs can be made and carried out, else 503, and say which part is missing.

    Without its broker an installation does both, only slower. That would be no better on another machine, as
    all share the broker, so no load balancer should turn away from this one: it is healthy, and `degraded`.
    """
    parts = {"database": database(), "broker": broker(), "workers": workers()}
    healthy = parts["database"] == parts["workers"] == "ok"
    if parts["broker"] not in ("ok", "none"):
        parts["degraded"] = BROKER_AWAY
    about = {"provider": "engine", "engine": level(), "version": settings.VERSION}
    return JsonResponse({"healthy": healthy, **parts, **about}, status=200 if healthy else 503)


def database() -> str:
    try:
        Worker.objects.exists()
        Page.objects.exists()
    except Error as error:
        logger.exception("The health page could not ask a database.")
        return FULL if full.is_full(error) else AWAY
    return "ok" if full.can_write() else FULL


def workers() -> str:
    try:
        silent = Worker.objects.silent_queues()
    except Error:
        return "not known"
    return f"nobody serves {' and '.join(silent)}" if silent else "ok"


def broker() -> str:
    """``ok``, ``none`` where workers look at the table by themselves, or what is wrong."""
    if not settings.REDIS_URL:
        return "none"
    try:
        with redis_client() as client:
            client.ping()
    except RedisError as error:
        logger.warning("The health page could not ask the broker: %s", error)
        return AWAY
    return "ok"


def redis_client() -> Redis:
    url = settings.REDIS_URL.replace("redis+socket://", "unix://")
    return Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)
