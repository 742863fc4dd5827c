"""Chat that is no run, as the engine answers it: ``speed``, at once or as a language model speaks."""

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from typing import Any

from asgiref.sync import sync_to_async
from django.db import connections

from dispatch.engine_jobs import earlier_inputs
from dispatch.llm import configured
from dispatch.scopes import scopes_of
from engine import chat
from engine.llm.chat import Prepared, answer_stream
from engine.llm.endpoint import Llm
from engine.output import Output
from provider.types_chat import ChatRequest
from provider.types_conversation import Answering
from runs.labels import plain
from runs.live import in_a_thread
from teams.models import Workspace

ANY_OBJECT = {
    "type": "object",
    "properties": {"answer": {"type": "string", "description": "The answer to the question"}},
    "required": ["answer"],
    "additionalProperties": False,
}
"""What is answered where any JSON will do."""
PATIENT = ThreadPoolExecutor(32, thread_name_prefix="chat")
"""For answers that a language model thinks about; its threads are started when they are needed."""


def answer_at_once(*, workspace: Workspace, request: ChatRequest) -> Output:
    """The engine's answer, from the index, with the language model that it may have."""
    return chat.answer(
        messages=messages_of(workspace, request),
        scopes=scopes_of(workspace.pk),
        response_schema=schema_of(request.answering),
        llm=configured(),
    )


async def answered(*, workspace: Workspace, request: ChatRequest) -> Output:
    """The same, awaited. A language model may take its time, which is not that of everybody's thread."""
    if configured() is None:
        return await in_a_thread(answer_at_once)(workspace=workspace, request=request)
    work = sync_to_async(answer_apart, thread_sensitive=False, executor=PATIENT)
    return await work(workspace=workspace, request=request)


def answer_apart(*, workspace: Workspace, request: ChatRequest) -> Output:
    try:
        return answer_at_once(workspace=workspace, request=request)
    finally:
        connections.close_all()


def speaker_for(request: ChatRequest) -> Llm | None:
    """The language model that answers word by word; none where there is none, or JSON is asked for."""
    return configured() if request.answering.format == "text" else None


async def spoken_here(llm: Llm, workspace: Workspace, request: ChatRequest) -> AsyncIterator[str | Output]:
    """The words of the language model as they come, then all that they are. Leaving early stops the model."""
    prepared = await prepare(workspace, request)
    async with aclosing(answer_stream(llm, prepared)) as said:
        async for piece in said:
            yield piece


@in_a_thread
def prepare(workspace: Workspace, request: ChatRequest) -> Prepared:
    return chat.prepare(messages=messages_of(workspace, request), scopes=scopes_of(workspace.pk))


def messages_of(workspace: Workspace, request: ChatRequest) -> list[chat.Message]:
    """What was asked before, and the messages of the request."""
    before = earlier_inputs(workspace, request.previous_interaction_id)
    said = [chat.Message(message.role, message.content) for message in request.messages]
    return [*(chat.Message("user", plain(asked)) for asked in before), *said]


def schema_of(answering: Answering) -> dict[str, Any] | None:
    return ANY_OBJECT if answering.format == "json_object" else answering.json_schema
