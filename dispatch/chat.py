"""Chat that is no run, as a hosted provider answers it. The engine's is in ``dispatch.speed``."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from dispatch.hosted.asked import interactions_of
from provider.chat import ChatAnswer, ChatClient, Ending, ran_out_of_time, words_of
from provider.errors import Failed, Unreachable
from provider.types_chat import ChatRequest
from runs.converters import run_uuid
from runs.models import Run
from teams.models import Provider
from teams.secrets import Unreadable
from web.text import read_json

__all__ = ["Ending", "NotPassedOn", "Passage", "connections", "opened", "passage", "spoken"]

MOST_CLIENTS = 32
"""Kept open for later chats; each has connections of its own."""
LONGEST_SECONDS = 3600.0


class NotPassedOn(Exception):
    """The provider gave no answer, or not all of it; the text is a sentence that names it."""

    def __init__(
        self, status: int, sentence: str, *, param: str | None = None, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(sentence)
        self.code = status
        """What an API says for it. Never 401, which would speak of the caller's own token."""
        self.param = param
        self.headers = headers or {}


DO_NOT_REPEAT = {"x-should-retry": "false"}
"""For the SDKs, which ask again after most errors."""


class Passage(NamedTuple):
    """A request on its way to a provider, with all that its sending needs, so that no table is read again."""

    name: str
    base_url: str
    key: str
    model: str
    body: bytes


def passage(provider: Provider, request: ChatRequest, sent: bytes | None = None) -> Passage:
    """This request for this provider, in the bytes that the client sent if there are any.

    NotPassedOn if the provider can't know what it goes on from, or its key can't be read.
    """
    try:
        key = provider.key
    except Unreadable as error:
        raise NotPassedOn(502, f"{provider.name} can't be asked. {error}", headers=DO_NOT_REPEAT) from error
    body = wire_of(request) if sent is None else named_there(provider, request, sent)
    return Passage(provider.name, provider.base_url, key, request.model, body)


def named_there(provider: Provider, request: ChatRequest, sent: bytes) -> bytes:
    """What was sent, with a run of ours under the name that it has at the provider. Other names pass."""
    name = request.previous_interaction_id
    pk = run_uuid(name) if name else None
    if pk is None or not Run.objects.filter(pk=pk, workspace=provider.workspace_id).exists():
        return sent
    there = interactions_of({pk}, provider).get(pk)
    if there is None:
        said = (
            f"{provider.name} does not know this earlier answer: it was given by another provider, or is not "
            "there yet. Leave the parameter out to begin anew."
        )
        raise NotPassedOn(404, said, param="previous_interaction_id")
    return json.dumps(read_json(sent) | {"previous_interaction_id": there}).encode()


def wire_of(request: ChatRequest) -> bytes:
    """The request as OpenAI's clients write it, its answer streamed."""
    messages = [{"role": message.role, "content": message.content} for message in request.messages]
    body: dict[str, Any] = {"model": request.model, "messages": messages, "stream": True}
    answering = request.answering
    if answering.format == "json_schema":
        named = {"name": "answer", "schema": answering.json_schema}
        body["response_format"] = {"type": "json_schema", "json_schema": named}
    elif answering.format == "json_object":
        body["response_format"] = {"type": "json_object"}
    return json.dumps(body).encode()


@dataclass(slots=True)
class Shared:
    client: ChatClient
    users: int = 0


@dataclass(slots=True)
class Connections:
    """One client for each address and key, shared by all chats of a process and opened when first needed."""

    loop: asyncio.AbstractEventLoop | None = None
    clients: dict[tuple[str, str], Shared] = field(default_factory=dict)
    """The one that was used last stands last."""

    @asynccontextmanager
    async def client(self, base_url: str, key: str) -> AsyncIterator[ChatClient]:
        shared = self.shared(base_url, key)
        shared.users += 1
        try:
            await self.close_all_but(MOST_CLIENTS)
            yield shared.client
        finally:
            shared.users -= 1

    def shared(self, base_url: str, key: str) -> Shared:
        if self.loop is not asyncio.get_running_loop():
            self.loop, self.clients = asyncio.get_running_loop(), {}
        found = self.clients.pop((base_url, key), None) or Shared(new_client(base_url, key))
        self.clients[base_url, key] = found
        return found

    async def close_all_but(self, kept: int) -> None:
        """Close the clients that were used the longest ago and are not in use."""
        idle = [name for name, shared in self.clients.items() if not shared.users]
        surplus = [self.clients.pop(name) for name in idle[: max(0, len(self.clients) - kept)]]
        for shared in surplus:
            await shared.client.aclose()

    async def aclose(self) -> None:
        """In the event loop that used them, before it ends."""
        clients, self.clients = self.clients, {}
        for shared in clients.values():
            await shared.client.aclose()


def new_client(base_url: str, key: str) -> ChatClient:
    try:
        return ChatClient(base_url, key)
    except ValueError as error:  # an address that is never connected to
        raise Failed(str(error)) from None


connections = Connections()


@asynccontextmanager
async def opened(asked: Passage) -> AsyncIterator[ChatAnswer]:
    """The provider's good answer as it begins, to be read before leaving; NotPassedOn for any other."""
    try:
        async with (
            asyncio.timeout(LONGEST_SECONDS),
            connections.client(asked.base_url, asked.key) as client,
            client.ask(asked.body, asked.model) as answer,
        ):
            if answer.status != 200:
                raise refusal(asked.name, answer.status, await answer.sentence(), answer)
            answer.check_kind()
            yield answer
    except (Failed, TimeoutError) as error:
        raise failure(asked.name, error) from error


async def spoken(asked: Passage) -> AsyncIterator[str | Ending]:
    """The words of an answer as they come, then its Ending."""
    async with opened(asked) as answer:
        async for said in words_of(answer):
            yield said


def refusal(name: str, status: int, said: str, answer: ChatAnswer) -> NotPassedOn:
    """What a provider's error means for whoever asked through us."""
    told = {header: answer.header(header) for header in ("retry-after", "x-should-retry")}
    headers = {header: value for header, value in told.items() if value.isascii() and value.isprintable()}
    headers = {header: value for header, value in headers.items() if value}
    if status in OURS_TO_MEND:
        answered, sentence = OURS_TO_MEND[status]
        return NotPassedOn(answered, sentence.format(name=name), headers=headers | DO_NOT_REPEAT)
    if not 400 <= status < 600:
        sentence = f"{name} answers with {status}, which no Chat API does. An admin can check its address."
        return NotPassedOn(502, sentence, headers=DO_NOT_REPEAT)
    if status >= 500:
        return NotPassedOn(status, f"{name} failed ({status}){f': {said}' if said else '.'}", headers=headers)
    return NotPassedOn(status, f"{name}: {said or f'The request is refused ({status}).'}", headers=headers)


OURS_TO_MEND = {
    401: (
        502,
        "{name} refuses the key of this workspace's provider. An admin can change it in the settings.",
    ),
    402: (402, "The account of this workspace at {name} has no credit left. An admin can add to it there."),
}
"""What only an admin can change, and the status that says so without blaming the caller."""


def failure(name: str, error: Exception) -> NotPassedOn:
    """What a connection that did not bring an answer means; what may have been begun is not asked again."""
    if isinstance(error, Unreachable):
        return NotPassedOn(502, f"{name} can't be reached. Try again later.")
    if ran_out_of_time(error):
        return NotPassedOn(504, f"{name} did not answer in time.", headers=DO_NOT_REPEAT)
    if error.__cause__ is not None:
        sentence = f"The connection to {name} broke before its answer was whole."
        return NotPassedOn(502, sentence, headers=DO_NOT_REPEAT)
    return NotPassedOn(502, f"{name} gave no whole answer. {error}", headers=DO_NOT_REPEAT)
