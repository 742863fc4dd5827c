"""What travels over the broker: wake-ups alone. Each may be lost or come twice."""

from uuid import UUID

from celery import shared_task

from dispatch import delivery, loop
from dispatch.engine_jobs import carry_out
from dispatch.llm import research_here


@shared_task
def wake() -> None:
    """There is something new in the table."""
    loop.wake()


@shared_task
def research(run_id: str) -> None:
    """This run may be waiting for the engine."""
    carry_out(UUID(run_id), research_here)


@shared_task
def deliver(run_id: str) -> None:
    """The news of this run's end may be due."""
    delivery.deliver(UUID(run_id))
