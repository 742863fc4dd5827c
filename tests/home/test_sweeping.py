"""Versions of pages that results cite are told from those that nothing cites."""

from datetime import timedelta
from threading import Event

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.utils import timezone

from dispatch.engine_jobs import carry_out, claim_pending
from engine.models import Page
from engine.research import research
from engine.versions import sweep
from home import sweeping
from home.sweeping import cited_among
from runs.converters import run_uuid
from runs.models import Citation
from tests.home.sources import SITE, make_page, make_site

WEIGHT = {
    "type": "json",
    "json_schema": {"type": "object", "properties": {"weight": {"type": "string"}}},
}


@pytest.fixture
def cited(workspace, api) -> Page:
    """A page that has carried a value, and has changed since."""
    source = make_site(workspace)
    page = make_page(source, f"{SITE}widget", "Weight: 12 grams", title="Widget")
    body = {"input": "Widget", "processor": "lite", "task_spec": {"output_schema": WEIGHT}}
    made = api.post("/v1/tasks/runs", body, content_type="application/json").json()
    assert claim_pending() == [run_uuid(made["run_id"])]
    carry_out(run_uuid(made["run_id"]), research)
    make_page(source, page.path, "Weight: 15 grams", title="Widget")
    return page


def test_a_version_that_a_result_cites_is_known(cited):
    assert cited_among({cited.content_hash, "0" * 64}) == {cited.content_hash}


def test_its_evidence_opens_after_a_sweep(client, cited):
    newer = make_page(cited.source, cited.path, "Weight: 18 grams", title="Widget")
    assert sweep(timezone.now() + timedelta(days=8), cited_among) == 1
    assert set(Page.objects.values_list("pk", flat=True)) == {cited.pk, newer.pk}
    html = client.get(f"/sources/pages/{cited.pk}/?v={cited.content_hash}").text
    assert "12 grams" in html


def test_what_a_hosted_provider_cites_is_no_page_of_ours(cited):
    Citation.objects.update(excerpts=[{"text": "12 grams"}])
    assert cited_among({cited.content_hash}) == set()


def test_a_sweep_that_fails_is_tried_again(monkeypatch, caplog):
    stopping, tries = Event(), []

    def fail_once(now, ask):
        tries.append(now)
        if len(tries) == 2:
            stopping.set()
            return 3
        raise OperationalError("database is locked")

    monkeypatch.setattr(sweeping, "sweep", fail_once)
    monkeypatch.setattr(sweeping, "FIRST_AFTER_SECONDS", 0)
    monkeypatch.setattr(sweeping, "EVERY_SECONDS", 0)
    with caplog.at_level("INFO"):
        sweeping._keep_sweeping(stopping)
    assert len(tries) == 2
    assert "it is tried again in an hour" in caplog.text
    assert "3 old versions of pages were deleted" in caplog.text


def test_sessions_that_are_over_are_deleted(client, member, monkeypatch):
    kept = client.session.session_key
    over = SessionStore()
    over.set_expiry(-1)
    over.save()
    stopping = Event()
    monkeypatch.setattr(sweeping, "sweep", lambda now, ask: stopping.set())
    monkeypatch.setattr(sweeping, "FIRST_AFTER_SECONDS", 0)
    sweeping._keep_sweeping(stopping)
    assert list(Session.objects.values_list("session_key", flat=True)) == [kept]
