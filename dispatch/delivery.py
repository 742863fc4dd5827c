"""Telling the addresses that requests named that their runs have ended.

The table is the queue here too. A run's end is read from the event log, and the cursor moves in the
transaction that stores what follows, so no end is missed and none counted twice. A message names a delivery
worth a look; who sends it moves ``next_at`` ahead first, and after a crash that moment brings it back.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from dispatch.models import Attempt, Cursor, Delivery
from dispatch.webhooks import body_of, signed_headers, signing_secrets, wants_news
from engine.net import NotFetched, Refused, post
from runs.models import Run, RunEvent
from runs.services import wake_dispatch
from runs.status import END

CURSOR = "webhooks"
MOST_AT_A_LOOK = 500
WORTH_NOTING = 1_000
"""Events, after which the cursor is moved though no run has ended."""
TIMEOUT_SECONDS = 10.0
LEASE = timedelta(seconds=60)
FIRST_WAIT = timedelta(seconds=5)
LONGEST = timedelta(hours=48)
CUT_OFF = "The server stopped during each of the last attempts."

Send = Callable[..., int]


def publish(run_id: UUID) -> None:
    """Ask a worker to deliver the news of this run."""
    current_app.send_task("dispatch.tasks.deliver", args=[str(run_id)], retry=False)


class Courier:
    """The dispatch loop's hand for webhooks: stores what is to be told and hands out what is due."""

    def __init__(self, hand_out: Callable[[UUID], None] = publish) -> None:
        self.hand_out = hand_out
        self.published: dict[tuple[UUID, int], float] = {}

    def look(self) -> None:
        collect_ended()
        for due in self.not_published_lately(due_now()):
            self.hand_out(due[0])
            self.published[due] = time.monotonic()

    def not_published_lately(self, due: list[tuple[UUID, int]]) -> list[tuple[UUID, int]]:
        """What is due stays so until a worker takes it; a message at each look would pile up."""
        now = time.monotonic()
        self.published = {key: at for key, at in self.published.items() if now - at < LEASE.total_seconds()}
        return [key for key in due if key not in self.published]


def collect_ended() -> None:
    """Store a delivery for each run that ended since the last look and whose request asked for one."""
    cursor, _ = Cursor.objects.get_or_create(name=CURSOR)
    newest = RunEvent.objects.newest_id()
    if newest == cursor.event_id:
        return
    ends = RunEvent.objects.after(cursor.event_id).filter(
        pk__lte=newest, kind=RunEvent.Kind.STATE, after__in=END
    )
    found = list(ends.values_list("pk", "run_id", "run__options")[:MOST_AT_A_LOOK])
    told = found[-1][0] if len(found) == MOST_AT_A_LOOK else newest
    if not found and told - cursor.event_id < WORTH_NOTING:
        return
    asked = [run_id for _, run_id, options in found if wants_news(options)]
    with transaction.atomic():
        unmoved = Cursor.objects.filter(name=CURSOR, event_id=cursor.event_id)
        if unmoved.update(event_id=told):
            runs = Run.objects.select_related("workspace").filter(pk__in=asked)
            Delivery.objects.bulk_create(map(delivery_of, runs), ignore_conflicts=True)


def delivery_of(run: Run) -> Delivery:
    return Delivery(run=run, workspace=run.workspace, url=run.options["webhook"]["url"], body=body_of(run))


def due_now() -> list[tuple[UUID, int]]:
    return list(Delivery.objects.due(timezone.now()).values_list("pk", "epoch")[:MOST_AT_A_LOOK])


def deliver(run_id: UUID, send: Send = post) -> None:
    """Make one attempt, unless another worker makes it or it is not due."""
    delivery = take(run_id)
    if delivery is None:
        return
    attempt = delivery.attempts.create()
    began = time.monotonic()
    outcome = attempt_to_send(delivery, send)
    note(delivery, attempt, outcome, seconds=time.monotonic() - began)


def take(run_id: UUID) -> Delivery | None:
    """Take a due delivery into one's hands; None if somebody else has it, or it was cut off too often."""
    now = timezone.now()
    delivery = Delivery.objects.due(now).select_related("workspace").filter(pk=run_id).first()
    if delivery is None:
        return None
    if delivery.tries and wait_after(delivery.tries) is None:
        change(delivery, last_error=CUT_OFF, **ended(Delivery.State.GIVEN_UP))
        return None
    taken = {"epoch": delivery.epoch + 1, "tries": delivery.tries + 1, "next_at": now + LEASE}
    return delivery if change(delivery, **taken) else None


def change(delivery: Delivery, **fields: object) -> bool:
    """Write these fields, here and in the table; False if it has changed hands or is over meanwhile."""
    pending = Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.PENDING)
    won = pending.filter(epoch=delivery.epoch).update(**fields)
    for name, value in fields.items():
        setattr(delivery, name, value)
    return bool(won)


@dataclass(frozen=True)
class Outcome:
    status: int | None = None
    error: str = ""
    is_final: bool = False
    """True if another attempt would end the same way."""


def attempt_to_send(delivery: Delivery, send: Send) -> Outcome:
    body = delivery.body.encode()
    secrets = signing_secrets(delivery.workspace)
    headers = signed_headers(delivery.event_id, body, timezone.now(), secrets)
    allowed = settings.ALLOW_PRIVATE_FETCH
    try:
        status = send(delivery.url, body, headers, allow_private=allowed, timeout=TIMEOUT_SECONDS)
    except Refused as refused:
        return Outcome(error=str(refused), is_final=True)
    except NotFetched as failed:
        return Outcome(error=str(failed))
    if 200 <= status < 300:
        return Outcome(status, is_final=True)
    return Outcome(status, f"The receiver answered {status} instead of a 2xx.")


@transaction.atomic
def note(delivery: Delivery, attempt: Attempt, outcome: Outcome, seconds: float) -> None:
    """Write down what became of an attempt, and what follows from it."""
    Attempt.objects.filter(pk=attempt.pk).update(
        seconds=seconds, http_status=outcome.status, error=outcome.error
    )
    wait = wait_after(delivery.tries)
    if outcome.is_final or wait is None:
        following = ended(Delivery.State.GIVEN_UP if outcome.error else Delivery.State.DELIVERED)
    else:
        following = {"next_at": timezone.now() + wait}
    change(delivery, last_status=outcome.status, last_error=outcome.error, **following)


def ended(state: Delivery.State) -> dict[str, object]:
    return {"state": state, "next_at": None, "ended_at": timezone.now()}


def wait_after(tries: int) -> timedelta | None:
    """How long to wait after so many failures, each time twice as long; None when 48 hours would be over."""
    if FIRST_WAIT * (2**tries - 1) > LONGEST:
        return None
    return FIRST_WAIT * 2 ** (tries - 1)


def redeliver(*, delivery: Delivery) -> None:
    """Send it again from now on, under the same id; an attempt under way no longer counts."""
    Delivery.objects.filter(pk=delivery.pk).update(
        state=Delivery.State.PENDING,
        tries=0,
        epoch=F("epoch") + 1,
        next_at=timezone.now(),
        ended_at=None,
    )
    transaction.on_commit(wake_dispatch)
