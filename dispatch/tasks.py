"""What travels over the broker: two wake-ups. Each may be lost or come twice."""

from uuid import UUID

from celery import shared_task

from dispatch import loop
from dispatch.engine_jobs import carry_out
from engine.research import research as engine_research


@shared_task
def wake() -> None:
    """There is something new in the table."""
    loop.wake()


@shared_task
def research(run_id: str) -> None:
    """This run may be waiting for the engine."""
    carry_out(UUID(run_id), engine_research)
