"""Whether this installation can do its work, for whoever watches it."""

import logging

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import Redis
from redis.exceptions import RedisError

from dispatch.models import Worker
from engine.models import Page

logger = logging.getLogger(__name__)


@require_safe
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """Answer 200 when runs can be made and carried out, else 503, and say which part is missing."""
    parts = {"database": database(), "broker": broker(), "workers": workers()}
    healthy = all(state in ("ok", "none") for state in parts.values())
    about = {"provider": "engine", "engine": "keyless", "version": settings.VERSION}
    return JsonResponse({"healthy": healthy, **parts, **about}, status=200 if healthy else 503)


def database() -> str:
    try:
        Worker.objects.exists()
        Page.objects.exists()
    except Error:
        logger.exception("The health page could not ask a database.")
        return "away; the server's log says why"
    return "ok"


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
    except RedisError:
        logger.exception("The health page could not ask the broker.")
        return "away; the server's log says why"
    return "ok"


def redis_client() -> Redis:
    url = settings.REDIS_URL.replace("redis+socket://", "unix://")
    return Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)
