"""Hosts out of their rows and into them: rules that still hold, and pauses that they asked for."""

import time
from datetime import timedelta
from threading import Event

from django.utils import timezone

from engine.crawl.hosts import RULES_KEPT, Host, Manners
from engine.crawl.robots import Rules
from engine.models import Host as StoredHost

LONGEST_DELAY_FORGOTTEN = 5.0
"""Seconds; a longer pause that a host asked for outlives the process."""


def recalled(name: str, manners: Manners, stopping: Event) -> Host:
    """A host with what its row says of it, as far as that is still to be believed."""
    host, now = Host(name, manners, stopping), timezone.now()
    row = StoredHost.objects.filter(name=name).first()
    if row and row.robots_at and not row.robots_problem:
        left = RULES_KEPT - (now - row.robots_at).total_seconds()
        if left > 0:
            host.learn(Rules(row.robots), left)
            host.stored = host.rules
    if row and row.next_at and row.next_at > now:
        host.hold((row.next_at - now).total_seconds())
    return host


def remember(host: Host) -> None:
    """Store new rules of a host, and until when it is to be left alone."""
    left = host.next_at - time.monotonic()
    is_held = left > LONGEST_DELAY_FORGOTTEN
    if host.rules is host.stored and not is_held:
        return
    changes: dict[str, object] = {"next_at": timezone.now() + timedelta(seconds=left) if is_held else None}
    if host.rules is not None and host.rules is not host.stored:
        changes |= {
            "robots": host.rules.text,
            "robots_problem": host.rules.problem,
            "robots_at": timezone.now(),
        }
    StoredHost.objects.update_or_create(name=host.name, defaults=changes)
    host.stored = host.rules
