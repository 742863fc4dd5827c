"""The Chat API of a provider: a request goes out as it is, and the answer's bytes come back as they are.

Nothing is asked twice. Leaving an answer before its end closes the connection, and so stops the provider.
What goes wrong is told by the class of the error (``provider.errors``).
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from yarl import URL

from provider.answers import FieldBasis, error_sentence, load, read_basis, read_object
from provider.client import BROKEN, LONGEST_ANSWER, broken, said_in
from provider.errors import Doubtful, Failed, Unreadable
from provider.sse import Parser, TooLong
from provider.transport import CONNECT_SECONDS, headers_for, is_forbidden, open_session

PATH = "/chat/completions"
SILENCE_SECONDS = 120.0
"""How long nothing may come, before the first byte or later."""
LONGER_SILENCE = {"core": 600.0}
"""Models that may take minutes before they say a word."""
KINDS = ("application/json", "text/event-stream")
HEADERS = {"content-type": "application/json", "accept": ", ".join(KINDS)}
DONE = b"[DONE]"


@dataclass(frozen=True, slots=True)
class ChatAnswer:
    """An answer whose head is there; its body is read once, by one of the methods."""

    response: aiohttp.ClientResponse

    @property
    def status(self) -> int:
        return self.response.status

    def header(self, name: str) -> str:
        return self.response.headers.get(name, "")

    async def parts(self) -> AsyncIterator[bytes]:
        """The body as its bytes come, cut anywhere."""
        size = 0
        try:
            async for part in self.response.content.iter_any():
                size += len(part)
                if size > LONGEST_ANSWER:
                    raise Unreadable("The provider's answer is too long.")
                yield part
        except BROKEN as error:
            raise broken(error) from error

    async def body(self) -> bytes:
        return b"".join([part async for part in self.parts()])

    async def sentence(self) -> str:
        """What the body of a refusal says; empty if it says nothing."""
        try:
            return said_in(await self.body())[0]
        except Failed:
            return ""

    def check_kind(self) -> None:
        """Unreadable if this is no answer of a Chat API, but a page of something in between, say."""
        kind = self.header("content-type").partition(";")[0].strip().lower()
        if kind not in KINDS:
            raise Unreadable("This address answers, but not as the Chat API does.")


class ChatClient:
    """Open it inside the event loop that uses it, and close it there; ValueError for a forbidden address.

    It uses the session itself: for a hundred chats at a time, httpx in between costs a third of the work.
    """

    def __init__(self, base_url: str, key: str) -> None:
        self.url = URL(base_url.rstrip("/") + PATH)
        if is_forbidden(self.url.host or ""):
            raise ValueError("This address is never connected to.")
        self.session = open_session()
        self.headers = headers_for(key) | HEADERS

    async def aclose(self) -> None:
        await self.session.close()

    @asynccontextmanager
    async def ask(self, body: bytes, model: str) -> AsyncIterator[ChatAnswer]:
        """The answer to this request, whatever its status, as soon as it begins."""
        silence = LONGER_SILENCE.get(model, SILENCE_SECONDS)
        limits = aiohttp.ClientTimeout(sock_connect=CONNECT_SECONDS, sock_read=silence)
        try:
            response = await self.session.post(
                self.url, data=body, headers=self.headers, timeout=limits, allow_redirects=False
            )
        except BROKEN as error:
            raise broken(error) from error
        try:
            yield ChatAnswer(response)
        finally:
            response.close()


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of an answer, with what carries it as far as the model says."""

    basis: tuple[FieldBasis, ...]


async def words_of(answer: ChatAnswer) -> AsyncIterator[str | Ending]:
    """The words of a streamed answer as they come, then its Ending; Doubtful if it breaks off before."""
    parser, basis, is_whole = Parser(), (), False
    try:
        async for part in answer.parts():
            for event in parser.feed(part):
                if event.data == DONE:
                    is_whole = True
                    continue
                chunk = read_chunk(event.data)
                basis = read_basis(chunk.get("basis")) or basis
                words, is_last = words_in(chunk)
                is_whole = is_whole or is_last
                if words:
                    yield words
    except TooLong as error:
        raise Unreadable("The provider's answer is too long.") from error
    if not is_whole:
        raise Doubtful("The provider's answer broke off.")
    yield Ending(basis)


def read_chunk(data: bytes) -> dict[str, Any]:
    chunk = read_object(load(data), "chunk")
    if chunk.get("error"):
        raise Doubtful(error_sentence(chunk) or "The provider ended its answer with an error.")
    return chunk


def words_in(chunk: dict[str, Any]) -> tuple[str, bool]:
    """What a chunk adds to the answer, and whether it is the last one."""
    choices = chunk.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    if not isinstance(choice, dict):
        return "", False
    delta = choice.get("delta")
    words = delta.get("content") if isinstance(delta, dict) else ""
    return words if isinstance(words, str) else "", bool(choice.get("finish_reason"))


def ran_out_of_time(error: BaseException | None) -> bool:
    """Whether it all goes back to a time that was up, and not to a connection that broke."""
    while error is not None:
        if isinstance(error, TimeoutError):
            return True
        error = error.__cause__
    return False
