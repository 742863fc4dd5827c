"""The model ``speed``: a conversation answered at once from the index, and not kept as a run."""

from typing import Any

from dispatch.engine_jobs import earlier_inputs
from dispatch.scopes import scopes_of
from engine import chat
from engine.output import Output
from provider.types_chat import ChatRequest
from provider.types_conversation import Answering
from runs.labels import plain
from teams.models import Workspace

ANY_OBJECT = {
    "type": "object",
    "properties": {"answer": {"type": "string", "description": "The answer to the question"}},
    "required": ["answer"],
    "additionalProperties": False,
}
"""What is answered where any JSON will do."""


def answer_at_once(*, workspace: Workspace, request: ChatRequest) -> Output:
    before = earlier_inputs(workspace, request.previous_interaction_id)
    return chat.answer(
        messages=[
            *(chat.Message("user", plain(asked)) for asked in before),
            *(chat.Message(message.role, message.content) for message in request.messages),
        ],
        scopes=scopes_of(workspace.pk),
        response_schema=schema_of(request.answering),
    )


def schema_of(answering: Answering) -> dict[str, Any] | None:
    return ANY_OBJECT if answering.format == "json_object" else answering.json_schema
