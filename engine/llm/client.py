"""Requests to the endpoint of a language model, each within a time that covers all of it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
import orjson

from engine.llm.endpoint import Llm
from engine.llm.problems import Away, Declined, Later, LlmProblem, Unusable
from engine.llm.replies import Reply, read_reply, sentence_in
from engine.net import certificates

JSON = "application/json"
CONNECT_SECONDS = 10.0
LONGEST_ANSWER = 4_000_000
"""Bytes; nobody reads on in an answer that is longer."""
LONGEST_REFUSAL = 20_000
PAUSE_SECONDS = 1.0
"""Before it is asked again after a failure for which it names no time."""
TICK_SECONDS = 3.0
T = TypeVar("T")


async def complete(llm: Llm, body: dict[str, Any], seconds: float) -> Reply:
    """The whole answer to a request; LlmProblem if there is none within so many seconds."""
    async with opened(llm, body, ends_at(seconds)) as answer:
        content = await answer.whole()
    return read_reply(content)


@dataclass(frozen=True, slots=True)
class Answer:
    """A good answer whose body is still to be read, once."""

    kind: str
    """Its content type, without parameters."""
    parts: AsyncIterator[bytes]
    """The body as its bytes come, cut anywhere."""

    async def whole(self) -> bytes:
        return b"".join([part async for part in self.parts])


def ends_at(seconds: float) -> float:
    """The moment, on the event loop's clock, when so many seconds are over."""
    return asyncio.get_running_loop().time() + max(seconds, 0.0)


@asynccontextmanager
async def opened(
    llm: Llm, body: dict[str, Any], deadline: float, kinds: tuple[str, ...] = (JSON,)
) -> AsyncIterator[Answer]:
    """A good answer, from when it begins. Leaving early closes the connection, and so stops the model."""
    client = httpx.AsyncClient(
        verify=certificates(), trust_env=False, timeout=httpx.Timeout(None, connect=CONNECT_SECONDS)
    )
    try:
        async with client:
            response = await begun(client, llm, body, deadline)
            try:
                kind = await checked(llm, response, deadline, kinds)
                yield Answer(kind, parts_of(response, deadline))
            finally:
                await response.aclose()
    except TimeoutError as error:
        raise Away("The language model did not answer in time.") from error
    except httpx.ConnectError as error:
        raise Away(f"The language model at {llm.host} can't be reached.") from error
    except httpx.TimeoutException as error:
        raise Away(f"The language model at {llm.host} can't be reached in time.") from error
    except httpx.HTTPError as error:
        raise Away("The connection to the language model broke before its answer was whole.") from error


async def begun(client: httpx.AsyncClient, llm: Llm, body: dict[str, Any], deadline: float) -> httpx.Response:
    headers = {**llm.headers, "content-type": "application/json"}
    request = client.build_request("POST", llm.url, headers=headers, content=orjson.dumps(body))
    async with asyncio.timeout_at(deadline):
        return await client.send(request, stream=True)


async def parts_of(
    response: httpx.Response, deadline: float, most: int = LONGEST_ANSWER
) -> AsyncIterator[bytes]:
    """The deadline is looked at for each part, so that an answer of a byte a second ends, too."""
    source, size = response.aiter_raw(), 0
    while True:
        async with asyncio.timeout_at(deadline):
            part = await anext(source, None)
        if part is None:
            return
        size += len(part)
        if size > most:
            raise Unusable("The language model's answer is too long.")
        yield part


async def checked(llm: Llm, response: httpx.Response, deadline: float, kinds: tuple[str, ...]) -> str:
    """The content type of an answer that can be read; LlmProblem for any other answer."""
    if response.status_code != 200:
        raise await problem(llm, response, deadline)
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    packed = response.headers.get("content-encoding", "identity").strip().lower()
    if kind not in kinds or packed not in ("", "identity"):
        raise Unusable("The address of the language model answers, but not as a Chat API does.")
    return kind


async def problem(llm: Llm, response: httpx.Response, deadline: float) -> LlmProblem:
    """What a status that is not 200 means for the run."""
    status = response.status_code
    if status in (401, 403):
        return Declined(f"The language model refuses the key (status {status}).", status, "")
    if status == 429 or status >= 500:
        why = "is asked too often" if status == 429 else f"failed (status {status})"
        return Later(f"The language model {why}.", wait_of(response.headers.get("retry-after", "")))
    if not 400 <= status < 500:
        return Unusable(
            f"The address of the language model answers with status {status}; check LLM_BASE_URL."
        )
    try:
        body = b"".join([part async for part in parts_of(response, deadline, LONGEST_REFUSAL)])
    except (Unusable, httpx.HTTPError):
        body = b""
    said = llm.without_key(sentence_in(body))
    sentence = f"The language model refuses the request (status {status}){f': {said}' if said else '.'}"
    return Declined(sentence, status, said)


def wait_of(header: str) -> float:
    """Seconds; a date or nonsense counts as no time named."""
    try:
        seconds = float(header)
    except ValueError:
        return PAUSE_SECONDS
    return seconds if 0 <= seconds < 1e6 else 1e6


def waited(work: Coroutine[Any, Any, T], tick: Callable[[], None]) -> T:
    """Do the work in an event loop of its own; ``tick`` is called meanwhile, and ends it by raising."""
    with asyncio.Runner() as runner:
        task = runner.get_loop().create_task(work)
        while not runner.run(over(task)):
            tick()
        return task.result()


async def over(task: asyncio.Task[Any]) -> bool:
    done, _ = await asyncio.wait({task}, timeout=TICK_SECONDS)
    return bool(done)
