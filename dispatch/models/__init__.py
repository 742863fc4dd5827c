"""The tables that dispatch keeps for itself."""

from dispatch.models.hosted import HostedGroup, HostedRun, Submission, Twin, Upstream
from dispatch.models.webhook import SECRET_GRACE, Attempt, Delivery, WebhookSecret
from dispatch.models.worker import SILENT_AFTER, Cursor, Worker

__all__ = [
    "SECRET_GRACE",
    "SILENT_AFTER",
    "Attempt",
    "Cursor",
    "Delivery",
    "HostedGroup",
    "HostedRun",
    "Submission",
    "Twin",
    "Upstream",
    "WebhookSecret",
    "Worker",
]
