import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from dispatch.models import SECRET_GRACE, WebhookSecret
from dispatch.webhooks import (
    body_of,
    new_secret,
    rotate_secret,
    secret_of,
    signed_headers,
    signing_secrets,
    wants_news,
)
from runs.models import Run
from runs.status import Status

SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
EVENT_ID = "whevent_0000000000000001"
SENT_AT = datetime.fromtimestamp(1767225600, UTC)
BODY = (
    b'{"timestamp":"2026-01-01T00:00:00.000000Z","type":"task_run.status","data":'
    b'{"run_id":"trun_11111111111111111111111111111111",'
    b'"interaction_id":"trun_11111111111111111111111111111111","status":"completed","is_active":false,'
    b'"warnings":null,"error":null,"processor":"lite","metadata":{"order":"42"},"taskgroup_id":null,'
    b'"created_at":"2025-12-31T23:59:30.000000Z","modified_at":"2026-01-01T00:00:00.000000Z"}}'
)
STANDARD = "v1,J3zhxXS7VZer1tcDjBesJo7YzOL+d5MRuQ37g/yfPq4="
LEGACY = "v1,2dtDMd6+gtzRbpoIrNNu43Y4XdYzHIM35Z2OvUNie/Y="


def accepts(key: bytes, headers: dict[str, str], body: bytes) -> bool:
    """What a receiver does: one fitting entry of version 1 is enough."""
    signed = b".".join([headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body])
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    entries = [entry.split(",", 1) for entry in headers["webhook-signature"].split(" ")]
    return any(version == "v1" and hmac.compare_digest(value, expected) for version, value in entries)


def by_the_standard(secret: str, headers: dict[str, str], body: bytes) -> bool:
    return accepts(base64.b64decode(secret.removeprefix("whsec_")), headers, body)


def by_the_whole_text(secret: str, headers: dict[str, str], body: bytes) -> bool:
    return accepts(secret.encode(), headers, body)


VERIFIERS = pytest.mark.parametrize("verifies", [by_the_standard, by_the_whole_text])


def test_the_worked_example_comes_out_to_the_byte():
    assert hashlib.sha256(BODY).hexdigest().startswith("65aa70097e2b51cd")
    assert signed_headers(EVENT_ID, BODY, SENT_AT, [SECRET]) == {
        "content-type": "application/json",
        "webhook-id": EVENT_ID,
        "webhook-timestamp": "1767225600",
        "webhook-signature": f"{STANDARD} {LEGACY}",
    }


@VERIFIERS
def test_each_kind_of_receiver_accepts_the_header(verifies):
    headers = signed_headers(EVENT_ID, BODY, SENT_AT, [SECRET])
    assert verifies(SECRET, headers, BODY)
    assert not verifies(SECRET, headers, BODY + b" ")
    assert not verifies(new_secret(), headers, BODY)
    assert not verifies(SECRET, headers | {"webhook-id": "another"}, BODY)
    assert not verifies(SECRET, headers | {"webhook-timestamp": "1767225601"}, BODY)


@VERIFIERS
def test_while_secrets_change_both_verify(verifies):
    old, new = new_secret(), new_secret()
    headers = signed_headers(EVENT_ID, BODY, SENT_AT, [new, old])
    assert verifies(old, headers, BODY)
    assert verifies(new, headers, BODY)


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ({}, False),
        ({"webhook": None}, False),
        ({"webhook": {"url": "https://a.example"}}, True),
        ({"webhook": {"url": "https://a.example", "event_types": []}}, True),
        ({"webhook": {"url": "https://a.example", "event_types": None}}, True),
        ({"webhook": {"url": "https://a.example", "event_types": ["task_run.status"]}}, True),
        ({"webhook": {"url": "https://a.example", "event_types": ["other"]}}, False),
    ],
)
def test_who_named_no_event_is_told_of_all(options, wanted):
    assert wants_news(options) is wanted


def test_the_body_is_the_run_as_the_api_gives_it(start):
    run = start(metadata={"order": "42"})
    run.move_to(Status.CANCELLED)
    told = json.loads(body_of(Run.objects.get(pk=run.pk)))
    assert list(told) == ["timestamp", "type", "data"]
    assert told["type"] == "task_run.status"
    assert told["timestamp"] == told["data"]["modified_at"]
    assert told["data"]["run_id"] == run.run_id
    assert (told["data"]["status"], told["data"]["metadata"]) == ("cancelled", {"order": "42"})


def test_a_secret_is_made_once_and_holds_32_random_bytes(workspace):
    secret = secret_of(workspace)
    assert secret.text.startswith("whsec_")
    assert len(base64.b64decode(secret.text.removeprefix("whsec_"), validate=True)) == 32
    assert secret_of(workspace) == secret


def test_each_workspace_has_its_own_secret(workspace, outsider):
    assert secret_of(workspace).text != secret_of(outsider.workspace).text


def test_a_workspace_has_one_present_secret(workspace):
    secret_of(workspace)
    with pytest.raises(IntegrityError):
        workspace.webhook_secrets.create(text=new_secret())


def test_a_replaced_secret_signs_along_for_a_day(workspace):
    old = secret_of(workspace).text
    new = rotate_secret(workspace=workspace).text
    assert signing_secrets(workspace) == [new, old]
    workspace.webhook_secrets.filter(text=old).update(
        retired_at=timezone.now() - SECRET_GRACE - timedelta(seconds=1)
    )
    assert signing_secrets(workspace) == [new]


def test_what_signs_no_more_is_forgotten_at_the_next_change(workspace):
    old = secret_of(workspace)
    rotate_secret(workspace=workspace)
    WebhookSecret.objects.filter(pk=old.pk).update(retired_at=timezone.now() - 2 * SECRET_GRACE)
    rotate_secret(workspace=workspace)
    assert workspace.webhook_secrets.count() == 2
