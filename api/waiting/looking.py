"""Whether a call may wait, and for what: many calls are looked at together."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from api.access import UNAUTHORIZED
from api.waiting.call import Answer, refusal
from runs.live import in_a_thread
from runs.models import Run, TaskGroup
from runs.status import ACTIVE
from teams.grants import token_grant
from teams.models import Token
from teams.tokens import find_token
from web.desk import Desk


class Question(NamedTuple):
    token: str
    kind: type[Run] | type[TaskGroup]
    pk: UUID | None


class Look(NamedTuple):
    """What a call found, or the answer that refuses it. Kept as long as the call waits, and so kept small."""

    refused: Answer | None
    grant: str = ""
    is_active: bool = False


class Thing(NamedTuple):
    """A run or a group: whose it is, and whether anything can still happen to it."""

    workspace_id: int
    is_active: bool


@in_a_thread
def look_at_all(questions: Sequence[Question]) -> list[Look]:
    tokens = {text: find_token(text) for text in {question.token for question in questions}}
    things = {
        Run: runs_by_id(question.pk for question in questions if question.kind is Run),
        TaskGroup: groups_by_id(question.pk for question in questions if question.kind is TaskGroup),
    }
    return [look(question, tokens[question.token], things[question.kind]) for question in questions]


def look(question: Question, token: Token | None, things: dict[UUID, Thing]) -> Look:
    if token is None:
        return Look(refusal(401, UNAUTHORIZED))
    found = things.get(question.pk)
    if found is None or found.workspace_id != token.workspace_id:
        return Look(refusal(404, NOT_FOUND[question.kind]))
    return Look(None, token_grant(token.pk), found.is_active)


def runs_by_id(ids: Iterable[UUID | None]) -> dict[UUID, Thing]:
    rows = Run.objects.filter(pk__in=set(ids) - {None}).values_list("pk", "workspace_id", "status")
    return {pk: Thing(workspace_id, status in ACTIVE) for pk, workspace_id, status in rows}


def groups_by_id(ids: Iterable[UUID | None]) -> dict[UUID, Thing]:
    rows = TaskGroup.objects.filter(pk__in=set(ids) - {None}).values_list("pk", "workspace_id")
    return {pk: Thing(workspace_id, True) for pk, workspace_id in rows}


NOT_FOUND = {Run: "Run id not found", TaskGroup: "Task group id not found"}
look_desk: Desk[Question, Look] = Desk(look_at_all)
