"""``GET …/runs/{run_id}/result``: the answer as soon as there is one, or 408 when the time is up."""

import re
import time
from collections.abc import Sequence
from uuid import UUID

from api.access import UNAUTHORIZED
from api.waiting.call import Answer, Call, refusal
from api.waiting.frames import NO_RESULT, result_answer
from api.waiting.looking import Question, look_desk
from runs.converters import run_uuid
from runs.live import in_a_thread
from runs.models import Run
from web.desk import Desk
from web.hub import Listener, hub

DEFAULT_SECONDS = 600.0
LONGEST_SECONDS = 3600.0
MARGIN_SECONDS = 5.0
STILL_ACTIVE = "Request timed out; run still active"


async def result(call: Call) -> None:
    name = call.names["run_id"]
    pk = run_uuid(name)
    listener = hub.join([f"result:{name}"], call.receive)
    try:
        seen = await look_desk.ask(Question(call.token, Run, pk))
        if seen.refused:
            unknown = refusal(404, NO_RESULT)
            await call.reply(unknown if seen.refused.status == 404 else seen.refused)
            return
        listener.grant = seen.grant
        answer = await (awaited(listener, pk, patience(call)) if seen.is_active else answer_desk.ask(pk))
        if listener.over != "gone":
            await call.reply(answer)
    finally:
        hub.leave(listener)


async def awaited(listener: Listener, pk: UUID, seconds: float) -> Answer:
    """The run's result once it is there, else what there is to say when the time is up."""
    until = time.monotonic() + seconds
    while not listener.over and (left := until - time.monotonic()) > 0:
        for frame in await listener.next(left):
            return frame.content if isinstance(frame.content, Answer) else await answer_desk.ask(pk)
    withdrawn = listener.over == "withdrawn"
    return refusal(401, UNAUTHORIZED) if withdrawn else refusal(408, STILL_ACTIVE)


@in_a_thread
def answers_now(ids: Sequence[UUID]) -> list[Answer]:
    runs = Run.objects.for_wire().in_bulk(set(ids))
    made = {pk: result_answer(run) for pk, run in runs.items()}
    return [made.get(pk) or refusal(408, STILL_ACTIVE) for pk in ids]


answer_desk: Desk[UUID, Answer] = Desk(answers_now)


def patience(call: Call) -> float:
    """Seconds to wait: what ``timeout`` asks for, else what the client's read timeout leaves."""
    if (seconds := number(call.query.get("timeout", ""))) is not None:
        return min(seconds, LONGEST_SECONDS)
    read_timeout = number(call.headers.get("x-stainless-read-timeout", "")) or 0.0
    return min(max(read_timeout - MARGIN_SECONDS, DEFAULT_SECONDS), LONGEST_SECONDS)


def number(text: str) -> float | None:
    """A plain decimal; None for anything else."""
    return float(text) if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text) else None
