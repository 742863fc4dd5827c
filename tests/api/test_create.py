import json

import pytest

from runs.models import Run
from teams.models import Provider
from tests.api.conftest import RUNS
from tests.api.envelope import message_of, problems_of

SCHEMA = {"type": "object", "properties": {"capital": {"type": "string"}}, "required": ["capital"]}
FULL = {
    "input": {"country": "France"},
    "processor": "core",
    "task_spec": {
        "output_schema": {"type": "json", "json_schema": SCHEMA},
        "input_schema": {"type": "json", "json_schema": {"type": "object"}},
    },
    "metadata": {"row": "17", "rank": 3, "final": True, "share": 0.5},
    "source_policy": {"include_domains": ["un.org"], "after_date": "2026-01-31"},
    "advanced_settings": {"location": "de"},
    "enable_events": False,
    "webhook": {"url": "https://example.com/hook"},
    "memory_scope_key": "team_1",
}


def test_a_run_is_accepted_and_told_in_the_apis_words(create):
    answer = create(input="France", metadata={"row": "17"})
    run = answer.json()
    assert answer.status_code == 202
    assert (run["status"], run["is_active"], run["processor"]) == ("queued", True, "lite")
    assert run["interaction_id"] == run["run_id"]
    assert run["metadata"] == {"row": "17"}
    assert [run[name] for name in ("warnings", "error", "taskgroup_id")] == [None, None, None]


def test_its_id_and_times_have_the_apis_form(create):
    run = create(input="France").json()
    stored = Run.objects.get()
    assert run["run_id"] == f"trun_{stored.pk.hex}"
    assert run["created_at"] == stored.created_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert set(run) == {
        "run_id", "interaction_id", "status", "is_active", "processor", "metadata",
        "warnings", "error", "taskgroup_id", "created_at", "modified_at",
    }  # fmt: skip


def test_it_belongs_to_the_tokens_workspace_and_names_the_token(create, token):
    create(input="France")
    run = Run.objects.get()
    assert (run.workspace, run.token, run.made_by) == (token.workspace, token, None)


def test_everything_sent_is_kept_as_it_was_sent(create, api):
    run = create(FULL).json()
    sent = api.get(f"{RUNS}/{run['run_id']}/input")
    assert sent.status_code == 200
    assert sent.json() == FULL
    assert list(sent.json()["task_spec"]) == ["output_schema", "input_schema"]


def test_explicit_nulls_are_the_same_as_nothing(create, api):
    nulls = dict.fromkeys(set(FULL) - {"input", "processor"})
    run = create(input="France", **nulls).json()
    assert api.get(f"{RUNS}/{run['run_id']}/input").json() == {"input": "France", "processor": "lite"}


@pytest.mark.parametrize(
    "spec",
    [
        "The capital",
        {"type": "text", "description": "The capital"},
        {"type": "auto"},
        {"json_schema": SCHEMA},
    ],
)
def test_every_form_of_an_output_schema_is_accepted(create, spec):
    assert create(input="France", task_spec={"output_schema": spec}).status_code == 202


def test_an_unknown_field_is_passed_over_as_the_api_does(create, api):
    run = create(input="France", colour="red").json()
    assert "colour" not in api.get(f"{RUNS}/{run['run_id']}/input").json()


def test_of_two_fields_with_one_name_the_last_counts(create):
    assert create(b'{"input": "Kenya", "processor": "lite", "input": "Japan"}').status_code == 202
    assert Run.objects.get().input == "Japan"


def test_an_input_that_does_not_fit_its_schema_is_run_with_a_warning(create):
    schema = {"type": "object", "properties": {"year": {"type": "integer"}}, "required": ["year", "name"]}
    spec = {"output_schema": "The capital", "input_schema": {"type": "json", "json_schema": schema}}
    answer = create(input={"year": "soon"}, task_spec=spec)
    warnings = answer.json()["warnings"]
    assert answer.status_code == 202
    assert {warning["type"] for warning in warnings} == {"input_validation_warning"}
    assert any("“name”" in warning["message"] for warning in warnings)


@pytest.mark.parametrize(
    "text", ["🇫🇷 👩‍👩‍👧", "ما هي عاصمة فرنسا؟", "‮evil‬", "a\nb\tc", "'; DROP TABLE runs; --"]
)
def test_any_script_and_sign_comes_back_unchanged(create, api, text):
    run = create(input=text).json()
    assert api.get(f"{RUNS}/{run['run_id']}/input").json()["input"] == text


def test_an_input_of_24999_characters_is_accepted(create):
    assert create(input="x" * 24_999).status_code == 202


def test_a_request_of_25001_characters_is_refused(create, nothing_stored):
    answer = create(input="x" * 25_001)
    assert answer.status_code == 422
    assert "25,000" in message_of(answer)
    assert problems_of(answer) == [["body", "input"]]
    assert nothing_stored()


def test_an_unknown_processor_is_forbidden_and_a_near_one_named(create, nothing_stored):
    answer = create(input="France", processor="cor")
    assert answer.status_code == 403
    assert "Did you mean core?" in message_of(answer)
    assert nothing_stored()


def test_with_something_else_wrong_as_well_it_is_invalid(create):
    answer = create(input=17, processor="nope")
    assert answer.status_code == 422
    assert problems_of(answer) == [["body", "input"], ["body", "processor"]]


@pytest.mark.parametrize(
    ("field", "value", "place"),
    [
        ("input", None, ["input"]),
        ("input", ["France"], ["input"]),
        ("processor", None, ["processor"]),
        ("metadata", {"a key that is too long": "x"}, ["metadata", "a key that is too long"]),
        ("metadata", {"k": "x" * 513}, ["metadata", "k"]),
        ("metadata", {"k": [1]}, ["metadata", "k"]),
        ("source_policy", {"include_domains": ["https://un.org"]}, ["source_policy", "include_domains", 0]),
        ("source_policy", {"after_date": "31.1.2026"}, ["source_policy", "after_date"]),
        ("task_spec", {}, ["task_spec", "output_schema"]),
        ("task_spec", {"output_schema": SCHEMA}, ["task_spec", "output_schema"]),
        ("task_spec", {"output_schema": {"type": "xml"}}, ["task_spec", "output_schema", "type"]),
        ("enable_events", "yes", ["enable_events"]),
        ("webhook", {"url": "example.com"}, ["webhook", "url"]),
    ],
)
def test_what_is_wrong_is_said_with_its_place(create, nothing_stored, field, value, place):
    answer = create({"input": "France", "processor": "lite", field: value})
    assert answer.status_code == 422
    assert problems_of(answer) == [["body", *place]]
    assert nothing_stored()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"\xff\xfe\x00",
        b'{"input": "\xc3", "processor": "lite"}',
        b'{"input": NaN, "processor": "lite"}',
        b'{"input": {"n": Infinity}, "processor": "lite"}',
        b'{"input": {"n": 1e400}, "processor": "lite"}',
        b'{"input": {"n": 1' + b"0" * 30 + b'}, "processor": "lite"}',
        b'{"input": {"n": ' + b"9" * 5_000 + b'}, "processor": "lite"}',
        b'{"input": "\\ud800", "processor": "lite"}',
        b'{"input": "\\u0000", "processor": "lite"}',
        b'{"input": {"\\udfff": 1}, "processor": "lite"}',
        b'{"input": "France", "processor": "\\ud800"}',
        b'{"input": "France", "processor": "lite", "metadata": {"\\ud800": "x"}}',
        b"[" * 100_000,
        b'{"input": {"a":' + b"[" * 500 + b"]" * 500 + b'}, "processor": "lite"}',
    ],
    ids=lambda body: repr(body[:40]),
)
def test_a_body_that_can_not_be_read_or_kept_is_invalid_and_nothing_is_stored(create, nothing_stored, body):
    answer = create(body)
    assert answer.status_code == 422
    assert message_of(answer)
    assert nothing_stored()


def test_the_sentences_name_no_part_of_the_program(create):
    for body in (b'{"input": ' + b"9" * 5_000 + b"}", b"[" * 100_000, b"\xff\xfe"):
        assert "sys." not in message_of(create(body))


def test_names_that_mean_something_to_javascript_are_only_names(create, api):
    given = {"__proto__": {"admin": True}, "constructor": "x", "toString": 1}
    run = create(json.dumps({"input": given, "processor": "lite"}).encode()).json()
    assert api.get(f"{RUNS}/{run['run_id']}/input").json()["input"] == given


@pytest.mark.parametrize("length", [1_100_000, 3_000_000])
def test_a_body_of_over_a_megabyte_is_too_large(create, nothing_stored, length):
    answer = create(b'{"input": "' + b"x" * length + b'", "processor": "lite"}')
    assert answer.status_code == 413
    assert "1 MB" in message_of(answer)
    assert nothing_stored()


def test_a_request_may_name_its_provider(api, workspace):
    other = Provider.objects.create(workspace=workspace, slug="second", name="Second", kind="engine")
    headers = {"x-groundwork-provider": "second"}
    body = {"input": "France", "processor": "lite"}
    assert api.post(RUNS, body, content_type="application/json", headers=headers).status_code == 202
    assert Run.objects.get().provider == other


def test_a_provider_that_is_not_there_is_refused_with_those_that_are(api, nothing_stored):
    headers = {"x-groundwork-provider": "elsewhere"}
    answer = api.post(
        RUNS, {"input": "France", "processor": "lite"}, content_type="application/json", headers=headers
    )
    assert answer.status_code == 422
    assert "There is engine" in message_of(answer)
    assert nothing_stored()
