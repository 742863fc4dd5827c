"""Hangs our threads into a Celery worker: each says that it lives, one of them runs the dispatch loop."""

from uuid import UUID

from celery import bootsteps, current_app

from dispatch.heartbeat import Heartbeat
from dispatch.hosted.service import Hosted
from dispatch.loop import Loop, when_woken


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
            hosted = Hosted()
            self.threads += [Loop(publish), hosted]
            when_woken(hosted.wake)
        for thread in self.threads:
            thread.start()

    def stop(self, worker) -> None:
        for thread in self.threads:
            thread.stop()


def publish(run_id: UUID) -> None:
    current_app.send_task("dispatch.tasks.research", args=[str(run_id)], retry=False)
