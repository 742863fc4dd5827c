"""News from providers: only what one signed just now is heard, and only the run's id of it is believed."""

import base64
import hmac
import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from django.test import Client
from django.utils import timezone

from dispatch.hosted.groups import with_news
from dispatch.hosted.webhooks_in import LONGEST_BODY, MOST_SECRETS, keys_of, receive
from dispatch.models import HostedGroup, HostedRun, Submission
from runs.models import Run
from runs.status import Status
from teams.models import Provider
from teams.providers import create_hosted_provider, remove_provider
from tests.conftest import BOTH
from tests.upstream import running
from tests.upstream.webhooks import signatures

URL = "/webhooks/parallel"
SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
EXAMPLE = (
    b'{"timestamp":"2026-01-01T00:00:00.000000Z","type":"task_run.status","data":{"run_id":'
    b'"trun_11111111111111111111111111111111","interaction_id":"trun_11111111111111111111111111111111","status":'
    b'"completed","is_active":false,"warnings":null,"error":null,"processor":"lite","metadata":{"order":"42"},'
    b'"taskgroup_id":null,"created_at":"2025-12-31T23:59:30.000000Z","modified_at":"2026-01-01T00:00:00.000000Z"}}'
)
THERE = "trun_11111111111111111111111111111111"
SENT_AT = datetime.fromtimestamp(1767225600, UTC)
STANDARD = "v1,J3zhxXS7VZer1tcDjBesJo7YzOL+d5MRuQ37g/yfPq4="
LEGACY = "v1,2dtDMd6+gtzRbpoIrNNu43Y4XdYzHIM35Z2OvUNie/Y="


@pytest.fixture
def woken(monkeypatch) -> list[str]:
    """A word for each time that dispatch was woken."""
    calls: list[str] = []
    monkeypatch.setattr("dispatch.hosted.webhooks_in.wake_dispatch", lambda: calls.append("woken"))
    return calls


@pytest.fixture
def parallel(workspace, woken) -> Provider:
    return create_hosted_provider(
        workspace=workspace, name="Parallel", base_url="http://127.0.0.1:1", key="k", webhook_secret=SECRET
    )


@pytest.fixture
def sent(parallel, start) -> Run:
    """A run that the provider has, in a group that "me" follows."""
    return sent_to(parallel, start())


def sent_to(provider: Provider, run: Run, name: str = THERE) -> Run:
    lease = timezone.now() + timedelta(minutes=1)
    group = HostedGroup.objects.create(
        provider=provider, upstream_id=f"tgrp_{run.pk}", owner="me", lease_until=lease
    )
    submission = Submission.objects.create(provider=provider, group=group, size=1)
    HostedRun.objects.create(
        run=run, provider=provider, group=group, submission=submission, upstream_id=name, interaction_id=name
    )
    return run


def example(signature: str = STANDARD, **more: str) -> dict[str, str]:
    own = {"webhook_id": "whevent_0000000000000001", "webhook_timestamp": "1767225600"}
    given = {**own, "webhook_signature": signature, **more}
    return {name.replace("_", "-"): value for name, value in given.items()}


def told(body: bytes = EXAMPLE, *, secret: str = SECRET, late: float = 0, **more: str):
    """The answer to news that were signed `late` seconds ago."""
    moment = str(int(timezone.now().timestamp() - late))
    headers = example(signatures(secret, "whevent_0000000000000001", moment, body), webhook_timestamp=moment)
    return post(body, headers | {name.replace("_", "-"): value for name, value in more.items()})


def post(body: bytes, headers: dict[str, str]):
    present = {name: value for name, value in headers.items() if value}
    client = Client(enforce_csrf_checks=True)
    return client.post(URL, body, content_type="application/json", headers=present)


def news_of(run: Run) -> bool:
    return HostedGroup.objects.filter(runs__run=run, news_at__isnull=False).exists()


@pytest.mark.parametrize("signature", [STANDARD, LEGACY, f"v1,AAAA {LEGACY}", f"v2,x {STANDARD} v1,"])
def test_the_worked_example_is_heard_by_either_scheme(sent, woken, signature):
    receive(example(signature), EXAMPLE, SENT_AT)
    assert news_of(sent)
    assert woken == ["woken"]
    (group,) = with_news("me")
    assert group == HostedGroup.objects.get().pk


def test_a_provider_needs_no_session_and_no_csrf_token(sent):
    answer = told()
    assert (answer.status_code, answer.json()) == (200, {"ok": True})
    assert "set-cookie" not in answer.headers
    assert news_of(sent)


def test_the_same_news_twice_is_harmless(sent, woken):
    assert [told().status_code for _ in range(2)] == [200, 200]
    assert len(with_news("me")) == 1
    assert with_news("me") == []


def test_nothing_is_believed_but_the_id(sent):
    told()
    sent.refresh_from_db()
    assert sent.status == Status.PENDING


@pytest.mark.parametrize("late", [-299, 0, 299])
def test_a_clock_may_be_a_little_off(sent, late):
    assert told(late=late).status_code == 200


@pytest.mark.parametrize("late", [-320, 320, 10**6])
def test_an_old_message_is_not_heard_again(sent, late):
    answer = told(late=late)
    assert answer.status_code == 401
    assert "5 minutes" in answer.json()["error"]["message"]
    assert not news_of(sent)


@pytest.mark.parametrize(
    "signature",
    ["v1,AAAA", "v1,", "v1", STANDARD.removeprefix("v1,"), STANDARD.replace("v1", "v2"), STANDARD[:-2], "é"],
)
def test_a_signature_that_does_not_fit_is_refused(sent, woken, signature):
    answer = told(webhook_signature=signature)
    assert answer.status_code == 401
    assert "No signature fits" in answer.json()["error"]["message"]
    assert not news_of(sent)
    assert woken == []


def test_a_changed_body_is_refused(sent):
    moment = str(int(timezone.now().timestamp()))
    fit = signatures(SECRET, "whevent_0000000000000001", moment, EXAMPLE)
    answer = post(EXAMPLE.replace(b"lite", b"core"), example(fit, webhook_timestamp=moment))
    assert answer.status_code == 401


def test_a_changed_id_is_refused(sent):
    assert told(webhook_id="whevent_2").status_code == 401


@pytest.mark.parametrize("missing", ["webhook_id", "webhook_timestamp", "webhook_signature"])
def test_every_header_is_needed(sent, missing):
    answer = told(**{missing: ""})
    assert answer.status_code == 400
    assert missing.replace("_", "-") in answer.json()["error"]["message"]


@pytest.mark.parametrize("timestamp", ["yesterday", "-5", "1.5", "٣", "9" * 400])
def test_a_timestamp_is_a_number(sent, timestamp):
    assert told(webhook_timestamp=timestamp).status_code == 400


def test_a_long_id_is_refused(sent):
    assert told(webhook_id="x" * 201).status_code == 400


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000])
def test_what_is_signed_and_no_json_is_refused(sent, body):
    answer = told(body)
    assert answer.status_code == 400
    assert not news_of(sent)


@pytest.mark.parametrize(
    "news",
    [[], {}, {"data": None}, *({"data": {"run_id": name}} for name in (5, "trun_2", "", "\0", "x" * 10**4))],
)
def test_news_of_no_run_of_ours_are_nothing_to_do(sent, woken, news):
    assert told(json.dumps(news).encode()).status_code == 200
    assert not news_of(sent)
    assert woken == []


def test_a_run_that_is_over_here_wakes_nobody(sent, woken):
    sent.move_to(Status.CANCELLED)
    assert told().status_code == 200
    assert not news_of(sent)
    assert woken == []


def test_a_provider_tells_of_its_own_runs_alone(sent, workspace):
    create_hosted_provider(
        workspace=workspace, name="Other", base_url="http://127.0.0.1:2", key="k", webhook_secret="other"
    )
    assert told(secret="other").status_code == 200
    assert not news_of(sent)


def test_workspaces_may_share_an_account_and_its_secret(parallel, start, outsider):
    theirs = create_hosted_provider(
        workspace=outsider.workspace,
        name="P",
        base_url="http://127.0.0.1:1",
        key="k",
        webhook_secret=SECRET,
    )
    run = sent_to(theirs, start(workspace=outsider.workspace))
    assert told().status_code == 200
    assert news_of(run)


def test_without_a_secret_there_is_nothing_here(workspace):
    create_hosted_provider(workspace=workspace, name="P", base_url="http://127.0.0.1:1", key="k")
    answer = told()
    assert answer.status_code == 404
    assert "webhook secret" in answer.json()["error"]["message"]


def test_a_removed_provider_is_heard_no_more(parallel, sent):
    remove_provider(provider=parallel)
    assert told().status_code == 404


def test_a_secret_that_cannot_be_read_keeps_no_other_from_being_heard(sent, workspace):
    broken = create_hosted_provider(
        workspace=workspace, name="Broken", base_url="http://127.0.0.1:2", key="k", webhook_secret="x"
    )
    Provider.objects.filter(pk=broken.pk).update(sealed_webhook_secret="nonsense")
    assert told().status_code == 200


def test_only_so_many_secrets_are_tried(workspace, monkeypatch):
    monkeypatch.setattr("dispatch.hosted.webhooks_in.MOST_SECRETS", 1)
    for name in ("first", "second"):
        create_hosted_provider(
            workspace=workspace, name=name, base_url="http://127.0.0.1:2", key="k", webhook_secret=name
        )
    assert [told(secret=secret).status_code for secret in ("first", "second")] == [200, 401]
    assert MOST_SECRETS >= 100


def test_no_secret_means_the_empty_key():
    """Else everybody could sign."""
    assert keys_of("whsec_") == [b"whsec_"]
    assert keys_of("") == []
    assert keys_of("no base64!") == [b"no base64!"]
    assert keys_of("whsec_" + base64.b64encode(b"abc").decode())[0] == b"abc"


def test_the_empty_key_signs_nothing(workspace):
    create_hosted_provider(
        workspace=workspace, name="P", base_url="http://127.0.0.1:1", key="k", webhook_secret="whsec_"
    )
    moment = str(int(timezone.now().timestamp()))
    digest = hmac.digest(b"", f"w.{moment}.".encode() + EXAMPLE, "sha256")
    forged = "v1," + base64.b64encode(digest).decode()
    assert post(EXAMPLE, example(forged, webhook_id="w", webhook_timestamp=moment)).status_code == 401


def test_a_long_body_is_not_read(sent):
    assert told(b" " * (LONGEST_BODY + 1)).status_code == 413


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_only_posts_are_taken(sent, method):
    answer = getattr(Client(), method)(URL)
    assert (answer.status_code, answer["allow"]) == (405, "POST")


@pytest.mark.django_db(transaction=True, databases=BOTH)
def test_a_run_that_ends_at_the_provider_is_told_of(live_server, workspace, start, woken):
    with running(webhook_secret=SECRET) as upstream:
        upstream.hold = True
        provider = create_hosted_provider(
            workspace=workspace, name="P", base_url=upstream.url, key="k", webhook_secret=SECRET
        )
        webhook = {"url": live_server.url + URL}
        made = httpx.post(
            f"{upstream.url}/v1/tasks/runs", json={"input": "France", "processor": "lite", "webhook": webhook}
        )
        run = sent_to(provider, start(), made.json()["run_id"])
        upstream.finish(made.json()["run_id"])
        assert upstream.wait_until(lambda state: upstream.webhooks.told)
        assert upstream.webhooks.told == [(made.json()["run_id"], 200)]
    assert news_of(run)
    assert woken == ["woken"]
