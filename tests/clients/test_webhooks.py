"""Webhooks, asked for by parallel-web and checked by LangChain and by the Standard Webhooks scheme."""

import base64
import hmac
import json
from typing import Any

import httpx
import pytest

from tests.clients.receiver import Delivery, Receiver
from tests.e2e.installation import Installation

SECRET = (
    "from dispatch.webhooks import secret_of; from teams.models import Workspace;"
    "print(secret_of(Workspace.objects.get()).text)"
)


@pytest.fixture(scope="module")
def secret(installation: Installation) -> str:
    return installation.manage("shell", "--no-imports", "-c", SECRET)


def asked(api: httpx.Client, receiver: Receiver, *events: str) -> dict[str, Any]:
    """A run whose end the receiver is told of; without events, of all that there are."""
    webhook = {"url": receiver.url, "event_types": events}
    body = {"input": "Kenya", "processor": "lite", "task_spec": {"output_schema": "The capital"}}
    return api.post("/v1/tasks/runs", json=body | {"webhook": webhook}).raise_for_status().json()


def signature(key: bytes, delivery: Delivery) -> str:
    signed = f"{delivery.headers['webhook-id']}.{delivery.headers['webhook-timestamp']}.".encode()
    return "v1," + base64.b64encode(hmac.digest(key, signed + delivery.body, "sha256")).decode()


def test_the_end_of_a_run_is_told_and_signed(api, receiver, secret):
    run = asked(api, receiver, "task_run.status")
    delivery = receiver.next()
    news = json.loads(delivery.body)
    assert (news["type"], news["data"]["run_id"]) == ("task_run.status", run["run_id"])
    assert news["data"]["status"] == "completed"
    assert "output" not in news["data"]
    key = base64.b64decode(secret.removeprefix("whsec_"))
    assert signature(key, delivery) in delivery.headers["webhook-signature"].split()


def test_langchain_takes_it_for_genuine_and_nothing_else(api, receiver, secret, told_by):
    asked(api, receiver)
    headers, body = receiver.next()
    signed = [headers[f"webhook-{name}"] for name in ("id", "timestamp", "signature")]
    told = told_by("langchain", "langchain_webhook.py", *signed, secret, body.decode())
    assert told == {"genuine": True, "changed": False, "stranger": False}


def test_what_was_not_taken_is_sent_again_under_the_same_id(api, receiver):
    receiver.answers = [500]
    asked(api, receiver)
    first, second = receiver.next(), receiver.next()
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
