"""Chat with a hosted provider: what was sent goes there, and what comes back is passed on byte by byte."""

import asyncio
import json
from collections.abc import Iterator

import httpx
import pytest
from asgiref.sync import async_to_sync, sync_to_async

from api.waiting.asking import Knock, admit_all
from api.waiting.call import Call
from api.waiting.chat import chat
from dispatch.chat import connections
from dispatch.models import HostedGroup, HostedRun, Submission
from runs.models import Run
from teams.models import Provider
from teams.providers import create_hosted_provider, make_default
from tests.api.chatting import QUESTION
from tests.calls import PATIENCE
from tests.upstream import Upstream, running
from web.hub import hub

PATHS = ("/chat/completions", "/v1/chat/completions", "/v1beta/chat/completions")
KEY = "the-key-of-the-provider"
NEVER_SENT = "trun_" + "a" * 32


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with running(key=KEY) as upstream:
        yield upstream


@pytest.fixture
def parallel(workspace, upstream) -> Provider:
    """The workspace's default provider."""
    return create_hosted_provider(
        workspace=workspace, name="Parallel", base_url=upstream.url, key=KEY, make_default=True
    )


class Client:
    """One call as the web process serves it, with a client that can leave, in an event loop of its own."""

    def __init__(self, token: str, body: object, **headers: str) -> None:
        sent = {"host": "testserver", "x-api-key": token} | headers
        self.scope = {
            "type": "http",
            "method": "POST",
            "path": "/chat/completions",
            "query_string": b"",
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in sent.items()],
        }
        self.body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.messages: list[dict] = []
        self.is_asked = False

    async def receive(self) -> dict:
        if not self.is_asked:
            self.is_asked = True
            return {"type": "http.request", "body": self.body, "more_body": False}
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict) -> None:
        self.messages.append(message)
        if message.get("body"):
            self.heard.set()

    async def start(self) -> asyncio.Task:
        self.left, self.heard = asyncio.Event(), asyncio.Event()
        return asyncio.create_task(chat(Call(self.scope, self.receive, self.send)))

    def ask(self) -> httpx.Response:
        async def asked() -> None:
            try:
                await asyncio.wait_for(await self.start(), PATIENCE)
            finally:
                await connections.aclose()

        async_to_sync(asked)()
        return self.answer

    @property
    def answer(self) -> httpx.Response:
        head, *parts = self.messages
        assert parts
        assert parts[-1].get("more_body", False) is False
        content = b"".join(part["body"] for part in parts)
        return httpx.Response(head["status"], headers=head["headers"], content=content)


@pytest.fixture
def ask(token):
    def ask(body: object, **headers: str) -> httpx.Response:
        return Client(token.text, body, **headers).ask()

    return ask


def body(model="speed", question=QUESTION, **more):
    return {"model": model, "messages": [{"role": "user", "content": question}], **more}


def chunks(answer):
    lines = [line.removeprefix("data: ") for line in answer.text.split("\n") if line.startswith("data: ")]
    return [json.loads(line) for line in lines if line != "[DONE]"]


@pytest.mark.parametrize("model", ["speed", "lite", "base", "core"])
def test_every_model_is_passed_on_and_is_no_run(ask, parallel, upstream, model):
    answer = ask(body(model, temperature=0.5))
    told = answer.json()
    assert answer.status_code == 200
    assert told["choices"][0]["message"]["content"] == f"What was found about {QUESTION}"
    assert told["interaction_id"].startswith("inter_")
    assert upstream.state.chats[-1].body == body(model, temperature=0.5)
    assert not Run.objects.exists()


def test_the_bytes_of_a_stream_are_the_providers(ask, parallel, upstream):
    sent = b'{"model":"lite",  "stream":true,"messages":[{"role":"user","content":"\\u0046rance"}]}'
    answer = ask(sent)
    direct = httpx.post(f"{upstream.url}/chat/completions", content=sent, headers={"x-api-key": KEY})
    assert answer.headers["content-type"] == direct.headers["content-type"]
    assert without_ids(answer.content) == without_ids(direct.content)
    assert answer.content.endswith(b"data: [DONE]\n\n")
    assert chunks(answer)[-1]["basis"]


def without_ids(content):
    """The events without what each answer has of its own."""
    events = content.split(b"\n\n")
    own = ("id", "created", "interaction_id")
    loads = (json.loads(event.removeprefix(b"data: ")) for event in events if event.startswith(b"data: {"))
    return [{name: value for name, value in event.items() if name not in own} for event in loads]


def test_the_caller_never_learns_the_key_nor_the_provider_the_token(ask, parallel, upstream, token):
    answer = ask(body(), authorization=f"Bearer {token.text}")
    assert KEY not in str(answer.headers) + answer.text
    assert answer.status_code == 200  # the provider refuses every key but its own


def test_what_is_wrong_is_said_before_anybody_is_asked(ask, parallel, upstream):
    assert ask(body("gpt-5")).status_code == 404
    assert ask(b"{").status_code == 422
    assert upstream.state.chats == []


def test_a_header_names_another_provider(ask, parallel, upstream, small_library):
    here = ask(body(), x_groundwork_provider="engine")
    assert here.json()["choices"][0]["message"]["content"] == "Paris"
    assert upstream.state.chats == []
    make_default(provider=parallel.workspace.providers.get(slug="engine"))
    assert ask(body(), x_groundwork_provider="parallel").status_code == 200
    assert len(upstream.state.chats) == 1


def test_a_header_that_names_no_provider_is_told_which_there_are(ask, parallel):
    answer = ask(body(), x_groundwork_provider="nobody")
    assert answer.status_code == 422
    assert "There is engine, parallel." in answer.json()["error"]["message"]


def test_a_response_stays_a_run_whoever_answers(api, parallel, upstream):
    asked = {"model": "parallel", "input": QUESTION}
    for headers, provider in (({}, parallel), ({"x-groundwork-provider": "engine"}, None)):
        assert api.post("/v1/responses?timeout=0", asked, headers=headers).status_code == 408
        run = Run.objects.latest("created_at")
        assert run.provider.is_hosted is bool(provider)
    assert upstream.state.chats == []


def test_a_request_that_cannot_be_looked_at_spoils_no_other(token):
    def fails(body: object) -> None:
        raise RecursionError

    knocks = [Knock(token.text, "", b"{}", parse, "chat", 422) for parse in (fails, lambda body: "asked")]
    spoilt, good = async_to_sync(admit_all)(knocks)
    assert isinstance(spoilt, RecursionError)
    assert good.asked == "asked"


# Going on from an answer


def known_there(run, provider, interaction):
    group = HostedGroup.objects.create(
        provider=provider, upstream_id="tgrp_1", owner="w", lease_until=run.created_at
    )
    submission = Submission.objects.create(provider=provider, group=group, size=1)
    names = {"upstream_id": "trun_there", "interaction_id": interaction}
    HostedRun.objects.create(run=run, provider=provider, group=group, submission=submission, **names)


def test_a_run_of_ours_is_named_as_the_provider_knows_it(ask, parallel, upstream, start):
    run = start()
    known_there(run, parallel, "inter_there")
    assert ask(body(previous_interaction_id=run.run_id, seed=2**70)).status_code == 200
    assert upstream.state.chats[-1].body == body(previous_interaction_id="inter_there", seed=2**70)


def test_a_run_that_the_provider_does_not_know_is_refused(ask, parallel, upstream, start):
    answer = ask(body(previous_interaction_id=start().run_id))
    assert answer.status_code == 404
    error = answer.json()["error"]
    assert error["message"].startswith("Parallel does not know this earlier answer")
    assert error["param"] == "previous_interaction_id"
    assert upstream.state.chats == []


@pytest.mark.parametrize("name", ["inter_theirs", NEVER_SENT])
def test_a_name_that_is_none_of_ours_passes_as_it_is(ask, parallel, upstream, name):
    assert ask(body(previous_interaction_id=name)).status_code == 200
    assert upstream.state.chats[-1].body["previous_interaction_id"] == name


def test_another_workspaces_run_is_none_of_ours(ask, parallel, upstream, start, outsider):
    elsewhere = start(workspace=outsider.workspace)
    assert ask(body(previous_interaction_id=elsewhere.run_id)).status_code == 200
    assert upstream.state.chats[-1].body["previous_interaction_id"] == elsewhere.run_id


# What goes wrong


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize(
    ("faults", "status", "sentence"),
    [
        ({"refuse_key": True}, 502, "Parallel refuses the key of this workspace's provider. An admin can"),
        ({"no_credit": True}, 402, "The account of this workspace at Parallel has no credit left."),
        ({"rate_limited_for": 60, "retry_after": 7}, 429, "Parallel: Too many requests"),
        ({"bad_gateway": True}, 502, "Parallel failed (502)"),
        ({"down": True}, 502, "The connection to Parallel broke"),
    ],
    ids=["key", "credit", "rate", "gateway", "down"],
)
def test_what_the_provider_refuses_is_an_openai_error(
    ask, parallel, upstream, faults, status, sentence, stream
):
    upstream.faults = faults
    answer = ask(body(stream=stream))
    assert answer.status_code == status
    assert answer.json()["error"]["message"].startswith(sentence)
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers.get("retry-after") == ("7" if status == 429 else None)


def test_a_provider_that_is_not_there_may_be_asked_again(ask, parallel):
    Provider.objects.filter(pk=parallel.pk).update(base_url="http://127.0.0.1:1")
    answer = ask(body())
    assert (answer.status_code, answer.headers.get("x-should-retry")) == (502, None)
    assert answer.json()["error"]["message"] == "Parallel can't be reached. Try again later."


def test_what_may_have_been_begun_is_not_asked_again(ask, parallel, upstream):
    upstream.faults = {"down": True}
    assert ask(body()).headers["x-should-retry"] == "false"


def test_an_address_that_is_never_connected_to_is_said(ask, parallel):
    Provider.objects.filter(pk=parallel.pk).update(base_url="http://169.254.169.254")
    answer = ask(body())
    assert answer.status_code == 502
    assert "never connected to" in answer.json()["error"]["message"]


def test_a_key_that_cannot_be_read_is_said(ask, parallel):
    Provider.objects.filter(pk=parallel.pk).update(sealed_key="nonsense")
    answer = ask(body())
    assert answer.status_code == 502
    assert "Enter the key again" in answer.json()["error"]["message"]


@pytest.mark.parametrize("fault", ["cut_stream"])
def test_a_stream_that_breaks_ends_with_an_error(ask, parallel, upstream, fault):
    upstream.faults = {fault: 1.0}
    answer = ask(body(stream=True))
    assert answer.status_code == 200
    *_, last = answer.text.split("\n\n")[:-1]
    assert json.loads(last.removeprefix("data: "))["error"]["message"].startswith(
        "The connection to Parallel"
    )
    assert "[DONE]" not in answer.text


def test_silence_is_bounded(ask, parallel, upstream, monkeypatch):
    monkeypatch.setattr("provider.chat.SILENCE_SECONDS", 0.05)
    upstream.faults = {"stall_stream": 1.0}
    answer = ask(body(stream=True))
    error = (json.loads(answer.text.split("data: ")[-1]) if answer.status_code == 200 else answer.json())[
        "error"
    ]
    assert error["message"] == "Parallel did not answer in time."


def test_an_answer_is_bounded_in_size(ask, parallel, monkeypatch):
    monkeypatch.setattr("provider.chat.LONGEST_ANSWER", 100)
    answer = ask(body())
    assert answer.status_code == 502
    assert "too long" in answer.json()["error"]["message"]


# Who leaves


@pytest.fixture
def slow(upstream) -> Upstream:
    """It says a word now and then, for longer than any test lasts."""
    upstream.chat_chunks, upstream.chunk_seconds = 1000, 0.05
    return upstream


def cut_off(client, cut) -> None:
    """Ask, hear the beginning, cut the call off, and be served to the end of it."""

    async def asked() -> None:
        serving = await client.start()
        try:
            await asyncio.wait_for(client.heard.wait(), PATIENCE)
            await cut(client)
            await asyncio.wait_for(serving, PATIENCE)
        finally:
            serving.cancel()
            await connections.aclose()

    async_to_sync(asked)()


LONG = "a question of many words " * 40


@pytest.mark.parametrize("why", ["closing", "withdrawn"])
def test_the_provider_stops_when_the_listening_is_over(parallel, slow, token, why):
    async def end(_: Client) -> None:
        (listener,) = hub.listeners[f"chat:{token.pk}"]
        assert listener.grant == f"token:{token.pk}"
        listener.end(why)

    client = Client(token.text, body(question=LONG, stream=True))
    cut_off(client, end)
    assert slow.wait_until(lambda state: state.chats[-1].left)
    assert "error" in chunks(client.answer)[-1]


def test_the_provider_stops_when_the_client_leaves(parallel, slow, token):
    async def leave(client: Client) -> None:
        client.left.set()

    client = Client(token.text, body(question=LONG, stream=True))
    cut_off(client, leave)
    assert slow.wait_until(lambda state: state.chats[-1].left)
    assert client.messages[-1]["more_body"]  # nothing is said to nobody
    assert f"chat:{token.pk}" not in hub.listeners


def test_the_provider_stops_when_the_web_process_gives_the_call_up(parallel, slow, token):
    async def asked() -> None:
        client = Client(token.text, body(question=LONG, stream=True))
        serving = await client.start()
        await asyncio.wait_for(client.heard.wait(), PATIENCE)
        serving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await serving
        await connections.aclose()

    async_to_sync(asked)()
    assert slow.wait_until(lambda state: state.chats[-1].left)


def test_who_waits_for_a_whole_answer_can_leave_too(parallel, slow, token):
    async def asked() -> None:
        client = Client(token.text, body())
        serving = await client.start()
        assert await sync_to_async(slow.wait_until, thread_sensitive=False)(lambda state: state.chats)
        client.left.set()
        await asyncio.wait_for(serving, PATIENCE)
        await connections.aclose()
        assert client.messages == []

    async_to_sync(asked)()
    assert slow.wait_until(lambda state: state.chats[-1].left)
