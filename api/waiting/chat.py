"""``POST …/chat/completions``: a hosted provider's chat is passed on, else it is answered here.

Of the engine's models ``speed`` answers at once, and every other one is a run that is waited for.
"""

import time
import uuid
from collections.abc import AsyncIterator
from contextlib import aclosing

from api.chat_wire import (
    DONE,
    Head,
    Reply,
    answer_text,
    chunk,
    chunks,
    closing,
    completion,
    frame,
    opening,
)
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
from api.waiting.passing import pass_on, while_heard
from api.waiting.results import LONGEST_SECONDS, patience
from dispatch.speed import answered, speaker_for, spoken_here
from engine.llm.endpoint import Llm
from engine.output import Output
from provider.types_chat import ChatRequest, parse_chat_request
from runs.live import in_a_thread
from runs.models import Run
from runs.status import Status
from teams.grants import token_grant
from teams.models import Token
from web.hub import hub

BROKEN_OFF = "The server restarts, or the token is no longer valid, and so the answer broke off."


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
    call.has_begun = run is not None
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
    llm = speaker_for(asked) if run is None else None
    if llm:
        await as_spoken(call, head, token, spoken_here(llm, token.workspace, asked))
        return
    try:
        reply = await replied(call, token, asked, run, LONGEST_SECONDS, PING)
    except Refused as refused:
        await call.say(b"data: %s\n\n" % refused.answer.body)
    else:
        for part in chunks(head, reply):
            await call.say(frame(part))
        await call.say(DONE)
    await call.end()


async def as_spoken(call: Call, head: Head, token: Token, words: AsyncIterator[str | Output]) -> None:
    """A language model's words as they come, for as long as the client listens and its token holds."""
    listener = hub.join([f"chat:{token.pk}"], call.receive, token_grant(token.pk))
    try:
        await while_heard(listener, say(call, head, words))
        if listener.over and listener.over != "gone":
            await call.say(b"data: %s\n\n" % refusal(503, BROKEN_OFF).answer.body)
            await call.end()
    finally:
        hub.leave(listener)


async def say(call: Call, head: Head, words: AsyncIterator[str | Output]) -> None:
    async with aclosing(words) as said:
        async for piece in said:
            if isinstance(piece, str):
                await call.say(frame(chunk(head, {"content": piece})))
    await call.say(frame(closing(head, Reply("", []))))
    await call.say(DONE)
    await call.end()


async def replied(
    call: Call, token: Token, asked: ChatRequest, run: Run | None, seconds: float, ping: bytes = b""
) -> Reply:
    if run is None:
        llm = speaker_for(asked)
        return await reply_spoken(llm, token, asked) if llm else await reply_at_once(token, asked)
    ended = await over(call, token, run, seconds=seconds, ping=ping)
    if ended.status != Status.COMPLETED:
        raise refusal(500, why_without(ended), headers=DO_NOT_REPEAT)
    found = output_of(ended)
    return Reply(answer_text(found["content"]), found["basis"], ended.run_id)


async def reply_spoken(llm: Llm, token: Token, asked: ChatRequest) -> Reply:
    async with aclosing(spoken_here(llm, token.workspace, asked)) as said:
        return Reply("".join([piece async for piece in said if isinstance(piece, str)]), [])


async def reply_at_once(token: Token, asked: ChatRequest) -> Reply:
    """As the API has it, ``speed`` tells no basis and can't be gone on from."""
    output = await answered(workspace=token.workspace, request=asked)
    return Reply(answer_text(output.content), [])
