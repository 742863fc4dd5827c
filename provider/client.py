"""The Task API of a provider, as a client sees it: runs, groups, their events, results in bulk.

Nothing is ever asked twice by itself. What goes wrong is told by the class of the error
(``provider.errors``). Every connection, read and whole call is bounded in time; answers are bounded in size.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from math import inf
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote

import aiohttp
import httpx
import orjson
from httpx_aiohttp import AiohttpTransport

from provider.answers import (
    GroupStatus,
    Json,
    Output,
    Progress,
    RunEvent,
    StatusEvent,
    TaskRun,
    error_sentence,
    load,
    read_counts,
    read_group_event,
    read_id,
    read_object,
    read_output,
    read_run,
    read_run_event,
)
from provider.errors import (
    Doubtful,
    Failed,
    KeyRefused,
    Later,
    NoCredit,
    Refused,
    StreamError,
    Unreachable,
    Unreadable,
)
from provider.kept import KeptConnections, LongBody
from provider.sse import Parser, TooLong
from provider.transport import check_host, headers_for, open_client, open_session, was_not_sent

logger = logging.getLogger(__name__)
Event = TypeVar("Event")

CALL_SECONDS = 90.0
"""For a whole call that is not a stream."""
LISTING_SECONDS = 300.0
STALL_SECONDS = 45.0
"""A stream that says nothing for so long, not even that it lives, is taken for dead."""
RESULT_WAIT_SECONDS = 1
"""How long the provider may hold the request for a result: it is asked only for runs that have ended."""
LONGEST_ANSWER = 32_000_000
TOO_LONG = "The provider's answer is too long."
NO_RUN = "trun_00000000000000000000000000000000"
BROKEN = (httpx.TransportError, aiohttp.ClientError, OSError, TimeoutError, UnicodeError)
"""What a connection that breaks raises; reading a body can raise aiohttp's own errors."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A completed run with what came out of it."""

    run: TaskRun
    output: Output


class Client:
    """``async with Client(base_url, key) as client``, inside the event loop that uses it."""

    def __init__(
        self,
        base_url: str,
        key: str,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        stall_seconds: float = STALL_SECONDS,
        call_seconds: float = CALL_SECONDS,
    ) -> None:
        check_host(base_url)
        self.http = open_client(base_url, key, transport or AiohttpTransport(client=open_session()))
        self.kept = (
            None
            if transport
            else KeptConnections(base_url, headers_for(key), most_bytes=LONGEST_ANSWER, seconds=call_seconds)
        )
        self.stall_seconds, self.call_seconds = stall_seconds, call_seconds

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        await self.http.aclose()
        if self.kept:
            await self.kept.aclose()

    # Groups

    async def create_group(self, metadata: Json | None = None) -> str:
        """The id of a new group. One whose answer is lost stays empty, and costs nothing."""
        made = await self._call("POST", "/v1/tasks/groups", {"metadata": metadata} if metadata else {})
        return read_id(read_object(made, "group").get("taskgroup_id"), "group")

    async def add_runs(
        self, group_id: str, inputs: Sequence[Json], default_task_spec: Any = None, key: str = ""
    ) -> list[str]:
        """Put up to 1,000 runs into the group; their ids, in the order of `inputs`.

        `key` is sent as ``Idempotency-Key``, should the provider honour one. Doubtful: find out whether the
        runs are there before they are sent again. Any other error: none of them is.
        """
        body: Json = {"inputs": list(inputs)}
        if default_task_spec is not None:
            body["default_task_spec"] = default_task_spec
        headers = {"idempotency-key": key} if key else {}
        path = f"/v1/tasks/groups/{group_id}/runs?refresh_status=false"
        answer = read_object(await self._call("POST", path, body, headers), "runs")
        ids = answer.get("run_ids")
        if not isinstance(ids, list) or len(ids) != len(inputs):
            raise Unreadable("The provider does not name each run that it took.")
        named = [read_id(run_id, "run") for run_id in ids]
        if len(set(named)) < len(named):
            raise Unreadable("The provider gives two runs the same name.")
        return named

    async def group(self, group_id: str) -> GroupStatus:
        answer = await self._call("GET", f"/v1/tasks/groups/{group_id}")
        return read_counts(read_object(answer, "group").get("status"))

    async def runs_of(
        self, group_id: str, *, status: str = "", include_output: bool = False
    ) -> AsyncIterator[RunEvent]:
        """The group's runs as they stand now, of one status or of all."""
        query = {"status": status} if status else {}
        query |= {"include_output": "true"} if include_output else {}
        path = f"/v1/tasks/groups/{group_id}/runs"
        async for found in self._events(path, query, read_group_event, LISTING_SECONDS):
            if isinstance(found, RunEvent):
                yield found

    async def events_of(
        self, group_id: str, last_event_id: str = ""
    ) -> AsyncIterator[RunEvent | StatusEvent]:
        """What happens in the group, from `last_event_id` on. Ends when the provider ends it."""
        query = {"last_event_id": last_event_id} if last_event_id else {}
        async for found in self._events(f"/v1/tasks/groups/{group_id}/events", query, read_group_event):
            yield found

    # Runs

    async def run(self, run_id: str) -> TaskRun:
        return read_run(await self._call("GET", f"/v1/tasks/runs/{run_id}"))

    async def result(self, run_id: str) -> Ended:
        """What came out of a run that has completed."""
        path = f"/v1/tasks/runs/{quote(run_id, safe='')}/result?timeout={RESULT_WAIT_SECONDS}"
        answer = read_object(await self._get(path), "result")
        return Ended(read_run(answer.get("run")), read_output(answer.get("output")))

    async def run_events(self, run_id: str) -> AsyncIterator[TaskRun | Progress]:
        """The trace of one run: all of it from the beginning, then what is new."""
        async for found in self._events(f"/v1/tasks/runs/{run_id}/events", {}, read_run_event):
            yield found

    async def check(self) -> None:
        """Raise what is wrong with address or key. It asks for a run that is not, and buys nothing."""
        try:
            await self._call("GET", f"/v1/tasks/runs/{NO_RUN}")
        except Refused as refused:
            if refused.code != 404 or isinstance(refused, KeyRefused):
                raise
            if not refused.in_envelope:
                raise Unreadable("This address answers, but not as the Task API does.") from refused

    # The wire

    async def _call(
        self, method: str, path: str, body: Json | None = None, headers: Mapping[str, str] | None = None
    ) -> Any:
        content = None if body is None else orjson.dumps(body)
        sent = {**(headers or {}), **({"content-type": "application/json"} if content else {})}
        request = self.http.build_request(method, path, content=content, headers=sent)
        try:
            async with asyncio.timeout(self.call_seconds), self._answer(request) as response:
                answer = await read_chunks(response.aiter_raw())
        except BROKEN as error:
            raise broken(error) from error
        return checked(response.status_code, response.headers, answer)

    async def _get(self, path: str) -> Any:
        """As ``_call``, for what is asked once for every run, at a fraction of the cost."""
        if self.kept is None:
            return await self._call("GET", path)
        try:
            answer = await self.kept.get(path)
        except LongBody as error:
            raise Unreadable(TOO_LONG) from error
        except BROKEN as error:
            raise broken(error) from error
        return checked(answer.code, answer.headers, answer.body)

    async def _events(
        self, path: str, query: Mapping[str, str], read: Callable[[Any], Event | None], most: float = inf
    ) -> AsyncIterator[Event]:
        """What the events of a stream say, for `most` seconds at the most.

        One that can't be read is left out: those behind it must not wait for it for ever.
        """
        until = time.monotonic() + most
        headers = {"accept": "text/event-stream"}
        limits = httpx.Timeout(self.stall_seconds, connect=10.0)
        request = self.http.build_request("GET", path, params=query, headers=headers, timeout=limits)
        try:
            async with self._answer(request) as response:
                if response.status_code != 200:
                    body = await read_chunks(response.aiter_raw())
                    checked(response.status_code, response.headers, body)
                    raise Unreadable("The provider answers, but with no stream.")
                parser = Parser()
                async for chunk in response.aiter_raw():
                    for event in parser.feed(chunk):
                        if (found := readable(event.data, read)) is not None:
                            yield found
                    if time.monotonic() > until:
                        raise Doubtful("The provider did not tell all of it in time.")
        except TooLong as error:
            raise Unreadable("The provider's stream holds an event that is too long.") from error
        except BROKEN as error:
            raise broken(error) from error

    @asynccontextmanager
    async def _answer(self, request: httpx.Request) -> AsyncIterator[httpx.Response]:
        response = await self.http.send(request, stream=True)
        try:
            yield response
        finally:
            await response.aclose()


async def read_chunks(chunks: AsyncIterator[bytes]) -> bytes:
    """A whole body; Unreadable if it is longer than LONGEST_ANSWER."""
    parts, size = [], 0
    async for chunk in chunks:
        parts.append(chunk)
        size += len(chunk)
        if size > LONGEST_ANSWER:
            raise Unreadable(TOO_LONG)
    return b"".join(parts)


def readable(data: bytes, read: Callable[[Any], Event | None]) -> Event | None:
    """What an event says; None for one that says nothing, or nothing that can be read."""
    try:
        return read(load(data))
    except StreamError:
        raise
    except Unreadable as error:
        logger.warning("An event of a provider's stream is left out: %s", error)
        return None


def broken(error: Exception) -> Failed:
    """What a connection that broke means for what was asked."""
    if was_not_sent(error):
        return Unreachable(f"The provider can't be reached ({reason(error)}).")
    if isinstance(error, TimeoutError) or isinstance(error.__cause__, TimeoutError):
        return Doubtful("The provider did not answer in time.")
    return Doubtful(f"The connection to the provider broke ({reason(error)}).")


def reason(error: Exception) -> str:
    cause = error.__cause__ or error
    return (str(cause) or type(cause).__name__)[:200]


def checked(status: int, headers: Mapping[str, str], body: bytes) -> Any:
    """The JSON of a good answer; for any other, the error that says what to do."""
    if 200 <= status < 300:
        return load(body)
    said, detail, in_envelope = said_in(body)
    if status == 429:
        sentence = said or "The provider asks to slow down."
        raise Later(sentence, retry_after(headers.get("retry-after", "")))
    if status == 408:
        raise Later(said or "The provider is not ready with it.")
    if status >= 500:
        raise Doubtful(f"The provider failed ({status}{f': {said}' if said else ''}).")
    if 300 <= status < 400:
        raise Unreachable("The provider's address leads elsewhere. Give the address that it leads to.")
    raise refusal(status)(said, status, detail, in_envelope=in_envelope)


def refusal(status: int) -> type[Refused]:
    return {401: KeyRefused, 402: NoCredit}.get(status, Refused)


def said_in(body: bytes) -> tuple[str, Any, bool]:
    """The sentence of an error's body and its detail, and whether it is in the API's own envelope."""
    try:
        answer = load(body)
    except Unreadable:
        return "", None, False
    detail = answer.get("detail") if isinstance(answer, dict) else None
    error = answer.get("error") if isinstance(answer, dict) else None
    if detail is None and isinstance(error, dict):
        detail = error.get("detail")
    return error_sentence(answer) or first_message(detail), detail, isinstance(error, dict)


def first_message(detail: Any) -> str:
    first = detail[0] if isinstance(detail, list) and detail else None
    message = first.get("msg") if isinstance(first, dict) else detail
    return message[:500] if isinstance(message, str) else ""


def retry_after(text: str) -> float | None:
    """Seconds from now; the header holds seconds or a date."""
    try:
        seconds = float(text)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(text).timestamp() - time.time()
        except (ValueError, TypeError):
            return None
    return min(max(seconds, 0.0), 3600.0) if seconds == seconds else None
