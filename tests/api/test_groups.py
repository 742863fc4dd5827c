import pytest

from runs.models import Run, TaskGroup
from tests.api.envelope import message_of, problems_of
from tests.runs.making import completed

GROUPS = "/v1/tasks/groups"
MISSING = f"{GROUPS}/tgrp_{'0' * 32}"
RUN = {"input": "France", "processor": "lite"}


@pytest.fixture
def post(api):
    def post(path, body=None):
        return api.post(path, body, content_type="application/json")

    return post


@pytest.fixture
def group(post):
    return post(GROUPS, {"metadata": {"sheet": "a"}}).json()


@pytest.fixture
def add(post, group):
    """Add runs to the group: ``add(RUN, RUN, default_task_spec=…)``."""

    def add(*inputs, **more):
        return post(f"{GROUPS}/{group['taskgroup_id']}/runs", {"inputs": list(inputs), **more})

    return add


def test_a_new_group_has_no_run_and_is_not_active(group):
    status = group["status"]
    assert group["metadata"] == {"sheet": "a"}
    assert (status["num_task_runs"], status["task_run_status_counts"], status["is_active"]) == (0, {}, False)


@pytest.mark.parametrize("body", [b"", b"{}", b"null", b'{"metadata": null}'])
def test_a_group_needs_no_body(api, db, body):
    answer = api.generic("POST", GROUPS, body, content_type="application/json")
    assert answer.status_code == 200
    assert answer.json()["metadata"] is None


@pytest.mark.parametrize("body", [[], "x", 1, {"metadata": []}, {"metadata": {"k" * 17: "v"}}])
def test_a_group_that_can_not_be_is_refused_and_none_is_made(post, db, body):
    assert post(GROUPS, body).status_code == 422
    assert not TaskGroup.objects.exists()


def test_runs_are_added_in_their_order(add):
    ids = add(*({"input": name, "processor": "lite"} for name in "abc")).json()["run_ids"]
    assert [Run.objects.get(pk=name.removeprefix("trun_")).input for name in ids] == ["a", "b", "c"]


def test_the_cursors_lead_past_the_runs_that_were_there_before(add):
    first, second = add(RUN, RUN).json(), add(RUN).json()
    assert (first["run_cursor"], first["event_cursor"]) == (None, None)
    assert second["run_cursor"] == "2"
    assert int(second["event_cursor"]) > 0


def test_a_run_takes_the_default_spec_unless_it_has_its_own(api, add):
    own = {"output_schema": "The population"}
    ids = add(RUN, RUN | {"task_spec": own}, default_task_spec={"output_schema": "The capital"}).json()[
        "run_ids"
    ]
    specs = [api.get(f"/v1/tasks/runs/{name}/input").json()["task_spec"] for name in ids]
    assert specs == [{"output_schema": "The capital"}, own]


def test_the_status_counts_every_run_once(api, add, group):
    ids = add(RUN, RUN, RUN).json()["run_ids"]
    completed(Run.objects.get(pk=ids[0].removeprefix("trun_")))
    status = api.get(f"{GROUPS}/{group['taskgroup_id']}").json()["status"]
    assert status["task_run_status_counts"] == {"queued": 2, "completed": 1}
    assert (status["num_task_runs"], status["is_active"]) == (3, True)
    assert status["status_message"] == "1 of 3 done"


def test_a_run_knows_its_group(api, add, group):
    (run_id,) = add(RUN).json()["run_ids"]
    for path in (f"/v1/tasks/runs/{run_id}", f"{GROUPS}/{group['taskgroup_id']}/runs/{run_id}"):
        assert api.get(path).json()["taskgroup_id"] == group["taskgroup_id"]


def test_a_run_of_no_group_is_not_in_this_one(api, group, start):
    answer = api.get(f"{GROUPS}/{group['taskgroup_id']}/runs/{start().run_id}")
    assert answer.status_code == 404


def test_one_bad_run_refuses_all_and_says_which_it_is(add):
    answer = add(RUN, {"input": "x"}, RUN)
    assert answer.status_code == 422
    assert "Run 2" in message_of_superset(answer)
    assert ["body", "inputs", 1, "processor"] in problems_of(answer)
    assert not Run.objects.exists()


def message_of_superset(answer):
    return answer.json()["error"]["message"]


def test_a_default_spec_that_can_not_be_is_refused_at_its_place(add):
    answer = add(RUN, default_task_spec={"output_schema": 5})
    assert answer.status_code == 422
    assert problems_of(answer)[0][:2] == ["body", "default_task_spec"]


@pytest.mark.parametrize("count", [0, 1000])
def test_up_to_a_thousand_runs_are_added_at_once(add, count):
    assert len(add(*[RUN] * count).json()["run_ids"]) == count


def test_more_than_a_thousand_runs_are_refused(add):
    answer = add(*[RUN] * 1001)
    assert answer.status_code == 422
    assert "1,000" in message_of_superset(answer)
    assert not Run.objects.exists()


@pytest.mark.parametrize("inputs", [None, {}, "x", 5])
def test_without_a_list_of_runs_nothing_is_added(post, group, inputs):
    assert post(f"{GROUPS}/{group['taskgroup_id']}/runs", {"inputs": inputs}).status_code == 422


def test_a_group_counts_its_runs_against_the_limit(add, limit_rates):
    limit_rates(tasks=3)
    assert add(RUN, RUN).status_code == 200
    answer = add(RUN, RUN)
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) >= 1
    assert Run.objects.count() == 2


@pytest.mark.parametrize("path", ["", "/runs/trun_" + "0" * 32])
def test_a_group_that_is_not_there_is_not_found(api, db, path):
    assert api.get(f"{MISSING}{path}").status_code == 404


def test_another_workspaces_group_takes_and_tells_nothing(outside_api, group):
    path = f"{GROUPS}/{group['taskgroup_id']}"
    assert outside_api.get(path).status_code == 404
    answer = outside_api.post(f"{path}/runs", {"inputs": [RUN]}, content_type="application/json")
    assert answer.status_code == 404
    assert message_of(answer) == "Task group id not found"
    assert not Run.objects.exists()


def test_a_viewers_token_makes_no_group(viewers_api, db):
    assert viewers_api.post(GROUPS, {}, content_type="application/json").status_code == 403


def test_the_older_address_is_the_same(post, api, group):
    path = f"/v1beta/tasks/groups/{group['taskgroup_id']}"
    assert post(f"{path}/runs", {"inputs": [RUN]}).status_code == 200
    assert api.get(path).json()["status"]["num_task_runs"] == 1
