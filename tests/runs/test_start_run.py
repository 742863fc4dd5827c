from types import SimpleNamespace

import pytest
from django.db import IntegrityError
from kombu.exceptions import OperationalError

from provider.sound import MAX_DEPTH
from provider.types import parse_task_run_input
from runs import services
from runs.models import Run, RunEvent, RunText
from runs.services import request_of, request_to_repeat, start_run, wake_dispatch
from runs.status import Status
from teams.providers import create_hosted_provider

EVERYTHING = {
    "input": {"z": "France", "a": [1, 2.5, None, True]},
    "processor": "core",
    "task_spec": {
        "output_schema": {"type": "json", "json_schema": {"type": "object", "properties": {"b": {}, "a": {}}}}
    },
    "metadata": {"team": "atlas", "n": 7},
    "source_policy": {"include_domains": ["example.com"], "after_date": "2026-01-31"},
    "advanced_settings": {"location": "fr"},
    "enable_events": True,
    "previous_interaction_id": "trun_1",
}


def ask(workspace, body, **more):
    return start_run(workspace=workspace, request=parse_task_run_input(body), **more)


def test_a_run_starts_pending_with_its_first_event_and_its_words(start):
    run = start("The capital of France")
    assert run.status == Status.PENDING
    assert list(run.events.values_list("kind", "before", "after")) == [("state", "", "pending")]
    assert run.text.text == "the capital of france"


def test_what_was_asked_is_kept_as_it_was_sent(workspace):
    run = Run.objects.get(pk=ask(workspace, EVERYTHING).pk)
    assert request_of(run) == EVERYTHING
    assert list(run.input) == ["z", "a"]
    assert list(run.task_spec["output_schema"]["json_schema"]["properties"]) == ["b", "a"]


def test_what_was_not_sent_stays_absent(start):
    assert request_of(start("France", processor="base")) == {"input": "France", "processor": "base"}


def test_the_default_provider_answers_unless_one_is_named(workspace):
    other = workspace.providers.create(slug="second", name="Second", kind="engine")
    assert ask(workspace, {"input": "x", "processor": "lite"}).provider.is_default
    assert ask(workspace, {"input": "x", "processor": "lite"}, provider=other).provider == other


def test_the_same_request_with_the_same_key_is_one_run(start):
    first = start("France", request_key="k1")
    second = start("France", request_key="k1")
    assert second == first
    assert Run.objects.count() == RunText.objects.count() == RunEvent.objects.count() == 1


def test_a_changed_request_with_the_same_key_is_a_new_run(start):
    assert start("France", request_key="k1") != start("Japan", request_key="k1")


def test_what_the_engine_does_not_act_on_is_said_at_once(start):
    run = start(advanced_settings={"location": "fr"}, memory_scope_key="team")
    assert ["location" in run.warnings[0]["message"], "memory" in run.warnings[1]["message"]] == [True, True]


def test_a_webhook_draws_no_warning_since_it_is_called(start):
    assert not start(webhook={"url": "https://example.org/hook"}).warnings


def test_the_same_request_with_the_same_key_to_another_provider_is_another_run(start, workspace):
    parallel = create_hosted_provider(workspace=workspace, name="Parallel", base_url="https://x", key="k")
    first, second = start(request_key="k1"), start(request_key="k1", provider=parallel)
    assert first != second
    assert second.provider == parallel


def test_the_same_key_in_another_workspace_is_another_run(start, outsider):
    first = start(request_key="k1")
    second = start(workspace=outsider.workspace, request_key="k1")
    assert first != second
    assert second.workspace == outsider.workspace


def test_without_a_key_every_call_is_a_run(start):
    assert start() != start()


def test_a_run_that_can_not_be_stored_leaves_nothing(start, monkeypatch):
    def no_words(rows):
        raise IntegrityError("no")

    monkeypatch.setattr(RunText.objects, "bulk_create", no_words)
    with pytest.raises(IntegrityError):
        start()
    assert not Run.objects.exists()
    assert not RunEvent.objects.exists()


def test_an_input_that_does_not_fit_its_schema_is_a_warning(workspace):
    schema = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
    spec = {"input_schema": {"type": "json", "json_schema": schema}, "output_schema": "The capital"}
    run = ask(workspace, {"input": {"name": 5}, "processor": "lite", "task_spec": spec})
    assert [warning["type"] for warning in run.warnings] == ["input_validation_warning"]


@pytest.mark.parametrize(
    ("asked", "label"),
    [
        ("  The capital\n of   France ", "The capital of France"),
        ({"company": "UN", "sites": ["un.org", "x.org"], "none": None}, "UN · un.org, x.org"),
        ("é" * 300, "é" * 199 + "…"),
        ("", ""),
    ],
)
def test_the_label_tells_one_input_from_another(start, asked, label):
    assert start(asked).label == label


def test_the_deepest_input_that_is_let_in_has_a_label(start):
    deep = "core"
    for _ in range(MAX_DEPTH // 2):
        deep = {"in": [deep]}
    assert start(deep).label == "core"


def test_dispatch_is_woken_only_once_the_run_is_stored(
    start, django_capture_on_commit_callbacks, monkeypatch
):
    woken = []
    monkeypatch.setattr(services, "wake_dispatch", lambda: woken.append(Run.objects.count()))
    with django_capture_on_commit_callbacks(execute=True):
        start()
        assert not woken
    assert woken == [1]


def broker(monkeypatch, send_task):
    monkeypatch.setattr(services, "current_app", SimpleNamespace(send_task=send_task))


def test_a_broker_that_is_away_costs_only_a_line_in_the_log(settings, monkeypatch, caplog):
    def away(*args, **options):
        raise OperationalError("away")

    settings.REDIS_URL = "redis://broker"
    monkeypatch.setattr(services.Rest, "until", 0.0)
    broker(monkeypatch, away)
    wake_dispatch()
    assert "dispatch will find the new run by itself" in caplog.text


def test_a_broker_that_did_not_answer_is_left_alone_for_a_moment(settings, monkeypatch):
    """Each request would wait for it in vain."""
    asked = []

    def away(*args, **options):
        asked.append(args)
        raise OperationalError("away")

    settings.REDIS_URL = "redis://broker"
    monkeypatch.setattr(services.Rest, "until", 0.0)
    broker(monkeypatch, away)
    wake_dispatch()
    wake_dispatch()
    assert len(asked) == 1
    monkeypatch.setattr(services.Rest, "until", 0.0)
    wake_dispatch()
    assert len(asked) == 2


def test_without_a_broker_nobody_is_called(monkeypatch):
    calls = []
    broker(monkeypatch, lambda *args, **options: calls.append(args))
    wake_dispatch()
    assert calls == []


def test_the_wake_up_is_sent_once_and_does_not_outlive_its_use(settings, monkeypatch):
    calls = []
    settings.REDIS_URL = "redis://broker"
    monkeypatch.setattr(services.Rest, "until", 0.0)
    broker(monkeypatch, lambda name, **options: calls.append((name, options)))
    wake_dispatch()
    assert calls == [("dispatch.tasks.wake", {"retry": False, "expires": 60})]


def test_a_conversation_is_labelled_by_what_it_asks(start):
    talk = {"question": "And its capital?", "conversation": [{"role": "user", "content": "I like France."}]}
    assert start(talk).label == "And its capital?"
    assert start({"question": "Its capital?", "country": "France"}).label == "Its capital? · France"


def test_the_headers_of_an_mcp_server_are_kept_for_a_retry_and_shown_to_nobody(start):
    server = {"name": "docs", "url": "https://mcp.example.com", "headers": {"authorization": "Bearer secret"}}
    run = start(mcp_servers=[server])
    assert request_of(run)["mcp_servers"] == [{"name": "docs", "url": "https://mcp.example.com"}]
    assert request_to_repeat(run)["mcp_servers"] == [server]


def test_going_on_from_what_is_not_there_draws_a_warning(start, outsider):
    theirs = start(workspace=outsider.workspace)
    for unknown in ("trun_1", "trun_" + "0" * 32, theirs.run_id):
        assert "no earlier interaction" in start(previous_interaction_id=unknown).warnings[0]["message"]
    assert not start(previous_interaction_id=start().run_id).warnings
