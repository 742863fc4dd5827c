"""What Chat and Responses share: a request is let in, and its run waited for. Errors are OpenAI's."""

import time
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import Error

from api.access import UNAUTHORIZED, may_only_read
from api.limits import TOO_MANY, hit, whole_seconds
from api.openai_errors import openai_error, openai_invalid
from api.reading import TOO_LARGE
from api.waiting.call import HERE, Answer, Call, answer_json
from provider.types import Invalid, TaskRunInput
from runs.converters import run_uuid
from runs.links import absolute_at
from runs.live import in_a_thread
from runs.models import Run
from runs.services import default_provider, start_run
from runs.status import Status
from runs.waiting import SIGN_OF_LIFE_SECONDS, listening, until_over
from runs.wire import output
from teams.grants import token_grant
from teams.models import Provider, Role, Token
from teams.tokens import find_token
from web.bodies import TooLong
from web.desk import Desk
from web.text import read_json

PING = b": ping\n\n"
DO_NOT_REPEAT = ((b"x-should-retry", b"false"),)
"""The SDKs ask again after most errors; that would start the same research once more."""
PROVIDER_HEADER = "x-groundwork-provider"
ENDED_WITHOUT = {Status.CANCELLED: "The run was cancelled, so there is no answer."}

Asked = TypeVar("Asked")


class Refused(Exception):
    """The request is not carried out, or not to its end; `answer` says why."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


class Gone(Exception):
    """The client has left. What was begun for it goes on."""


def refusal(status: int, message: str, *, headers: tuple = (), **more: str) -> Refused:
    return Refused(answer_json(status, openai_error(status, message, **more))._replace(headers=headers))


class Given(NamedTuple, Generic[Asked]):
    """A request that is let in: whose it is, what it asks for, of whom, and as which bytes it came."""

    token: Token
    asked: Asked
    provider: Provider
    sent: bytes


async def received(
    call: Call, parse: Callable[[Any], Asked], kind: str, *, unreadable: int = 422
) -> Given[Asked]:
    """The request, or Refused for what can't be carried out."""
    try:
        sent = await call.body()
    except TooLong:
        raise refusal(413, TOO_LARGE, headers=((b"connection", b"close"),)) from None
    named = call.headers.get(PROVIDER_HEADER, "")
    given = await door.ask(Knock(call.token, named, sent, parse, kind, unreadable))
    if isinstance(given, Exception):
        raise given
    return given


class Knock(NamedTuple):
    """A request before it is let in; `unreadable` is the status for what can't be read."""

    token: str
    provider: str
    sent: bytes
    parse: Callable[[Any], Any]
    kind: str
    unreadable: int


@in_a_thread
def admit_all(knocks: Sequence[Knock]) -> list[Given[Any] | Exception]:
    """Many are looked at together: whoever asks with the same token is looked up once."""
    tokens = {text: find_token(text) for text in {knock.token for knock in knocks}}
    providers = cache(provider_named)
    return [one_by_one(knock, tokens[knock.token], providers) for knock in knocks]


def one_by_one(knock: Knock, *known: Any) -> Given[Any] | Exception:
    """What a request makes go wrong befalls that request alone; a lost database, all of them."""
    try:
        return admitted(knock, *known)
    except Error:
        raise
    except Exception as error:
        return error


def admitted(
    knock: Knock, token: Token | None, providers: Callable[[Token, str], Provider | str]
) -> Given[Any] | Refused:
    if token is None:
        return refusal(401, UNAUTHORIZED)
    if not token.may(Role.EDITOR):
        return refusal(403, may_only_read(Role.EDITOR))
    try:
        asked = knock.parse(read_json(knock.sent))
    except Invalid as wrong:
        return Refused(answer_json(wrong.status, openai_invalid(wrong)))
    except ValueError as error:
        return refusal(knock.unreadable, f"The body is not JSON: {error}")
    provider = providers(token, knock.provider)
    if isinstance(provider, str):
        return refusal(knock.unreadable, provider)
    if (seconds := hit(token.pk, knock.kind)) is not None:
        wait = whole_seconds(seconds)
        return refusal(429, TOO_MANY.format(seconds=wait), headers=((b"retry-after", b"%d" % wait),))
    return Given(token, asked, provider, knock.sent)


def provider_named(token: Token, slug: str) -> Provider | str:
    """The provider of this name, or the workspace's own choice; a sentence if there is none of this name."""
    if not slug:
        return default_provider(token.workspace)
    usable = token.workspace.providers.usable()
    known = ", ".join(usable.order_by("slug").values_list("slug", flat=True))
    missing = f"{PROVIDER_HEADER} names no provider of this workspace. There is {known}."
    return usable.filter(slug=slug).first() or missing


door: Desk[Knock, Given[Any] | Exception] = Desk(admit_all)


def check_earlier(token: Token, name: str | None, *, status: int, param: str) -> None:
    """Refuse to go on from what is not there: the answer would be about nothing."""
    known = Run.objects.in_workspace(token.workspace)
    if name and not known.filter(pk=run_uuid(name)).exists():
        said = "There is no such earlier answer in this workspace. Leave the parameter out to begin anew."
        raise refusal(status, said, param=param)


def begun(given: Given[Any]) -> Run:
    """The run that answers."""
    task: TaskRunInput = given.asked.as_task()
    return start_run(
        workspace=given.token.workspace, request=task, token=given.token, provider=given.provider
    )


async def over(call: Call, token: Token, run: Run, *, seconds: float, ping: bytes = b"") -> Run:
    """The run once it has ended; until then the client is sent pings, if it takes any."""
    until = time.monotonic() + seconds - SIGN_OF_LIFE_SECONDS
    with listening(run, token_grant(token.pk), call.receive) as listener:
        async for _ in until_over(listener, run):
            if time.monotonic() > until:
                raise refusal(
                    408, f"{run.run_id} is still active. Wait for its result.", headers=DO_NOT_REPEAT
                )
            if ping:
                await call.say(ping)
    if listener.over == "gone":
        raise Gone
    ended = await read_whole(run)
    if ended.is_active and listener.over == "withdrawn":
        raise refusal(401, UNAUTHORIZED)
    if ended.is_active:
        raise refusal(503, f"The server restarts; {run.run_id} goes on.", headers=DO_NOT_REPEAT)
    return ended


@in_a_thread
def read_whole(run: Run) -> Run:
    return Run.objects.for_wire().get(pk=run.pk)


def output_of(run: Run) -> dict[str, Any]:
    """Content and basis of a completed run."""
    return output(run.result, list(run.basis.all()), absolute_at(HERE))


def why_without(run: Run) -> str:
    """Why a run that ended has no output."""
    return ENDED_WITHOUT.get(run.status) or run.error["message"]
