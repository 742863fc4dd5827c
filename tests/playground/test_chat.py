import json

import pytest
from asgiref.sync import async_to_sync

from dispatch.engine_jobs import carry_out
from engine.research import research
from playground.chat import LONGEST_BEFORE, newest
from provider.types_conversation import conversation_in
from runs.models import Run
from runs.outcomes import fail_run
from runs.services import cancel_run
from runs.status import Status
from tests.conftest import signed_in
from web.text import pretty_json

URL = "/chat/answer/"
FRANCE = "What is the capital of France?"
FACT = {
    "type": "object",
    "properties": {"capital": {"type": "string", "description": "The capital"}},
    "required": ["capital"],
    "additionalProperties": False,
}


def form(*words, model="speed", **more):
    """A talk in which a person and the page speak by turns."""
    roles = ["user", "assistant"] * len(words)
    talk = [{"role": role, "content": word} for role, word in zip(roles, words, strict=False)]
    return {"messages": json.dumps(talk), "model": model, "format": "text", "schema": "", **more}


def told(answer):
    """The events of a streamed answer, read to its end."""

    async def read():
        return b"".join([part async for part in answer])

    assert answer["content-type"] == "application/x-ndjson"
    return [json.loads(line) for line in async_to_sync(read)().splitlines() if line]


def carried_out():
    run = Run.objects.get()
    run.move_to(Status.QUEUED)
    carry_out(run.pk, research)
    return run


def test_the_page_asks_for_a_question(client):
    page = client.get("/chat/").text
    assert 'id="question"' in page
    assert all(f'value="{model}"' in page for model in ("speed", "lite", "base", "core"))


def test_a_viewer_is_told_what_is_needed(viewer):
    page = viewer.get("/chat/").text
    assert "needs the role editor" in page
    assert 'id="question"' not in page
    assert viewer.post(URL, form(FRANCE)).status_code == 403


def test_a_visitor_signs_in_first(visitor):
    assert "/accounts/login/" in visitor.get("/chat/").url


@pytest.mark.parametrize(("path", "method"), [("/chat/", "post"), (URL, "get")])
def test_other_methods_are_refused(client, path, method):
    assert getattr(client, method)(path).status_code == 405


def test_speed_answers_at_once_and_is_no_run(client, small_library):
    *pieces, done = told(client.post(URL, form(FRANCE)))
    assert "".join(piece["text"] for piece in pieces) == done["text"] == "Paris"
    assert "See it marked in its page" in done["html"]
    assert "/library/france/?v=" in done["html"]
    assert not Run.objects.exists()


def test_other_models_are_runs_that_the_answer_leads_to(client, member, small_library):
    answer = client.post(URL, form(FRANCE, model="lite"))
    run = carried_out()
    assert (run.processor, run.made_by, run.input) == ("lite", member, FRANCE)
    first, *_, done = told(answer)
    assert first == {"event": "run", "url": run.get_absolute_url(), "id": run.run_id}
    assert done["text"] == "Paris"
    assert run.get_absolute_url() in done["html"]


def test_it_goes_on_from_what_was_said(client, small_library):
    told(client.post(URL, form(FRANCE, "Paris", "And its area?")))
    answer = client.post(URL, form(FRANCE, "Paris", "And its area?", model="base"))
    assert conversation_in(carried_out().input).question == "And its area?"
    assert told(answer)[-1]["text"] == "643,801 sq km"


def test_an_answer_can_be_json_by_a_schema(client, small_library):
    asked = form("France", model="lite", format="json", schema=pretty_json(FACT))
    answer = client.post(URL, asked)
    carried_out()
    done = told(answer)[-1]
    assert json.loads(done["text"]) == {"capital": "Paris"}
    assert "<bdi>capital</bdi>" in done["html"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"messages": "["}, "Reload the page"),
        ({"messages": "[]"}, "messages"),
        ({"messages": '[{"role": "user", "content": ""}]'}, "Write what you ask"),
        ({"messages": '["hello"]'}, "object"),
        ({"model": "gpt-5"}, "no model"),
        ({"format": "json", "schema": "{"}, "Schema, line 1"),
        ({"format": "json", "schema": '{"type": "array"}'}, "Schema, line 1"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_run(client, wrong, sentence):
    refused = client.post(URL, form(FRANCE, model="lite") | wrong)
    assert refused.status_code == 422
    assert sentence in refused.json()["errors"][0]
    assert not Run.objects.exists()


def test_an_answer_is_text_and_never_markup(client, small_library):
    answer = client.post(URL, form("<b>Atlantis</b>"))
    assert "<b>" not in told(answer)[-1]["html"]


def test_a_run_that_failed_says_where_to_look(client):
    answer = client.post(URL, form(FRANCE, model="lite"))
    run = Run.objects.get()
    run.move_to(Status.QUEUED)
    fail_run(run, "The engine failed.")
    over = told(answer)[-1]
    assert (over["event"], over["url"]) == ("over", run.get_absolute_url())
    assert "failed" in over["message"]


def test_an_answer_can_be_stopped(client):
    answer = client.post(URL, form(FRANCE, model="lite"))
    run = Run.objects.get()
    assert client.post(f"/chat/{run.run_id}/stop/").status_code == 204
    assert told(answer)[-1]["message"] == "Stopped. There is no answer."


def test_nobody_stops_another_workspaces_run(outside, client):
    client.post(URL, form(FRANCE, model="lite")).close()
    run = Run.objects.get()
    assert outside.post(f"/chat/{run.run_id}/stop/").status_code == 404
    run.refresh_from_db()
    assert run.is_active


def test_the_oldest_of_a_long_talk_is_left_out():
    talk = [{"role": "user", "content": "x" * (LONGEST_BEFORE // 2)} for _ in range(5)]
    assert len(newest(talk)) == 3


def test_a_stop_after_the_end_changes_nothing(client, member, small_library):
    client.post(URL, form(FRANCE, model="lite")).close()
    run = carried_out()
    assert not cancel_run(run=Run.objects.get())
    assert signed_in(member).post(f"/chat/{run.run_id}/stop/").status_code == 204


def test_the_run_of_a_talk_can_be_duplicated_and_repeated(client, small_library):
    told(client.post(URL, form(FRANCE)))
    client.post(URL, form(FRANCE, "Paris", "And its area?", model="lite")).close()
    run = carried_out()
    assert client.get(f"/playground/?from={run.run_id}").status_code == 200
    client.post(f"{run.get_absolute_url()}retry/")
    assert Run.objects.get(retry_of=run).input == run.input
