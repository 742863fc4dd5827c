"""Every fault does what it says, and the controls reach it from another process."""

import re
import signal
import subprocess
import sys
import time

import httpx
import pytest

from tests.upstream import RID_KEY, Faults
from tests.upstream.conftest import LITE, states

CREATE = ["group", "add", "run"]


def create(asking, kind: str) -> httpx.Response:
    """One of the POSTs that create."""
    if kind == "group":
        return asking.http.post("/v1/tasks/groups", json={})
    if kind == "run":
        return asking.run()
    (group_id,) = asking.upstream.state.groups
    return asking.add(group_id, "France")


def done(asking, kind: str) -> int:
    """How often the work of these POSTs was done."""
    state = asking.upstream.state
    return len(state.groups) - 1 if kind == "group" else len(state.runs)


@pytest.fixture
def group_id(asking) -> str:
    return asking.group_id()


@pytest.mark.parametrize("kind", CREATE)
def test_lost_answer_does_the_work_and_says_nothing(upstream, asking, group_id, kind):
    upstream.faults.lost_answer = 1.0
    with pytest.raises(httpx.RemoteProtocolError):
        create(asking, kind)
    assert done(asking, kind) == 1


@pytest.mark.parametrize("kind", CREATE)
def test_bad_gateway_after_does_the_work_and_answers_502(upstream, asking, group_id, kind):
    upstream.faults = {"bad_gateway_after": 1.0}
    answer = create(asking, kind)
    assert (answer.status_code, answer.headers["content-type"]) == (502, "text/html")
    assert done(asking, kind) == 1


@pytest.mark.parametrize("kind", CREATE)
def test_unavailable_before_does_nothing_and_answers_503(upstream, asking, group_id, kind):
    upstream.faults = {"unavailable_before": 1.0, "retry_after": 2}
    answer = create(asking, kind)
    assert (answer.status_code, answer.json()["type"], answer.headers["retry-after"]) == (503, "error", "2")
    assert done(asking, kind) == 0


@pytest.mark.parametrize("kind", CREATE)
def test_truncated_does_the_work_and_answers_in_part(upstream, asking, group_id, kind):
    upstream.faults = {"truncated": 1.0}
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        create(asking, kind)
    assert done(asking, kind) == 1


@pytest.mark.parametrize("kind", CREATE)
def test_late_work_is_done_after_the_connection_is_gone(upstream, asking, group_id, kind):
    upstream.faults = {"late_work": 1.0, "late_work_seconds": 0.05}
    with pytest.raises(httpx.TransportError):
        create(asking, kind)
    assert done(asking, kind) == 0
    upstream.faults = None
    upstream.hold = True
    assert upstream.wait_until(lambda state: done(asking, kind) == 1)


@pytest.mark.parametrize("kind", CREATE)
def test_slow_answers_come_after_the_work(upstream, asking, group_id, kind):
    upstream.faults.slow_answer_seconds = 60
    asking.http.timeout = 0.05
    with pytest.raises(httpx.ReadTimeout):
        create(asking, kind)
    assert done(asking, kind) == 1


@pytest.mark.parametrize("kind", CREATE)
def test_a_rate_limit_holds_for_its_seconds(upstream, asking, group_id, kind):
    upstream.faults = {"rate_limited_for": 60}
    answer = create(asking, kind)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")
    assert asking.http.get(f"/v1/tasks/groups/{group_id}").status_code == 200
    upstream.faults.rate_limited_for = 0
    assert create(asking, kind).is_success
    assert done(asking, kind) == 1


@pytest.mark.parametrize("kind", CREATE)
def test_without_credit_nothing_is_created(upstream, asking, group_id, kind):
    upstream.faults.no_credit = True
    assert create(asking, kind).status_code == 402
    assert done(asking, kind) == 0


def test_a_key_can_be_refused_later(upstream, asking):
    run_id = asking.run_id()
    upstream.faults.refuse_key = True
    assert asking.result(run_id).status_code == 401


def test_everybody_can_get_a_502(upstream, asking):
    run_id = asking.run_id()
    upstream.faults.bad_gateway = True
    assert asking.result(run_id).status_code == asking.run().status_code == 502


def test_down_resets_connections_new_and_open(upstream, asking, group_id):
    upstream.hold = True
    asking.add(group_id, "France")
    with asking.http.stream("GET", f"/v1/tasks/groups/{group_id}/events") as stream:
        lines = stream.iter_lines()
        next(lines)
        upstream.faults.down = True
        with pytest.raises(httpx.TransportError):
            list(lines)
    with pytest.raises(httpx.TransportError):
        asking.run()
    upstream.faults.down = False
    assert asking.run().is_success


READS = ["runs/{run}", "runs/{run}/input", "runs/{run}/result", "groups/{group}", "groups/{group}/runs"]


@pytest.fixture
def read(asking, group_id):
    """Read one of READS."""
    (run_id,) = asking.add(group_id, "France").json()["run_ids"]
    asking.result(run_id)
    return lambda path: asking.http.get("/v1/tasks/" + path.format(run=run_id, group=group_id))


@pytest.mark.parametrize("path", READS)
def test_a_read_can_be_lost(upstream, read, path):
    upstream.faults.read_lost = 1.0
    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        read(path)


@pytest.mark.parametrize("path", READS)
def test_a_read_can_get_a_502(upstream, read, path):
    upstream.faults.read_bad_gateway = 1.0
    assert read(path).status_code == 502


@pytest.mark.parametrize("path", READS)
def test_a_read_can_end_early(upstream, read, path):
    upstream.faults.read_truncated = 1.0
    with pytest.raises(httpx.RemoteProtocolError, match=r"complete message body|incomplete chunked read"):
        read(path)


def test_a_listing_is_cut_within_a_row(upstream, asking, group_id):
    asking.add(group_id, "France", "Japan", "Kenya", "Peru")
    upstream.faults.read_truncated = 1.0
    text, broken = asking.broken_stream(f"groups/{group_id}/runs")
    assert broken is httpx.RemoteProtocolError
    assert text.count("\n\n") == 2
    assert not text.endswith("\n\n")


def test_an_event_can_come_twice(upstream, asking, group_id):
    upstream.faults.double_event = 1.0
    (run_id,) = asking.add(group_id, "France").json()["run_ids"]
    assert states(asking.events(f"groups/{group_id}/events")) == [run_id, run_id]


def test_a_dropped_event_is_on_no_stream_and_the_run_in_the_listing(upstream, asking, group_id):
    upstream.faults.drop_event = 1.0
    (run_id,) = asking.add(group_id, "France").json()["run_ids"]
    first = asking.events(f"groups/{group_id}/events")
    upstream.faults = {}
    assert states(first) == states(asking.events(f"groups/{group_id}/events")) == []
    assert first[-1]["status"]["is_active"] is False
    assert states(asking.events(f"groups/{group_id}/runs", status="completed")) == [run_id]


@pytest.mark.parametrize("stream", ["groups/{group}/events", "runs/{run}/events"])
def test_a_stream_can_be_cut_within_an_event(upstream, asking, group_id, stream):
    (run_id,) = asking.add(group_id, "France").json()["run_ids"]
    upstream.faults.cut_stream = 1.0
    text, broken = asking.broken_stream(stream.format(group=group_id, run=run_id))
    assert broken is httpx.RemoteProtocolError
    assert text.startswith("event: task_")
    assert "\n\n" not in text


@pytest.mark.parametrize("stream", ["groups/{group}/events", "runs/{run}/events"])
def test_a_stalled_stream_is_silent_and_open(upstream, asking, group_id, stream):
    (run_id,) = asking.add(group_id, "France").json()["run_ids"]
    upstream.faults.stall_stream = 1.0
    text, broken = asking.broken_stream(stream.format(group=group_id, run=run_id))
    assert (text, broken) == ("", httpx.ReadTimeout)


def test_no_fault_befalls_while_none_is_set(upstream, asking, group_id):
    assert upstream.faults == Faults()
    asking.add(group_id, *["France"] * 50)
    assert len(states(asking.events(f"groups/{group_id}/events"))) == 50


def test_control_says_what_there_is_and_which_came_twice(upstream, asking, group_id):
    for rid in ("a", "b", "a"):
        asking.run_id(metadata={RID_KEY: rid})
    upstream.end_all()
    state = asking.http.get("/_control/state").json()
    assert state["by_status"] == {"completed": 3}
    assert (state["runs"], state["groups"], state["rids"], state["twice"]) == (3, 1, 2, ["a"])
    assert (state["posts"], state["streams_open"]) == (4, 0)
    ended = asking.http.get("/_control/ended").json()
    assert ended == {run_id: run.ended for run_id, run in upstream.state.runs.items()}


def test_control_holds_runs_and_ends_them(upstream, asking):
    assert asking.http.post("/_control/hold", json={"hold": True}).json() == {"hold": True}
    run_id = asking.run_id()
    assert asking.http.post("/_control/end_all").json() == {"ended": 1}
    assert asking.result(run_id).status_code == 200


def test_control_lets_what_it_held_end_at_a_rate(upstream, asking):
    upstream.hold = True
    ids = [asking.run_id() for _ in range(5)]
    until = time.monotonic() + 10
    while len(upstream.life.held) < 5:
        assert time.monotonic() < until
        time.sleep(0.01)
    assert asking.http.post("/_control/end_evenly", json={"rate": 100}).json() == {"ending": 5}
    assert [asking.result(run_id).status_code for run_id in ids] == [200] * 5
    moments = sorted(asking.http.get("/_control/ended").json().values())
    assert moments[-1] - moments[0] >= 0.03
    assert asking.http.post("/_control/end_evenly", json={"rate": 0}).status_code == 422


def test_control_sets_the_faults_it_names_and_clears_the_others(upstream, asking):
    asking.http.post("/_control/faults", json={"down": True, "lost_answer": 0.5})
    assert upstream.faults == Faults(down=True, lost_answer=0.5)
    asking.http.post("/_control/faults", json={})
    assert upstream.faults == Faults()
    assert asking.http.post("/_control/faults", json={"unheard_of": 1}).status_code == 422


def test_it_serves_as_a_process_until_told_to_stop():
    command = [sys.executable, "-m", "tests.upstream", "--port", "0", "--latency", "0", "0.01"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        url = re.fullmatch(r"upstream listening on (http://127\.0\.0\.1:\d+)\n", process.stdout.readline())[1]
        made = httpx.post(f"{url}/v1/tasks/runs", json={"input": "France", **LITE})
        assert httpx.get(f"{url}/v1/tasks/runs/{made.json()['run_id']}/result").status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == 0
