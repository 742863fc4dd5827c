"""What a client that waits or streams is told when the disk is full."""

from contextlib import suppress

from django.db import Error

from api.errors import envelope
from api.openai_errors import openai_error
from api.operation import Wait
from api.waiting.call import Answer, Call, answer_json
from web import full

AS_OPENAI = ("/chat/completions", "/responses")


async def unless_full(wait: Wait, call: Call) -> None:
    """Serve the call; if a full disk prevents it, say so. An answer that has begun is cut off."""
    try:
        await wait(call)
    except Error as error:
        if not full.is_full(error):
            raise
        full.note_refusal()
        with suppress(RuntimeError):  # the server refuses to begin a second answer
            await call.reply(answer(call.scope["path"]))


def answer(path: str) -> Answer:
    openai = path.endswith(AS_OPENAI)
    body = openai_error(503, full.SENTENCE) if openai else envelope(full.SENTENCE)
    wait = str(full.RETRY_AFTER_SECONDS).encode()
    return answer_json(503, body)._replace(headers=((b"retry-after", wait),))
