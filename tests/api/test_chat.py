import json

import pytest

from api.waiting.call import Call
from runs.models import Run
from runs.outcomes import fail_run
from runs.services import cancel_run
from runs.status import Status
from teams.models import Token
from tests.api.chatting import FACT, QUESTION, end_runs_by, events, found
from tests.calls import ApiClient
from web.hub import Listener, hub

CHAT = "/v1beta/chat/completions"
PATHS = ("/chat/completions", "/v1/chat/completions", CHAT)
NAMED = {"type": "json_schema", "json_schema": {"name": "fact", "schema": FACT}}


def body(model="speed", *messages, **more):
    said = messages or ({"role": "user", "content": QUESTION},)
    return {"model": model, "messages": list(said), **more}


def user(words):
    return {"role": "user", "content": words}


@pytest.fixture
def carried_out(monkeypatch, small_library):
    end_runs_by(monkeypatch, found)


def fail(run):
    run.move_to(Status.QUEUED)
    run.move_to(Status.RUNNING)
    fail_run(run, "The engine failed on this task.")


@pytest.mark.parametrize("path", PATHS)
def test_speed_answers_at_once_and_is_no_run(api, small_library, path):
    answer = api.post(path, body())
    assert answer.status_code == 200
    told = answer.json()
    assert told["choices"][0]["message"] == {"role": "assistant", "content": "Paris"}
    assert (told["basis"], told["interaction_id"], told["model"]) == ([], None, "speed")
    assert not Run.objects.exists()


def test_other_models_are_runs_marked_with_their_token(api, token, carried_out):
    told = api.post(CHAT, body("base")).json()
    run = Run.objects.get()
    assert (run.processor, run.token, run.input) == ("base", token, QUESTION)
    assert told["choices"][0]["message"]["content"] == "Paris"
    assert told["interaction_id"] == run.run_id
    cited = told["basis"][0]["citations"][0]["url"]
    assert cited == "http://testserver/library/france/"


def test_a_conversation_has_a_subject(api, carried_out):
    said = [user("I like France."), {"role": "assistant", "content": "Noted."}, user("What is its capital?")]
    for model in ("speed", "lite"):
        told = api.post(CHAT, body(model, *said)).json()
        assert told["choices"][0]["message"]["content"] == "Paris"


@pytest.mark.parametrize("model", ["speed", "lite"])
def test_it_goes_on_from_an_interaction(api, carried_out, model):
    first = api.post(CHAT, body("lite")).json()["interaction_id"]
    told = api.post(CHAT, body(model, user("And its area?"), previous_interaction_id=first)).json()
    assert told["choices"][0]["message"]["content"] == "643,801 sq km"
    assert told["interaction_id"] != first


@pytest.mark.parametrize("model", ["speed", "lite"])
def test_a_schema_is_obeyed(api, carried_out, model):
    told = api.post(CHAT, body(model, response_format=NAMED)).json()
    assert json.loads(told["choices"][0]["message"]["content"]) == {"capital": "Paris"}


@pytest.mark.parametrize("model", ["speed", "lite"])
def test_any_json_is_an_object(api, carried_out, model):
    told = api.post(CHAT, body(model, response_format={"type": "json_object"})).json()
    assert "Paris" in json.loads(told["choices"][0]["message"]["content"]).values()


@pytest.mark.parametrize("model", ["speed", "lite"])
def test_a_stream_begins_with_who_speaks_and_ends_with_the_evidence(api, carried_out, model):
    answer = api.post(CHAT, body(model, stream=True))
    assert answer["content-type"].startswith("text/event-stream")
    assert answer.content.endswith(b"data: [DONE]\n\n")
    first, *pieces, last = events(answer)
    assert first["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    assert "".join(piece["choices"][0]["delta"]["content"] for piece in pieces) == "Paris"
    assert last["choices"][0]["finish_reason"] == "stop"
    assert bool(last["basis"]) is bool(last["interaction_id"]) is (model != "speed")
    assert len({chunk["id"] for chunk in (first, *pieces, last)}) == 1


@pytest.mark.parametrize(
    ("end", "sentence"),
    [(fail, "The engine failed on this task."), (lambda run: cancel_run(run=run), "cancelled")],
)
def test_a_run_without_an_answer_is_an_error_that_is_not_asked_again(api, monkeypatch, end, sentence):
    end_runs_by(monkeypatch, end)
    answer = api.post(CHAT, body("lite"))
    assert (answer.status_code, answer["x-should-retry"]) == (500, "false")
    assert sentence in answer.json()["error"]["message"]
    (*_, last) = events(api.post(CHAT, body("lite", stream=True)))
    assert sentence in last["error"]["message"]


@pytest.mark.parametrize(
    ("sent", "status", "param"),
    [
        (body("gpt-5"), 404, "model"),
        ({"model": "speed"}, 422, "messages"),
        (body(previous_interaction_id="trun_1"), 404, "previous_interaction_id"),
        (b"{", 422, None),
        (b"[" * 10_000, 422, None),
        (b" " * (1024 * 1024 + 1), 413, None),
    ],
)
def test_what_is_wrong_is_said_in_openais_envelope(api, sent, status, param):
    answer = api.post(CHAT, sent)
    assert answer.status_code == status
    error = answer.json()["error"]
    assert error["param"] == param
    assert error["message"]


def test_another_workspaces_run_is_no_interaction(api, start, outsider):
    elsewhere = start(workspace=outsider.workspace)
    assert api.post(CHAT, body(previous_interaction_id=elsewhere.run_id)).status_code == 404


@pytest.mark.parametrize("stream", [True, False])
def test_without_a_token_nothing_is_asked(workspace, stream):
    answer = ApiClient().post(CHAT, body("lite", stream=stream))
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "invalid_api_key"
    assert not Run.objects.exists()


def test_a_bearer_is_as_good(token, small_library):
    bearer = ApiClient(headers={"authorization": f"Bearer {token.text}"})
    assert bearer.post(CHAT, body()).status_code == 200


def test_a_token_that_may_only_read_asks_nothing(viewers_api):
    assert viewers_api.post(CHAT, body("lite")).status_code == 403
    assert not Run.objects.exists()


def test_too_many_requests_are_told_when_to_come_back(api, settings, small_library):
    settings.API_RATE_LIMITS = {"chat": 1}
    assert api.post(CHAT, body()).status_code == 200
    answer = api.post(CHAT, body())
    assert answer.status_code == 429
    assert int(answer["retry-after"]) >= 1


def test_who_waits_no_longer_gets_the_runs_name(api, workspace):
    answer = api.post(CHAT + "?timeout=0", body("lite"))
    assert answer.status_code == 408
    assert Run.objects.get().run_id in answer.json()["error"]["message"]
    assert Token.objects.count() == 1


@pytest.mark.parametrize(
    ("why", "status"), [("closing", 503), ("withdrawn", 401)], ids=["a restart", "a token taken back"]
)
def test_what_ends_the_wait_is_said(api, monkeypatch, why, status):
    monkeypatch.setattr(hub, "join", lambda *asked: ended_listener(why))
    answer = api.post(CHAT, body("lite"))
    assert answer.status_code == status
    assert events(api.post(CHAT, body("lite", stream=True)))[-1]["error"]["message"]
    assert all(run.is_active for run in Run.objects.all())


def test_a_client_that_leaves_is_told_nothing_and_its_run_goes_on(api, monkeypatch):
    monkeypatch.setattr(hub, "join", lambda *asked: ended_listener("gone"))
    said = []
    monkeypatch.setattr(Call, "reply", lambda call, answer: said.append(answer))
    with pytest.raises(IndexError):  # there is no answer to read
        api.post(CHAT, body("lite"))
    assert said == []
    assert Run.objects.get().is_active


def ended_listener(why):
    listener = Listener(["result"])
    listener.end(why)
    return listener
