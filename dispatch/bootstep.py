"""Hangs our threads into a Celery worker: each says that it lives, one of them runs the dispatch loop."""

from functools import cache
from uuid import UUID

from celery import bootsteps, current_app
from django.conf import settings
from django.db import connection
from kombu.transport.redis import Channel
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from dispatch.checkpoints import Checkpoints
from dispatch.hands import Broker
from dispatch.heartbeat import Heartbeat
from dispatch.hosted.service import Hosted
from dispatch.loop import Loop, when_woken
from web.bell import as_redis

BROKER_ANSWERS_WITHIN = 1.0  # seconds

# A channel that is closed puts back what was not acknowledged, even where its connection was cut and cleared
# away before: then it fails in a way that ends the worker.
Channel.do_restore = property(lambda channel: getattr(channel.connection, "client", None) is not None)


class DispatchStep(bootsteps.StartStopStep):
    """Starts and stops with the worker, whether or not the broker can be reached."""

    requires = ("celery.worker.components:Pool",)

    def __init__(self, worker, **options) -> None:
        super().__init__(worker, **options)
        self.threads = []

    def start(self, worker) -> None:
        queues = sorted(worker.app.amqp.queues.consume_from)
        self.threads = [Heartbeat(",".join(queues))]
        if "dispatch" in queues:
            hosted, broker = Hosted(), Broker(ping)
            self.threads += [broker, Loop(publish, broker), hosted]
            when_woken(hosted.wake)
            if connection.vendor == "sqlite":
                self.threads.append(Checkpoints(connection.settings_dict["NAME"]))
        for thread in self.threads:
            thread.start()

    def stop(self, worker) -> None:
        for thread in self.threads:
            thread.stop()


def publish(run_id: UUID) -> None:
    """Ask a research worker to carry this run out."""
    current_app.send_task("dispatch.tasks.research", args=[str(run_id)], retry=False)


def ping() -> None:
    """Raise if the broker does not answer, or takes no messages; without one there is nobody to ask."""
    if settings.REDIS_URL:
        client(settings.REDIS_URL).ping()


@cache
def client(url: str) -> Redis:
    return Redis.from_url(
        as_redis(url),
        socket_timeout=BROKER_ANSWERS_WITHIN,
        socket_connect_timeout=BROKER_ANSWERS_WITHIN,
        retry=Retry(NoBackoff(), 1),  # one, for a connection that the broker has closed since
    )
