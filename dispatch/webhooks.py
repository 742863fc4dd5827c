"""What a webhook says and how it is signed: the Task API's ``task_run.status``."""

import base64
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime

import orjson
from django.db import transaction
from django.utils import timezone

from dispatch.models import SECRET_GRACE, WebhookSecret
from runs.models import Run
from runs.wire import task_run, timestamp
from teams.models import Workspace

RUN_ENDED = "task_run.status"
KEY_PREFIX = "whsec_"
KEY_BYTES = 32


def wants_news(options: dict) -> bool:
    """True if the request named an address to tell of the run's end; no event named means all of them."""
    webhook = options.get("webhook")
    return bool(webhook) and RUN_ENDED in (webhook.get("event_types") or [RUN_ENDED])


def body_of(run: Run) -> str:
    """The news of a run's end, without its result: that is to be fetched."""
    news = {"timestamp": timestamp(run.ended_at), "type": RUN_ENDED, "data": task_run(run)}
    return orjson.dumps(news).decode()


def signed_headers(event_id: str, body: bytes, sent_at: datetime, keys: Iterable[str]) -> dict[str, str]:
    seconds = str(int(sent_at.timestamp()))
    return {
        "content-type": "application/json",
        "webhook-id": event_id,
        "webhook-timestamp": seconds,
        "webhook-signature": signatures(f"{event_id}.{seconds}.".encode() + body, keys),
    }


def signatures(signed: bytes, keys: Iterable[str]) -> str:
    """Each secret signs twice, since receivers differ in what its key is; any one entry that fits is enough.

    Standard Webhooks decodes what follows the prefix; older receivers take the whole text.
    """
    entries = []
    for key in keys:
        entries.append(signature(base64.b64decode(key.removeprefix(KEY_PREFIX)), signed))
        entries.append(signature(key.encode(), signed))
    return " ".join(entries)


def signature(key: bytes, signed: bytes) -> str:
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()


def new_secret() -> str:
    return KEY_PREFIX + base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def secret_of(workspace: Workspace) -> WebhookSecret:
    """The secret that signs for this workspace, made when it is first needed."""
    fresh = {"text": new_secret()}
    return WebhookSecret.objects.get_or_create(workspace=workspace, retired_at=None, defaults=fresh)[0]


def signing_secrets(workspace: Workspace) -> list[str]:
    secret_of(workspace)
    return [secret.text for secret in workspace.webhook_secrets.signing()]


@transaction.atomic
def rotate_secret(*, workspace: Workspace) -> WebhookSecret:
    """Replace the secret; the old one signs along for a day, so that receivers can change over."""
    Workspace.objects.select_for_update().get(pk=workspace.pk)
    now = timezone.now()
    workspace.webhook_secrets.filter(retired_at__lt=now - SECRET_GRACE).delete()
    workspace.webhook_secrets.filter(retired_at=None).update(retired_at=now)
    return workspace.webhook_secrets.create(text=new_secret())
