"""``POST …/chat/completions``: ``speed`` answers at once, every other model is a run that is waited for."""

import time
import uuid

from api.chat_wire import DONE, Head, Reply, answer_text, chunks, completion, frame, opening
from api.waiting.asking import (
    DO_NOT_REPEAT,
    PING,
    Gone,
    Refused,
    begun,
    check_earlier,
    output_of,
    over,
    received,
    refusal,
    why_without,
)
from api.waiting.call import Call, answer_json
from api.waiting.results import LONGEST_SECONDS, patience
from dispatch.chat import answer_at_once
from provider.types_chat import ChatRequest, parse_chat_request
from runs.live import in_a_thread
from runs.models import Run
from runs.status import Status
from teams.models import Token


async def chat(call: Call) -> None:
    try:
        token, asked = await received(call, parse_chat_request, "chat")
        run = await run_for(token, asked)
        head = Head(f"chatcmpl-{(run.pk if run else uuid.uuid4()).hex}", asked.model, int(time.time()))
        if asked.stream:
            await stream(call, head, token, asked, run)
        else:
            reply = await replied(call, token, asked, run, patience(call))
            await call.reply(answer_json(200, completion(head, reply)))
    except Refused as refused:
        await call.reply(refused.answer)
    except Gone:
        return


@in_a_thread
def run_for(token: Token, asked: ChatRequest) -> Run | None:
    """The run that answers; ``speed`` needs none."""
    check_earlier(token, asked.previous_interaction_id, status=404, param="previous_interaction_id")
    return None if asked.model == "speed" else begun(token, asked.as_task())


async def stream(call: Call, head: Head, token: Token, asked: ChatRequest, run: Run | None) -> None:
    """The first chunk at once, pings while a run works, then the answer in pieces."""
    await call.start_stream()
    await call.say(frame(opening(head)))
    try:
        reply = await replied(call, token, asked, run, LONGEST_SECONDS, PING)
    except Refused as refused:
        await call.say(b"data: %s\n\n" % refused.answer.body)
    else:
        for chunk in chunks(head, reply):
            await call.say(frame(chunk))
        await call.say(DONE)
    await call.end()


async def replied(
    call: Call, token: Token, asked: ChatRequest, run: Run | None, seconds: float, ping: bytes = b""
) -> Reply:
    if run is None:
        return await reply_at_once(token, asked)
    ended = await over(call, token, run, seconds=seconds, ping=ping)
    if ended.status != Status.COMPLETED:
        raise refusal(500, why_without(ended), headers=DO_NOT_REPEAT)
    found = output_of(ended)
    return Reply(answer_text(found["content"]), found["basis"], ended.run_id)


@in_a_thread
def reply_at_once(token: Token, asked: ChatRequest) -> Reply:
    """As the API has it, ``speed`` tells no basis and can't be gone on from."""
    return Reply(answer_text(answer_at_once(workspace=token.workspace, request=asked).content), [])
