"""Whether a call may wait, and for what: many calls are looked at together."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from api.access import UNAUTHORIZED
from api.waiting.call import Answer, refusal
from runs.live import in_a_thread
from runs.models import Run, TaskGroup
from teams.models import Token
from teams.tokens import find_token
from web.desk import Desk


class Question(NamedTuple):
    token: str
    kind: type[Run] | type[TaskGroup]
    pk: UUID | None


class Look(NamedTuple):
    """What a call found: the thing it names, or the answer that refuses it."""

    refused: Answer | None
    token: Token | None = None
    found: Run | TaskGroup | None = None


@in_a_thread
def look_at_all(questions: Sequence[Question]) -> list[Look]:
    tokens = {text: find_token(text) for text in {question.token for question in questions}}
    things = {
        kind: kind.objects.in_bulk({question.pk for question in questions if question.kind is kind} - {None})
        for kind in {question.kind for question in questions}
    }
    return [look(question, tokens[question.token], things[question.kind]) for question in questions]


def look(question: Question, token: Token | None, things: dict[UUID, Run | TaskGroup]) -> Look:
    if token is None:
        return Look(refusal(401, UNAUTHORIZED))
    found = things.get(question.pk)
    if found is None or found.workspace_id != token.workspace_id:
        return Look(refusal(404, NOT_FOUND[question.kind]))
    return Look(None, token, found)


NOT_FOUND = {Run: "Run id not found", TaskGroup: "Task group id not found"}
look_desk: Desk[Question, Look] = Desk(look_at_all)
