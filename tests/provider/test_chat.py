"""A provider's chat as its client sees it."""

import asyncio
from collections.abc import Iterator

import orjson
import pytest

from provider.chat import ChatAnswer, ChatClient, Ending, ran_out_of_time, words_of
from provider.errors import Doubtful, Failed, Unreachable, Unreadable
from tests.upstream import Upstream, running

BODY = {"model": "lite", "stream": True, "messages": [{"role": "user", "content": "France"}]}


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with running(key="k") as upstream:
        yield upstream


def asked(url, read, body=BODY, key="k"):
    """What `read` makes of the answer."""

    async def ask():
        client = ChatClient(url, key)
        try:
            async with client.ask(orjson.dumps(body), body["model"]) as answer:
                return await read(answer)
        finally:
            await client.aclose()

    return asyncio.run(ask())


async def all_words(answer):
    return [piece async for piece in words_of(answer)]


def test_the_words_come_in_order_and_their_evidence_last(upstream):
    *words, ending = asked(upstream.url, all_words)
    assert len(words) == upstream.chat_chunks
    assert "".join(words) == "What was found about France"
    assert [entry.confidence for entry in ending.basis] == ["high"]


def test_an_answer_is_told_with_its_status_whatever_it_is(upstream):
    async def read(answer):
        return answer.status, await answer.sentence()

    status, sentence = asked(upstream.url, read, key="another")
    assert status == 401
    assert "Unauthorized" in sentence


def test_leaving_early_closes_the_connection(upstream):
    upstream.chat_chunks, upstream.chunk_seconds = 1000, 0.05

    async def read(answer):
        return await anext(answer.parts())

    assert asked(upstream.url, read, BODY | {"messages": [{"role": "user", "content": "long " * 300}]})
    assert upstream.wait_until(lambda state: state.chats[-1].left)


@pytest.mark.parametrize("share", [1.0, 0.4])
def test_words_that_break_off_are_in_doubt(upstream, share):
    upstream.faults = {"cut_stream": share}
    with pytest.raises(Doubtful) as caught:
        asked(upstream.url, all_words)
    assert not ran_out_of_time(caught.value)


def test_a_stream_that_falls_silent_runs_out_of_time(upstream, monkeypatch):
    monkeypatch.setattr("provider.chat.SILENCE_SECONDS", 0.05)
    upstream.faults = {"stall_stream": 1.0}
    with pytest.raises(Doubtful) as caught:
        asked(upstream.url, all_words)
    assert ran_out_of_time(caught.value)


def test_a_provider_that_is_not_there_got_nothing():
    with pytest.raises(Unreachable):
        asked("http://127.0.0.1:1", all_words)


def test_an_address_of_this_machines_link_is_never_connected_to():
    with pytest.raises(ValueError, match="never connected"):
        asked("http://169.254.169.254", all_words)


class Written:
    """Stands in for an answer whose body is known."""

    def __init__(self, *parts: bytes) -> None:
        self.written = parts

    async def parts(self):
        for part in self.written:
            yield part


def read(*parts: bytes):
    return asyncio.run(all_words(Written(*parts)))


@pytest.mark.parametrize(
    "parts",
    [
        (b'data: {"choices":[{"delta":{"content":"Par', b'is"}}]}\r\n\r', b"\ndata: [DONE]\n\n"),
        (b': ping\n\ndata: {"choices":[{"delta":{"content":"Paris"},"finish_reason":"stop"}]}\n\n',),
        (b'data: {"choices":[]}\n\ndata: {"choices":[{"delta":{"content":"Paris"}}]}\n\ndata: [DONE]\n\n',),
        (b'data: {"choices":[{"delta":{"content":"Paris"}}],"basis":[7],"usage":1}\n\ndata: [DONE]\n\n',),
    ],
)
def test_chunks_may_be_cut_anywhere_and_hold_more_or_less(parts):
    assert read(*parts) == ["Paris", Ending(())]


@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        (b'data: {"error":{"message":"Overloaded"}}\n\n', "Overloaded"),
        (b'data: {"error":"no"}\n\n', "ended its answer with an error"),
        (b"data: {\n\n", "not JSON"),
        (b"data: 5\n\n", "no chunk"),
        (b"", "broke off"),
        (b'data: {"choices":[{"delta":{"content":7}}]}\n\n', "broke off"),
    ],
)
def test_what_is_no_whole_answer_is_in_doubt(part, sentence):
    with pytest.raises(Doubtful, match=sentence):
        read(part)


@pytest.mark.parametrize("kind", ["text/html", "", "application/jsonp"])
def test_a_page_is_no_answer(kind):
    class Response:
        headers = {"content-type": kind}

    with pytest.raises(Unreadable):
        ChatAnswer(Response()).check_kind()


def test_a_refusal_that_breaks_off_says_nothing():
    class Broken(ChatAnswer):
        async def body(self):
            raise Failed

    assert asyncio.run(Broken(None).sentence()) == ""
