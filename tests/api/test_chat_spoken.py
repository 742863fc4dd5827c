"""Chat where a language model answers ``speed``: its words as they come, with sources that are there."""

import asyncio
import json

import pytest
from asgiref.sync import async_to_sync

from api.waiting.call import Call
from api.waiting.chat import chat
from tests.api.chatting import FACT, QUESTION, events
from tests.calls import PATIENCE
from tests.llm.fixtures import llm  # noqa: F401
from tests.llm.modes import babbles, error
from tests.llm.server import says, streams
from web.hub import hub

CHAT = "/v1beta/chat/completions"


def body(question=QUESTION, **more):
    return {"model": "speed", "messages": [{"role": "user", "content": question}], **more}


def words(answer):
    return [event["choices"][0]["delta"].get("content", "") for event in events(answer)]


def test_the_words_come_as_the_model_says_them(api, small_library, llm):  # noqa: F811
    server = llm(streams("Paris", " is the capital", " [1]", " of it [99].", " Yes [", "1]!"))
    answer = api.post(CHAT, body(stream=True))
    assert words(answer) == ["", "Paris", " is the capital", " [1]", " of it.", " Yes", " [1]!", ""]
    assert answer.content.endswith(b"data: [DONE]\n\n")
    assert events(answer)[-1]["choices"][0]["finish_reason"] == "stop"
    (asked,) = server.asked
    assert (asked["model"], asked["stream"]) == ("test-model", True)
    assert "Capital: Paris" in asked["messages"][-1]["content"]
    assert server.keys == ["Bearer sk-secret"]
    assert "sk-secret" not in json.dumps(asked)


def test_the_answer_may_be_waited_for(api, small_library, llm):  # noqa: F811
    llm(streams("It is Paris [1]."))
    told = api.post(CHAT, body()).json()
    assert told["choices"][0]["message"]["content"] == "It is Paris [1]."


def test_a_model_that_fails_leaves_the_engines_own_answer(api, small_library, llm):  # noqa: F811
    llm(error(500, retry_after="600"))
    expected = "Paris\n\n(The language model failed (status 500). This is what was found without it.)"
    assert api.post(CHAT, body()).json()["choices"][0]["message"]["content"] == expected
    assert "".join(words(api.post(CHAT, body(stream=True)))) == expected


@pytest.mark.django_db(transaction=True, databases=["default", "engine"])
def test_json_is_never_streamed_and_fits_its_schema(api, small_library, llm):  # noqa: F811
    server = llm(says("no JSON"))
    named = {"type": "json_schema", "json_schema": {"name": "fact", "schema": FACT}}
    answer = api.post(CHAT, body(response_format=named, stream=True))
    assert json.loads("".join(words(answer))) == {"capital": "Paris"}
    assert not server.asked  # the page says it


def test_the_model_stops_when_the_client_leaves(api, token, small_library, llm):  # noqa: F811
    server = llm(babbles)

    async def asked() -> None:
        left, heard = asyncio.Event(), asyncio.Event()
        sent = iter([{"type": "http.request", "body": json.dumps(body(stream=True)).encode()}])

        async def receive() -> dict:
            if message := next(sent, None):
                return message
            await left.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict) -> None:
            if b"word" in message.get("body", b""):
                heard.set()

        headers = [(b"host", b"testserver"), (b"x-api-key", token.text.encode())]
        scope = {"type": "http", "method": "POST", "path": CHAT, "query_string": b"", "headers": headers}
        serving = asyncio.create_task(chat(Call(scope, receive, send)))
        await asyncio.wait_for(heard.wait(), PATIENCE)
        left.set()
        await asyncio.wait_for(serving, PATIENCE)

    async_to_sync(asked)()
    assert server.left.wait(PATIENCE)
    assert f"chat:{token.pk}" not in hub.listeners
