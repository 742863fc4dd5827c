"""The chat page where a hosted provider answers: its words as they come, and nothing kept of ``speed``."""

import json
from collections.abc import Iterator

import pytest
from asgiref.sync import async_to_sync

from dispatch.chat import connections
from playground.chat import Ending, shown_words
from provider.answers import Citation, Excerpt, FieldBasis
from runs.models import Run
from teams.models import Provider
from teams.providers import create_hosted_provider, make_default
from tests.playground.test_chat import FACT, FRANCE, URL, form
from tests.upstream import Upstream, running
from web.hub import hub
from web.text import pretty_json


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with running() as upstream:
        yield upstream


@pytest.fixture(autouse=True)
def parallel(workspace, upstream) -> Provider:
    return create_hosted_provider(
        workspace=workspace, name="Parallel", base_url=upstream.url, key="k", make_default=True
    )


def told(answer, until=None):
    """The events of a streamed answer: all, or those up to the first of this kind, where the page is left."""

    async def read() -> list[dict]:
        heard = []
        parts = answer.streaming_content
        try:
            async for part in parts:
                heard += [json.loads(line) for line in part.splitlines() if line]
                if until and heard[-1]["event"] == until:
                    await parts.aclose()
                    break
        finally:
            await connections.aclose()
        return heard

    return async_to_sync(read)()


def test_speed_is_said_as_it_comes_and_is_no_run(client, upstream):
    *pieces, done = told(client.post(URL, form(FRANCE, "Paris.", "And its area?")))
    assert len(pieces) == upstream.chat_chunks
    assert "".join(piece["text"] for piece in pieces) == done["text"] == "What was found about And its area?"
    assert "Not kept as a run" in done["html"]
    assert upstream.state.chats[0].body == {
        "model": "speed",
        "stream": True,
        "messages": [
            {"role": "user", "content": FRANCE},
            {"role": "assistant", "content": "Paris."},
            {"role": "user", "content": "And its area?"},
        ],
    }
    assert not Run.objects.exists()


def test_an_answer_can_be_json_by_a_schema(client, upstream):
    asked = form(FRANCE, format="json", schema=pretty_json(FACT))
    done = told(client.post(URL, asked))[-1]
    assert "capital" in json.loads(done["text"])
    assert 'class="turn-json"' in done["html"]
    sent = upstream.state.chats[0].body["response_format"]
    assert sent == {"type": "json_schema", "json_schema": {"name": "answer", "schema": FACT}}


def test_the_page_says_who_answers(client, parallel):
    assert "Parallel answers" in client.get("/chat/").text
    make_default(provider=parallel.workspace.providers.get(slug="engine"))
    assert "Parallel answers" not in client.get("/chat/").text


@pytest.mark.parametrize("model", ["lite", "base", "core"])
def test_the_other_models_are_runs_of_the_provider(client, parallel, upstream, model):
    client.post(URL, form(FRANCE, model=model)).close()
    run = Run.objects.get()
    assert (run.provider, run.processor) == (parallel, model)
    assert upstream.state.chats == []


@pytest.mark.parametrize(
    ("faults", "sentence"),
    [
        ({"refuse_key": True}, "Parallel refuses the key"),
        ({"no_credit": True}, "no credit left"),
        ({"down": True}, "The connection to Parallel broke"),
    ],
)
def test_what_goes_wrong_is_said_and_leads_to_no_run(client, upstream, faults, sentence):
    upstream.faults = faults
    (over,) = told(client.post(URL, form(FRANCE)))
    assert over["event"] == "over"
    assert sentence in over["message"]
    assert "url" not in over


def test_words_that_break_off_are_no_answer(client, upstream):
    upstream.faults = {"cut_stream": 0.5}
    assert told(client.post(URL, form(FRANCE)))[-1]["event"] == "over"


def test_a_key_that_cannot_be_read_gives_the_question_back(client, parallel):
    Provider.objects.filter(pk=parallel.pk).update(sealed_key="nonsense")
    refused = client.post(URL, form(FRANCE))
    assert refused.status_code == 422
    assert "Enter the key again" in refused.json()["errors"][0]


def test_a_provider_that_says_nothing_is_told_of(client, monkeypatch):
    monkeypatch.setattr("tests.upstream.chat.Chat.words", "")
    (over,) = told(client.post(URL, form(FRANCE)))
    assert over["message"] == "Parallel answered without a word. Ask again."


def test_who_leaves_stops_the_provider(client, upstream):
    upstream.chat_chunks, upstream.chunk_seconds = 1000, 0.05
    told(client.post(URL, form("a question of many words " * 20)), until="text")
    assert upstream.wait_until(lambda state: state.chats[-1].left)
    assert not any(topic.startswith("chat:session") for topic in hub.listeners)


def test_an_answer_ends_with_the_session(client, upstream, monkeypatch):
    monkeypatch.setattr(hub, "closing", True)
    assert "broke off" in told(client.post(URL, form(FRANCE)))[-1]["message"]
    assert upstream.wait_until(lambda state: state.chats)


def test_what_carries_an_answer_is_shown_and_what_is_no_json_stays_text():
    cited = Citation("https://example.com/", "A page", (Excerpt("Paris is the capital"),))
    ending = Ending((FieldBasis("output", "It says so.", "high", (cited,)),))
    shown = shown_words("Paris", True, ending)
    assert (shown.text, shown.is_json) == ("Paris", False)
    (part,) = shown.parts
    assert (part.confidence, part.sources[0].domain) == ("high", "example.com")
    assert "Paris%20is%20the%20capital" in part.sources[0].link
