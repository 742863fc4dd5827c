"""What a run's status may be, and which status may follow which."""

from django.db.models import TextChoices


class Status(TextChoices):
    PENDING = "pending", "Pending"
    SUBMITTING = "submitting", "Submitting"
    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    ACTION_REQUIRED = "action_required", "Action required"
    CANCELLING = "cancelling", "Cancelling"
    CANCELLED = "cancelled", "Cancelled"
    COMPLETED = "completed", "Completed"
    FAILED = "failed", "Failed"


END = frozenset({Status.COMPLETED, Status.FAILED, Status.CANCELLED})
WAITING = frozenset({Status.PENDING, Status.QUEUED})
ACTIVE = frozenset(Status) - END
IN_HAND = frozenset({Status.QUEUED, Status.RUNNING, Status.CANCELLING})
"""A provider has it, and owes us its end."""
HELD = IN_HAND | {Status.ACTION_REQUIRED}
"""So at a hosted provider, which may also wait for something of ours."""

NEXT: dict[Status, frozenset[Status]] = {
    # Stored here, sent to nobody. The engine's runs go straight to its queue: nothing about that can be in
    # doubt.
    Status.PENDING: frozenset({Status.SUBMITTING, Status.QUEUED, Status.CANCELLED}),
    # Claimed; the provider's answer is not yet known.
    Status.SUBMITTING: frozenset({Status.PENDING, Status.QUEUED, Status.FAILED}),
    # Accepted by the provider. On the engine nothing has begun, so it can still be cancelled outright.
    Status.QUEUED: frozenset({Status.RUNNING, Status.ACTION_REQUIRED, Status.CANCELLING}) | END,
    Status.RUNNING: frozenset({Status.ACTION_REQUIRED, Status.CANCELLING}) | END,
    Status.ACTION_REQUIRED: frozenset({Status.RUNNING, Status.CANCELLING}) | END,
    Status.CANCELLING: END,
}


class IllegalMove(Exception):
    """A status cannot follow the run's present one: a mistake in the caller, never a race."""


def check_move(before: str, after: str) -> None:
    if after not in NEXT.get(Status(before), ()):
        raise IllegalMove(f"A run cannot go from {before} to {after}.")
