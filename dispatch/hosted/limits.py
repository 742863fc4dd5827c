"""How many more runs may be sent to a provider now, and which of its limits says so."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Literal

from django.utils import timezone

from dispatch.models import Submission
from provider.prices import PROCESSORS
from runs.models import Run
from runs.status import Status
from teams.models import Provider

MINUTE = timedelta(minutes=1)

Limit = Literal["", "runs_per_minute", "most_in_flight", "usd_per_day"]


@dataclass(frozen=True, slots=True)
class Room:
    """`runs` is None without a limit; `usd` is what may still be spent today, None without one."""

    runs: int | None
    usd: Decimal | None
    limit: Limit = ""
    """The limit that leaves the least room for runs."""


def room_at(provider: Provider, now: datetime | None = None) -> Room:
    now = now or timezone.now()
    left: dict[Limit, int] = {}
    if provider.runs_per_minute is not None:
        sent = Submission.objects.since(provider, now - MINUTE).runs()
        left["runs_per_minute"] = provider.runs_per_minute - sent
    if provider.most_in_flight is not None:
        left["most_in_flight"] = provider.most_in_flight - in_flight(provider)
    usd = None
    if provider.usd_per_day is not None:
        usd = max(provider.usd_per_day - spent_today(provider, now), Decimal(0))
    if not left:
        return Room(None, usd)
    limit = min(left, key=left.__getitem__)
    return Room(max(left[limit], 0), usd, limit)


def in_flight(provider: Provider) -> int:
    """How many of its runs are being sent or are sent and not over."""
    return Run.objects.filter(provider=provider, ended_at=None).exclude(status=Status.PENDING).count()


def spent_today(provider: Provider, now: datetime) -> Decimal:
    """In USD, by the price table, since midnight in UTC: of all that was sent and not given back."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return Submission.objects.since(provider, midnight).cost()


def price_of(processor: str) -> Decimal:
    """In USD; a processor that the table does not know costs nothing that we could count."""
    known = PROCESSORS.get(processor)
    return known.price_per_run if known else Decimal(0)


def affordable(processors: list[str], room: Room) -> int:
    """How many of these, in their order, may be sent."""
    number = len(processors) if room.runs is None else min(room.runs, len(processors))
    if room.usd is None:
        return number
    spent = Decimal(0)
    for index, processor in enumerate(processors[:number]):
        spent += price_of(processor)
        if spent > room.usd:
            return index
    return number
