"""The words of a streamed answer, as the server-sent events bring them."""

from collections.abc import AsyncIterator
from typing import Any

import orjson

from engine.llm.client import JSON, ends_at, opened
from engine.llm.endpoint import Llm
from engine.llm.problems import Away, Unusable
from engine.llm.replies import CUT_OFF, first, read_reply

STREAM = "text/event-stream"
LONGEST_LINE = 1_000_000
DONE = b"[DONE]"


async def words_of(llm: Llm, body: dict[str, Any], seconds: float) -> AsyncIterator[str]:
    """Each piece as it comes; LlmProblem where it ends otherwise than at its end.

    An endpoint that can't stream answers in one piece.
    """
    said, whole = False, False
    async with opened(llm, body | {"stream": True}, ends_at(seconds), (STREAM, JSON)) as answer:
        if answer.kind == JSON:
            yield read_reply(await answer.whole()).text
            return
        async for data in data_in(answer.parts):
            words, is_last = ("", True) if data == DONE else words_in(data)
            if words:
                said = said or bool(words.strip())
                yield words
            if whole := is_last:
                break
    if not whole:
        raise Away("The language model's answer broke off.")
    if not said:
        raise Unusable("The language model answered without a word.")


async def data_in(parts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """What each event carries, as soon as its line is there: in every Chat API it is one line."""
    rest = b""
    async for part in parts:
        *lines, rest = (rest + part).split(b"\n")
        if len(rest) > LONGEST_LINE:
            raise Unusable("The language model's answer is too long.")
        for line in lines:
            if line.startswith(b"data:"):
                yield line[5:].strip()


def words_in(data: bytes) -> tuple[str, bool]:
    """What an event adds to the answer, and whether it is the last one."""
    try:
        chunk = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise Unusable("The language model's answer is no JSON.") from error
    if not isinstance(chunk, dict) or chunk.get("error"):
        raise Away("The language model ended its answer with an error.")
    choice = first(chunk.get("choices"))
    if not isinstance(choice, dict):
        return "", False
    delta, reason = choice.get("delta"), choice.get("finish_reason")
    words = delta.get("content") if isinstance(delta, dict) else None
    if reason in CUT_OFF:
        raise Unusable("The language model's answer was cut off before its end.")
    return words if isinstance(words, str) else "", bool(reason)
