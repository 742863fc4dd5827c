"""``POST /v1/responses``: every response is a run, and so can be gone on from."""

import time
from itertools import count

from api.responses_wire import Head, Json, answer_events, completed, failed, frame, opening_events
from api.waiting.asking import (
    PING,
    Given,
    Gone,
    Refused,
    begun,
    check_earlier,
    output_of,
    over,
    received,
    why_without,
)
from api.waiting.call import Call, answer_json
from api.waiting.results import LONGEST_SECONDS, patience
from provider.types_responses import (
    ResponsesRequest,
    interaction_of,
    parse_responses_request,
    response_id,
)
from runs.live import in_a_thread
from runs.models import Run
from runs.status import Status
from teams.models import Token


async def responses(call: Call) -> None:
    try:
        given = await received(call, parse_responses_request, "responses", unreadable=400)
        run = await run_for(given)
        call.has_begun = True
        head = Head(response_id(run.run_id), int(time.time()), given.asked)
        if given.asked.stream:
            await stream(call, head, given.token, run)
        else:
            ended = await over(call, given.token, run, seconds=patience(call))
            await call.reply(answer_json(200, response_of(head, ended)))
    except Refused as refused:
        await call.reply(refused.answer)
    except Gone:
        return


@in_a_thread
def run_for(given: Given[ResponsesRequest]) -> Run:
    named = given.asked.previous_response_id
    earlier = named and interaction_of(named)
    check_earlier(given.token, earlier, status=400, param="previous_response_id")
    return begun(given)


def response_of(head: Head, ended: Run) -> Json:
    if ended.status != Status.COMPLETED:
        return failed(head, why_without(ended))
    found = output_of(ended)
    return completed(head, found["content"], found["basis"])


async def stream(call: Call, head: Head, token: Token, run: Run) -> None:
    """The opening events at once, pings while the run works, then the answer."""
    numbers = count()
    await call.start_stream()
    for event in opening_events(head):
        await call.say(frame(event, next(numbers)))
    try:
        ended = await over(call, token, run, seconds=LONGEST_SECONDS, ping=PING)
    except Refused as refused:
        await call.say(b"event: error\ndata: %s\n\n" % refused.answer.body)
    else:
        for event in answer_events(head, response_of(head, ended)):
            await call.say(frame(event, next(numbers)))
    await call.end()
