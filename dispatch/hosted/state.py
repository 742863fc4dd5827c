"""Whether a provider takes runs now: noted in the table, so that every worker and every page knows it."""

import random
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from dispatch.models import Upstream
from provider.errors import Doubtful, Failed, KeyRefused, Later, NoCredit, Unreachable
from runs.models import Run, RunEvent

State = Upstream.State

FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
"""Seconds, after the first failure and at the most; each failure in a row doubles the wait."""
LEAST_WAIT = 0.1
UNSAID_WAIT = 5.0
"""Seconds, where a provider asks to slow down and names no time."""
NO_CREDIT_WAIT = timedelta(minutes=5)
KEY_REFUSED_WAIT = timedelta(minutes=10)
MOST_TOLD = 1_000
"""Waiting runs whose pages are told of a change."""
WAITS = {
    State.BUSY: "{name} asks to slow down",
    State.FAILING: "{name} does not answer",
    State.NO_CREDIT: "{name} says that the account is out of credit",
    State.KEY_REFUSED: "{name} refuses the key",
}


def block(provider_id: int, error: Failed) -> Upstream:
    """Note what a provider answered instead of taking runs, and until when none is sent."""
    upstream, _ = Upstream.objects.get_or_create(pk=provider_id)
    before, now = upstream.state, timezone.now()
    upstream.failures += 1
    upstream.state, wait = standing_after(error, upstream.failures)
    upstream.until = max(now + wait, upstream.until or now)
    upstream.last_error, upstream.last_error_at = sentence_of(error), now
    with transaction.atomic():
        upstream.save()
        if upstream.state != before:
            tell_waiting(upstream)
    return upstream


def standing_after(error: Failed, failures: int) -> tuple[str, timedelta]:
    if isinstance(error, NoCredit):
        return State.NO_CREDIT, NO_CREDIT_WAIT
    if isinstance(error, KeyRefused):
        return State.KEY_REFUSED, KEY_REFUSED_WAIT
    if isinstance(error, Later) and not isinstance(error, Unreachable):
        wait = UNSAID_WAIT * 2 ** min(failures - 1, 4) if error.after is None else error.after
        return State.BUSY, timedelta(seconds=max(wait, LEAST_WAIT))
    seconds = min(FIRST_WAIT * 2 ** min(failures - 1, 10), LONGEST_WAIT)
    return State.FAILING, timedelta(seconds=seconds * random.uniform(0.8, 1.2))  # noqa: S311  not for secrets


def note_error(provider_id: int, error: Failed) -> None:
    """Keep an error that stops nothing, such as a stream that broke, for whoever looks at the provider."""
    seen = {"last_error": sentence_of(error), "last_error_at": timezone.now()}
    Upstream.objects.update_or_create(pk=provider_id, defaults=seen)


def refuse_key(provider_id: int, error: KeyRefused) -> None:
    """As `block`, but for what is known already: many are refused at the same time."""
    known = Upstream.objects.filter(pk=provider_id, state=State.KEY_REFUSED, until__gt=timezone.now())
    if not known.exists():
        block(provider_id, error)


def take_key(provider_id: int) -> None:
    """A key that was refused is taken again."""
    refused = Upstream.objects.filter(pk=provider_id, state=State.KEY_REFUSED)
    refused.update(state=State.OPEN, until=None, failures=0)


def open_again(provider_id: int) -> None:
    """It took runs: whatever stopped it is over, unless it was stopped until later while these were sent."""
    shut = Upstream.objects.filter(pk=provider_id).exclude(state=State.OPEN, failures=0)
    due = Q(until=None) | Q(until__lte=timezone.now())
    shut.filter(due).update(state=State.OPEN, until=None, failures=0)


def open_now(provider_id: int) -> None:
    """It was seen to work: whatever stopped it, and until whenever, is over."""
    Upstream.objects.filter(pk=provider_id).update(state=State.OPEN, until=None, failures=0)


def try_now(provider_id: int) -> None:
    """Somebody asks to try again without waiting."""
    Upstream.objects.filter(pk=provider_id).update(until=None, failures=0)


def sentence_of(error: Failed) -> str:
    said = str(error)
    if said:
        return said
    return "The answer was not what the API says." if isinstance(error, Doubtful) else "It was refused."


def why_waiting(upstream: Upstream) -> str:
    """Why its runs wait, and what to do; empty while it takes runs."""
    if upstream.state == State.OPEN:
        return ""
    began = WAITS[State(upstream.state)].format(name=upstream.provider.name)
    when = f" It is tried again at {upstream.until:%H:%M:%S} UTC." if upstream.until else ""
    advice = {
        State.NO_CREDIT: " Add credit there, or choose another provider.",
        State.KEY_REFUSED: " Give a key that works in the settings.",
    }.get(State(upstream.state), "")
    return f"{began}, so this waits.{when}{advice}"


def tell_waiting(upstream: Upstream) -> None:
    """Write it on the timelines of the runs that wait, which also brings it to the pages that are open."""
    waiting = Run.objects.pending().filter(provider=upstream.pk).order_by("created_at")
    sentence = why_waiting(upstream)
    RunEvent.objects.log(
        *(
            RunEvent(run_id=pk, kind=RunEvent.Kind.NOTE, message=sentence)
            for pk in waiting.values_list("pk", flat=True)[:MOST_TOLD]
        )
    )
