"""What is sent to a provider for a run of ours."""

import orjson
import pytest

from dispatch.hosted.asked import MOST_RUNS, RID_KEY, portions, rid_in, with_common_spec
from dispatch.hosted.groups import store_group
from dispatch.hosted.submitting import accept, claim, give_back
from dispatch.models import HostedRun
from provider.types import parse_task_run_input
from runs.models import Run
from runs.services import start_run
from teams.models import Provider
from teams.secrets import seal
from tests.dispatch.hosted.conftest import TEXT, fresh, provider_at

pytestmark = pytest.mark.django_db(databases=["default", "engine"])


@pytest.fixture
def group(provider):
    return store_group(provider, "tgrp_1", "first")


def sent(provider, group) -> list[dict]:
    return [wire for one in claim(provider, group, 100) for wire in one.inputs]


def test_a_run_is_sent_as_it_was_asked(provider, group, alone):
    asked = {
        "source_policy": {"include_domains": ["example.org"]},
        "enable_events": True,
        "task_spec": TEXT,
    }
    run = alone({"name": "France"}, processor="core", **asked)
    (wire,) = sent(provider, group)
    assert wire.pop("metadata") == {RID_KEY: run.pk.hex}
    assert wire == {"input": {"name": "France"}, "processor": "core", **asked}


def test_the_users_metadata_goes_along_with_our_id(provider, group, alone):
    run = alone(metadata={"row": 7, RID_KEY: "theirs"})
    (wire,) = sent(provider, group)
    assert wire["metadata"] == {"row": 7, RID_KEY: run.pk.hex}
    assert fresh(run).metadata == {"row": 7, RID_KEY: "theirs"}


def test_our_own_webhook_is_not_passed_on(provider, group, alone):
    run = alone(webhook={"url": "https://example.org/hook"})
    (wire,) = sent(provider, group)
    assert "webhook" not in wire
    assert fresh(run).options["webhook"]["url"] == "https://example.org/hook"


def test_where_the_provider_signs_its_webhooks_it_is_told_to_send_them_here(provider, group, alone, settings):
    settings.PUBLIC_URL = "https://groundwork.example"
    Provider.objects.filter(pk=provider.pk).update(sealed_webhook_secret=seal("whsec_x"))
    provider.refresh_from_db()
    alone(webhook={"url": "https://example.org/hook"})
    (wire,) = sent(provider, group)
    assert wire["webhook"] == {
        "url": "https://groundwork.example/webhooks/parallel",
        "event_types": ["task_run.status"],
    }


def test_an_earlier_run_goes_by_the_name_that_it_has_there(provider, group, alone):
    earlier = alone("France")
    (one,) = claim(provider, group, 1)
    accept(one, ["trun_there"])
    HostedRun.objects.update(interaction_id="inter_there")
    alone("And its area?", previous_interaction_id=earlier.run_id)
    (wire,) = sent(provider, group)
    assert wire["previous_interaction_id"] == "inter_there"


def test_a_name_that_is_none_of_ours_is_the_providers_own(provider, group, alone):
    run = alone(previous_interaction_id="trun_" + "0" * 32)
    (wire,) = sent(provider, group)
    assert wire["previous_interaction_id"] == "trun_" + "0" * 32
    assert fresh(run).warnings == []


def test_an_earlier_run_that_was_answered_elsewhere_is_left_out_with_a_warning(
    provider, group, alone, workspace
):
    engine = workspace.providers.get(kind="engine")
    request = parse_task_run_input({"input": "France", "processor": "lite"})
    elsewhere = start_run(workspace=workspace, request=request, provider=engine)
    run = alone("And its area?", previous_interaction_id=elsewhere.run_id)
    (wire,) = sent(provider, group)
    assert "previous_interaction_id" not in wire
    (warning,) = fresh(run).warnings
    assert "was not answered by Parallel" in warning["message"]


def test_what_it_goes_on_from_is_warned_of_once_also_if_it_is_sent_again(provider, group, alone, workspace):
    engine = workspace.providers.get(kind="engine")
    request = parse_task_run_input({"input": "France", "processor": "lite"})
    elsewhere = start_run(workspace=workspace, request=request, provider=engine)
    run = alone("And its area?", previous_interaction_id=elsewhere.run_id)
    for _ in range(3):
        (one,) = claim(provider, group, 1)
        give_back(one, one.run_ids)
    assert len(fresh(run).warnings) == 1


def test_what_another_provider_calls_it_is_not_said_to_this_one(
    provider, group, alone, workspace, upstream, start
):
    other = provider_at(workspace, upstream, "Elsewhere")
    earlier = start("France")
    (one,) = claim(other, store_group(other, "tgrp_x", "first"), 1)
    accept(one, ["trun_elsewhere"])
    alone("And its area?", previous_interaction_id=earlier.run_id)
    (wire,) = sent(provider, group)
    assert "previous_interaction_id" not in wire
    assert Run.objects.get(pk=earlier.pk).hosted.upstream_id == "trun_elsewhere"


def test_a_spec_that_many_share_is_sent_once():
    own = {"output_schema": {"type": "text", "description": "own"}}
    inputs = [
        {"input": "a", "task_spec": TEXT},
        {"input": "b", "task_spec": own},
        {"input": "c", "task_spec": TEXT},
    ]
    lean, common = with_common_spec(inputs)
    assert common == TEXT
    assert lean == [{"input": "a"}, {"input": "b", "task_spec": own}, {"input": "c"}]


@pytest.mark.parametrize(
    "inputs",
    [
        [{"input": "a", "task_spec": TEXT}],
        [{"input": "a", "task_spec": TEXT}, {"input": "b"}],
        [{"input": "a", "task_spec": TEXT}, {"input": "b", "task_spec": None}],
        [{"input": "a"}, {"input": "b"}],
    ],
)
def test_a_spec_is_never_given_to_a_run_that_has_none(inputs):
    assert with_common_spec(inputs) == (inputs, None)


def test_specs_that_differ_only_in_the_order_of_their_keys_differ():
    one, other = {"a": 1, "b": 2}, {"b": 2, "a": 1}
    inputs = [{"task_spec": one}, {"task_spec": other}]
    assert with_common_spec(inputs) == (inputs, None)


def test_requests_are_cut_by_their_number_and_by_their_bytes():
    assert list(portions([])) == []
    assert list(portions([{}] * (MOST_RUNS + 1))) == [(0, MOST_RUNS), (MOST_RUNS, MOST_RUNS + 1)]
    large = {"input": "x" * 500_000}
    assert list(portions([large, large, {}, large])) == [(0, 1), (1, 3), (3, 4)]
    assert list(portions([{"input": "x" * 2_000_000}])) == [(0, 1)]


def test_our_id_is_read_only_in_the_form_in_which_it_was_sent():
    assert rid_in({RID_KEY: "0" * 32}).int == 0
    for other in ({}, {RID_KEY: 7}, {RID_KEY: None}, {RID_KEY: "0" * 31}, {RID_KEY: "g" * 32}):
        assert rid_in(other) is None


def test_what_is_sent_is_json_of_any_input(provider, group, alone):
    alone({"name": "Zoë 🙂", "deep": [[{"x": [1.5, None, True]}]], "big": 2**63 - 1})
    (wire,) = sent(provider, group)
    assert orjson.loads(orjson.dumps(wire))["input"]["name"] == "Zoë 🙂"
