"""What a client that waits or streams is told when the database has trouble that passes."""

import logging
from contextlib import suppress

from django.db import Error

from api.errors import envelope
from api.openai_errors import openai_error
from api.operation import Wait
from api.waiting.asking import DO_NOT_REPEAT
from api.waiting.call import Answer, Call, answer_json
from web.trouble import Trouble, met

logger = logging.getLogger(__name__)
AS_OPENAI = ("/chat/completions", "/responses")


async def unless_trouble(wait: Wait, call: Call) -> None:
    """Serve the call; if trouble prevents it, say so. An answer that has begun is cut off."""
    try:
        await wait(call)
    except Error as error:
        trouble = met(error)
        if trouble is None:
            raise
        logger.warning("%s could not be served.", call.scope["path"], exc_info=True)
        with suppress(RuntimeError):  # the server refuses to begin a second answer
            await call.reply(answer(call.scope["path"], trouble, is_final=call.has_begun))


def answer(path: str, trouble: Trouble, *, is_final: bool) -> Answer:
    """`is_final` where it must not be asked again, because a run was begun."""
    openai = path.endswith(AS_OPENAI)
    body = openai_error(503, trouble.sentence) if openai else envelope(trouble.sentence)
    wait = str(trouble.retry_after).encode()
    headers = DO_NOT_REPEAT if is_final else ((b"retry-after", wait),)
    return answer_json(503, body)._replace(headers=headers)
