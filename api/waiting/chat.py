"""``POST …/chat/completions``: a hosted provider's chat is passed on, else it is answered here.

Of the engine's models ``speed`` answers at once, and every other one is a run that is waited for.
"""

import time
import uuid

from api.chat_wire import DONE, Head, Reply, answer_text, chunks, completion, frame, opening
from api.waiting.asking import (
    DO_NOT_REPEAT,
    PING,
    Given,
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
from api.waiting.passing import pass_on
from api.waiting.results import LONGEST_SECONDS, patience
from dispatch.chat import answer_at_once
from provider.types_chat import ChatRequest, parse_chat_request
from runs.live import in_a_thread
from runs.models import Run
from runs.status import Status
from teams.models import Token


async def chat(call: Call) -> None:
    try:
        given = await received(call, parse_chat_request, "chat")
        await (pass_on if given.provider.is_hosted else answer_here)(call, given)
    except Refused as refused:
        await call.reply(refused.answer)
    except Gone:
        return


async def answer_here(call: Call, given: Given[ChatRequest]) -> None:
    token, asked = given.token, given.asked
    run = await run_for(given)
    head = Head(f"chatcmpl-{(run.pk if run else uuid.uuid4()).hex}", asked.model, int(time.time()))
    if asked.stream:
        await stream(call, head, token, asked, run)
    else:
        reply = await replied(call, token, asked, run, patience(call))
        await call.reply(answer_json(200, completion(head, reply)))


@in_a_thread
def run_for(given: Given[ChatRequest]) -> Run | None:
    """The run that answers; ``speed`` needs none."""
    earlier = given.asked.previous_interaction_id
    check_earlier(given.token, earlier, status=404, param="previous_interaction_id")
    return None if given.asked.model == "speed" else begun(given)


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
