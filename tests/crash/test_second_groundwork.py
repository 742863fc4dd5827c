"""An installation whose provider is another installation: the whole way there and back, by the real parts."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.crash.server import ROOT, Server, clean_environment

pytestmark = pytest.mark.crash
SCHEMA = {
    "type": "object",
    "properties": {
        "capital": {"type": "string", "description": "Name of the capital city"},
        "border_countries": {"type": ["array", "null"], "items": {"type": "string"}},
        "national_dish": {"type": ["string", "null"], "description": "The national dish"},
    },
    "required": ["capital", "border_countries", "national_dish"],
    "additionalProperties": False,
}
SPEC = {"output_schema": {"type": "json", "json_schema": SCHEMA}}


def token_of(data: Path) -> str:
    command = [sys.executable, str(ROOT / "manage.py"), "createtoken", "--name", "test"]
    env = {**clean_environment(), "GROUNDWORK_DATA": str(data)}
    return subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout.split()[-1]


def api_of(server: Server, data: Path) -> httpx.Client:
    return httpx.Client(base_url=server.url, headers={"x-api-key": token_of(data)}, timeout=60)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[httpx.Client, httpx.Client]]:
    """The API of the installation that asks, and that of the one that answers."""
    near, far = (tmp_path_factory.mktemp(name) / "data" for name in ("near", "far"))
    with Server(far) as answering:
        answering.ready()
        named = {"PARALLEL_API_KEY": token_of(far), "PARALLEL_BASE_URL": answering.url}
        with (
            Server(near, **named) as asking,
            api_of(asking.ready(), near) as here,
            api_of(answering, far) as there,
        ):
            yield here, there


def result(api: httpx.Client, run_id: str) -> dict:
    answer = api.get(f"/v1/tasks/runs/{run_id}/result", params={"timeout": 50})
    assert answer.status_code == 200, answer.text
    return answer.json()


def events(api: httpx.Client, path: str) -> list[dict]:
    with api.stream("GET", path) as stream:
        return [json.loads(line[5:]) for line in stream.iter_lines() if line.startswith("data:")]


def test_a_run_is_answered_by_the_other_installation_with_all_its_evidence(both):
    here, there = both
    asked = {"input": "France", "processor": "base", "task_spec": SPEC, "metadata": {"row": "17"}}
    run = here.post("/v1/tasks/runs", json=asked).json()
    found = result(here, run["run_id"])
    assert found["run"]["metadata"] == {"row": "17"}
    assert found["output"]["content"]["capital"] == "Paris"
    assert found["output"]["content"]["national_dish"] is None
    capital = next(entry for entry in found["output"]["basis"] if entry["field"] == "capital")
    assert capital["confidence"] == "high"
    assert capital["citations"][0]["url"].startswith(str(there.base_url))
    assert "Paris" in capital["citations"][0]["excerpts"][0]
    assert {entry["field"] for entry in found["output"]["basis"]} > {"border_countries.0"}
    page = httpx.get(capital["citations"][0]["url"], timeout=20)
    assert page.status_code == 200


def test_the_steps_of_a_run_are_told_here_as_they_were_there(both):
    here, _ = both
    run = here.post("/v1/tasks/runs", json={"input": "Japan", "processor": "core", "task_spec": SPEC}).json()
    result(here, run["run_id"])
    told = events(here, f"/v1/tasks/runs/{run['run_id']}/events")
    kinds = [event["type"] for event in told]
    assert kinds[0] == kinds[-1] == "task_run.state"
    assert any(kind.startswith("task_run.progress_msg.") for kind in kinds)
    messages = [(event["type"], event["message"]) for event in told if "message" in event]
    assert len(messages) == len(set(messages))


def test_a_group_of_runs_goes_there_and_comes_back_in_order(both):
    here, _ = both
    group = here.post("/v1/tasks/groups", json={}).json()["taskgroup_id"]
    places = {"France": "Paris", "Japan": "Tokyo", "Kenya": "Nairobi", "Peru": "Lima"}
    inputs = [{"input": place, "processor": "lite"} for place in places]
    added = here.post(f"/v1/tasks/groups/{group}/runs", json={"inputs": inputs, "default_task_spec": SPEC})
    found = [result(here, run_id)["output"]["content"]["capital"] for run_id in added.json()["run_ids"]]
    assert found == list(places.values())
    assert here.get(f"/v1/tasks/groups/{group}").json()["status"]["task_run_status_counts"] == {
        "completed": 4
    }


def test_a_task_goes_on_from_one_that_the_other_installation_answered(both):
    here, _ = both
    first = here.post(
        "/v1/tasks/runs", json={"input": "Kenya", "processor": "lite", "task_spec": SPEC}
    ).json()
    result(here, first["run_id"])
    asked = {
        "input": "What is its capital?",
        "processor": "lite",
        "task_spec": {"output_schema": "The capital"},
        "previous_interaction_id": first["interaction_id"],
    }
    second = here.post("/v1/tasks/runs", json=asked).json()
    assert "Nairobi" in result(here, second["run_id"])["output"]["content"]


def test_a_run_for_the_engine_here_is_not_sent_there(both):
    here, _ = both
    asked = {"input": "Peru", "processor": "lite", "task_spec": SPEC}
    run = here.post("/v1/tasks/runs", json=asked, headers={"x-groundwork-provider": "engine"}).json()
    citation = result(here, run["run_id"])["output"]["basis"][0]["citations"][0]
    assert citation["url"].startswith(str(here.base_url))


def test_chat_is_passed_on(both):
    here, _ = both
    asked = {"model": "speed", "messages": [{"role": "user", "content": "What is the capital of France?"}]}
    answer = here.post("/chat/completions", json=asked)
    assert answer.status_code == 200, answer.text
    assert "Paris" in answer.json()["choices"][0]["message"]["content"]
