import json

import pytest

from runs.models import Run
from runs.outcomes import fail_run
from runs.status import Status
from tests.api.chatting import FACT, QUESTION, end_runs_by, events, found
from tests.calls import ApiClient

RESPONSES = "/v1/responses"


def body(**more):
    return {"model": "parallel", "input": QUESTION, **more}


@pytest.fixture
def carried_out(monkeypatch, small_library):
    end_runs_by(monkeypatch, found)


def test_a_response_is_a_run_marked_with_its_token(api, token, carried_out):
    told = api.post(RESPONSES, body(reasoning={"effort": "low"}, metadata={"k": "v"})).json()
    run = Run.objects.get()
    assert told["id"] == run.run_id.replace("trun_", "resp_")
    assert (run.processor, run.token, run.metadata) == ("lite", token, {"k": "v"})
    assert (told["status"], told["metadata"]) == ("completed", {"k": "v"})


def test_its_text_cites_the_page_that_carries_it(api, carried_out):
    (part,) = api.post(RESPONSES, body()).json()["output"][0]["content"]
    assert part["text"] == "Paris"
    (cited,) = part["annotations"]
    assert cited["url"] == "http://testserver/library/france/"
    assert part["text"][cited["start_index"] : cited["end_index"]] == "Paris"


def test_a_follow_up_has_its_subject(api, carried_out):
    first = api.post(RESPONSES, body()).json()["id"]
    told = api.post(RESPONSES, body(input="And its area?", previous_response_id=first)).json()
    assert told["output"][0]["content"][0]["text"] == "643,801 sq km"
    assert told["previous_response_id"] == first


def test_a_schema_is_obeyed(api, carried_out):
    asked = {"format": {"type": "json_schema", "name": "fact", "schema": FACT}}
    told = api.post(RESPONSES, body(text=asked)).json()
    assert json.loads(told["output"][0]["content"][0]["text"]) == {"capital": "Paris"}


def test_a_stream_tells_the_whole_in_numbered_events(api, carried_out):
    told = events(api.post(RESPONSES, body(stream=True)))
    assert [event["sequence_number"] for event in told] == list(range(len(told)))
    assert (told[0]["type"], told[-1]["type"]) == ("response.created", "response.completed")
    text = "".join(event["delta"] for event in told if event["type"] == "response.output_text.delta")
    assert text == told[-1]["response"]["output"][0]["content"][0]["text"] == "Paris"


def test_a_run_that_failed_is_a_failed_response(api, monkeypatch):
    def fail(run):
        run.move_to(Status.QUEUED)
        run.move_to(Status.RUNNING)
        fail_run(run, "The engine failed on this task.")

    end_runs_by(monkeypatch, fail)
    answer = api.post(RESPONSES, body())
    error = {"code": "server_error", "message": "The engine failed on this task."}
    assert (answer.status_code, answer.json()["error"]) == (200, error)
    assert events(api.post(RESPONSES, body(stream=True)))[-1]["type"] == "response.failed"


@pytest.mark.parametrize(
    ("sent", "param"),
    [
        (body(model="gpt-5"), "model"),
        (body(background=True), "background"),
        (body(input=""), "input"),
        (body(previous_response_id="resp_" + "0" * 32), "previous_response_id"),
        (b"{", None),
    ],
)
def test_what_is_wrong_is_a_400_in_openais_envelope(api, sent, param):
    answer = api.post(RESPONSES, sent)
    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == param
    assert not Run.objects.exists()


def test_without_a_token_nothing_is_asked(workspace):
    assert ApiClient().post(RESPONSES, body()).status_code == 401
