"""News from providers: a signed webhook says that a run has ended there.

Nothing that it says is believed but the run's id: whoever follows the run's group looks for itself. So the
same news twice does nothing more, and nothing has to be remembered of it.
"""

import base64
import binascii
import hmac
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.utils import timezone

from dispatch.models import HostedGroup, HostedRun
from runs.services import wake_dispatch
from teams.models import Provider
from teams.secrets import Unreadable

logger = logging.getLogger(__name__)

WINDOW = timedelta(minutes=5)
"""How far the sender's clock may be from ours, either way."""
LONGEST_BODY = 256 * 1024
LONGEST_ID = 200
LONGEST_RUN_ID = 100
MOST_SIGNATURES = 10
"""Of one message; senders write several while their secrets rotate."""
MOST_SECRETS = 100
"""Tried for one message; each costs two digests of the body."""
VERSION = "v1,"
PREFIX = "whsec_"


class NotAccepted(Exception):
    """The message is not taken; `code` is the HTTP status, and the text a sentence for the sender."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True, slots=True)
class Message:
    """A webhook as it came, with its headers well formed."""

    id: str
    timestamp: str
    signatures: tuple[bytes, ...]
    """What stands behind each ``v1,``."""
    body: bytes

    @property
    def signed(self) -> bytes:
        return f"{self.id}.{self.timestamp}.".encode() + self.body


def receive(headers: Mapping[str, str], body: bytes, now: datetime | None = None) -> None:
    """Take the news of one run, or NotAccepted. A run that is not known, or is over, changes nothing."""
    secrets = known_secrets()
    if not secrets:
        raise NotAccepted(
            404, "No provider here has a webhook secret. An admin can enter one in the settings."
        )
    message = read_message(headers, body, now or timezone.now())
    signers = signers_of(message, secrets)
    if not signers:
        raise NotAccepted(
            401, "No signature fits. Check the webhook secret of the provider in the settings here."
        )
    note_news(signers, run_named_in(body))


def known_secrets() -> dict[int, str]:
    """The webhook secret of each provider that has one, by the provider's id."""
    providers = Provider.objects.hosted().usable().exclude(sealed_webhook_secret="")
    secrets = {}
    for provider in providers.order_by("pk")[:MOST_SECRETS]:
        try:
            secrets[provider.pk] = provider.webhook_secret
        except Unreadable:
            logger.warning("The webhook secret of %s can't be read; enter it again.", provider)
    return secrets


def read_message(headers: Mapping[str, str], body: bytes, now: datetime) -> Message:
    """The message, if it is of now and says who signed it; no secret is tried for any other."""
    names = ("webhook-id", "webhook-timestamp", "webhook-signature")
    message_id, timestamp, signatures = (headers.get(name, "").strip() for name in names)
    if missing := [name for name in names if not headers.get(name, "").strip()]:
        raise NotAccepted(400, f"Send the header {missing[0]}, as Standard Webhooks has it.")
    if len(message_id) > LONGEST_ID:
        raise NotAccepted(400, f"Send a webhook-id of at most {LONGEST_ID} characters.")
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 12):
        raise NotAccepted(400, "Send webhook-timestamp as whole seconds since 1970.")
    if abs(now.timestamp() - int(timestamp)) > WINDOW.total_seconds():
        raise NotAccepted(
            401, "The webhook-timestamp is more than 5 minutes off. Send it anew, or set the clock."
        )
    entries = [entry for entry in signatures.split()[:MOST_SIGNATURES] if entry.startswith(VERSION)]
    given = tuple(entry.removeprefix(VERSION).encode() for entry in entries)
    return Message(message_id, timestamp, given, body)


def signers_of(message: Message, secrets: Mapping[int, str]) -> set[int]:
    """The providers whose secret signed this. Several may have the same secret."""
    if not message.signatures:
        return set()
    signed = message.signed
    return {pk for pk, secret in secrets.items() if is_signed(signed, message.signatures, keys_of(secret))}


def is_signed(signed: bytes, signatures: Iterable[bytes], keys: Iterable[bytes]) -> bool:
    expected = [base64.b64encode(hmac.digest(key, signed, "sha256")) for key in keys]
    return any(hmac.compare_digest(one, given) for one in expected for given in signatures)


def keys_of(secret: str) -> list[bytes]:
    """Both keys that a secret may mean: what its text behind the prefix decodes to, and the whole text.

    Standard Webhooks has the first, older accounts have the second. An empty key would let anybody sign.
    """
    try:
        decoded = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        decoded = b""
    return [key for key in (decoded, secret.encode()) if key]


def run_named_in(body: bytes) -> str:
    """The provider's name of the run that the news is about; empty if it is about none."""
    try:
        news: Any = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise NotAccepted(400, "The body is signed, but is not JSON.") from error
    data = news.get("data") if isinstance(news, dict) else None
    run_id = data.get("run_id") if isinstance(data, dict) else None
    return run_id if isinstance(run_id, str) and len(run_id) <= LONGEST_RUN_ID and "\0" not in run_id else ""


def note_news(signers: Iterable[int], upstream_id: str) -> None:
    """Have the group of this run looked at, if the run is one of these providers' and is not over here."""
    runs = HostedRun.objects.filter(provider__in=list(signers), upstream_id=upstream_id, run__ended_at=None)
    groups = HostedGroup.objects.living().filter(pk__in=list(runs.values_list("group", flat=True)))
    if upstream_id and groups.update(news_at=timezone.now()):
        wake_dispatch()
