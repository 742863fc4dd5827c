"""The client against the fake, and against servers that keep to no contract: what each answer means."""

import asyncio
import gc
import warnings
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from provider import client as client_module
from provider.answers import Progress, RunEvent, StatusEvent, TaskRun
from provider.client import Client, retry_after
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
from provider.transport import GuardedResolver, is_forbidden
from tests.provider.serving import answer, serving
from tests.upstream import Upstream, running

PATIENCE = 20
LITE = {"processor": "lite"}


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with running(latency=(0.0, 0.01), heartbeat=0.02) as upstream:
        yield upstream


def ask(url: str, question: Callable[[Client], Awaitable[Any]], **options: Any) -> Any:
    """What came of this question to a client of its own."""

    async def asked() -> Any:
        async with asyncio.timeout(PATIENCE), Client(url, "a key", **options) as client:
            return await question(client)

    return asyncio.run(asked())


def told(url: str, stream: Callable[[Client], Any], **options: Any) -> tuple[list[Any], Failed | None]:
    """All that a stream told, and what it broke with, if it did."""

    async def read(client: Client) -> tuple[list[Any], Failed | None]:
        events: list[Any] = []
        try:
            async for event in stream(client):
                events.append(event)
        except Failed as error:
            return events, error
        return events, None

    return ask(url, read, **options)


def group_of(upstream: Upstream, *given: Any) -> tuple[str, list[str]]:
    """A group with these runs, made without a client."""

    async def make(client: Client) -> tuple[str, list[str]]:
        group_id = await client.create_group()
        return group_id, await client.add_runs(group_id, [{"input": one, **LITE} for one in given])

    return ask(upstream.url, make)


def all_ended(upstream: Upstream) -> None:
    assert upstream.wait_until(lambda state: state.by_status["completed"] == len(state.runs))


# What it asks and what it makes of good answers


def test_a_group_is_made_with_its_metadata(upstream):
    group_id = ask(upstream.url, lambda client: client.create_group({"whose": "ours"}))
    assert upstream.state.groups[group_id].metadata == {"whose": "ours"}


def test_runs_are_named_in_the_order_in_which_they_were_put(upstream):
    _, ids = group_of(upstream, "France", "Japan", "Kenya")
    assert [upstream.state.runs[run_id].input for run_id in ids] == ["France", "Japan", "Kenya"]


def test_a_common_spec_is_that_of_all_runs_without_one(upstream):
    async def make(client: Client) -> list[str]:
        own = {"output_schema": {"type": "text", "description": "own"}}
        inputs = [{"input": "France", **LITE}, {"input": "Japan", "task_spec": own, **LITE}]
        common = {"output_schema": {"type": "text", "description": "common"}}
        return await client.add_runs(await client.create_group(), inputs, common)

    specs = [upstream.state.runs[run_id].body["task_spec"] for run_id in ask(upstream.url, make)]
    assert [spec["output_schema"]["description"] for spec in specs] == ["common", "own"]


def test_metadata_comes_back_as_it_was_sent(upstream):
    async def make(client: Client) -> list[RunEvent]:
        group_id = await client.create_group()
        await client.add_runs(group_id, [{"input": "France", "metadata": {"row": 7, "who": "Zoë"}, **LITE}])
        return [event async for event in client.runs_of(group_id)]

    (event,) = ask(upstream.url, make)
    assert event.run.metadata == {"row": 7, "who": "Zoë"}


def test_a_group_says_how_many_of_its_runs_are_over(upstream):
    upstream.hold = True
    group_id, ids = group_of(upstream, "France", "Japan", "Kenya")
    upstream.finish(ids[0])
    upstream.finish(ids[1], "failed")
    status = ask(upstream.url, lambda client: client.group(group_id))
    assert (status.size, status.over, status.counts["failed"]) == (3, 2, 1)


def test_a_run_stands_as_the_provider_says(upstream):
    upstream.hold = True
    _, (run_id,) = group_of(upstream, "France")
    run = ask(upstream.url, lambda client: client.run(run_id))
    assert (run.run_id, run.is_over, run.interaction_id[:6]) == (run_id, False, "inter_")
    upstream.finish(run_id, "failed", error={"ref_id": "1", "message": "No page says it.", "detail": None})
    run = ask(upstream.url, lambda client: client.run(run_id))
    assert (run.is_over, run.status, run.error) == (True, "failed", "No page says it.")


def test_a_result_is_the_run_with_its_output(upstream):
    _, (run_id,) = group_of(upstream, "France")
    all_ended(upstream)
    ended = ask(upstream.url, lambda client: client.result(run_id))
    assert (ended.run.run_id, ended.output.type) == (run_id, "json")
    assert ended.output.content["subject"] == "France"
    assert ended.output.basis[0].citations[0].url.startswith("https://")


def test_a_list_can_be_of_one_status_and_with_outputs(upstream):
    upstream.hold = True
    group_id, (first, second) = group_of(upstream, "France", "Japan")
    upstream.finish(first, output={"subject": "France"})
    bare, _ = told(upstream.url, lambda client: client.runs_of(group_id))
    assert [(event.run.run_id, event.output) for event in bare] == [(first, None), (second, None)]
    full, _ = told(
        upstream.url, lambda client: client.runs_of(group_id, status="completed", include_output=True)
    )
    assert [(event.run.run_id, event.output.content) for event in full] == [(first, {"subject": "France"})]


def test_a_groups_stream_goes_on_after_an_event(upstream):
    group_id, ids = group_of(upstream, "France", "Japan", "Kenya")
    events, error = told(upstream.url, lambda client: client.events_of(group_id))
    ends = [event for event in events if isinstance(event, RunEvent)]
    assert error is None
    assert sorted(event.run.run_id for event in ends) == sorted(ids)
    assert isinstance(events[-1], StatusEvent)
    rest, _ = told(upstream.url, lambda client: client.events_of(group_id, ends[0].event_id))
    assert [event.run for event in rest if isinstance(event, RunEvent)] == [event.run for event in ends[1:]]


def test_a_runs_own_stream_tells_its_steps_and_its_end(upstream):
    _, (run_id,) = group_of(upstream, "France")
    events, error = told(upstream.url, lambda client: client.run_events(run_id))
    assert error is None
    assert (type(events[0]), events[-1].status) == (TaskRun, "completed")
    steps = [event for event in events if isinstance(event, Progress)]
    assert [step.kind for step in steps if step.kind != "stats"] == [
        "plan",
        "search",
        "tool_call",
        "result",
        "exec_status",
    ]
    assert next(step.read for step in reversed(steps) if step.kind == "stats") == 6


def test_the_key_goes_with_every_request_and_nothing_else_of_ours_does():
    with serving(answer(200, b'{"taskgroup_id": "tgrp_1"}')) as server:
        ask(server.url, lambda client: client.create_group())
    (request,) = server.requests
    assert b"x-api-key: a key" in request.lower()
    assert b"cookie" not in request.lower()


def test_an_idempotency_key_is_sent_where_there_is_one():
    with serving(answer(200, b'{"run_ids": ["trun_1"]}')) as server:
        ask(server.url, lambda client: client.add_runs("tgrp_1", [{}], key="once"))
    assert b"idempotency-key: once" in server.requests[0].lower()


# Definite answers


@pytest.mark.parametrize(
    ("code", "kind"),
    [(400, Refused), (401, KeyRefused), (402, NoCredit), (403, Refused), (404, Refused), (422, Refused)],
)
def test_a_refusal_holds_its_code_its_sentence_and_its_detail(code, kind):
    body = b'{"type": "error", "error": {"ref_id": "1", "message": "Not so.", "detail": {"input": "no"}}}'
    with serving(answer(code, body)) as server, pytest.raises(kind) as refused:
        ask(server.url, lambda client: client.create_group())
    assert type(refused.value) is kind
    assert (refused.value.code, str(refused.value), refused.value.detail) == (
        code,
        "Not so.",
        {"input": "no"},
    )


def test_a_refusal_in_the_shape_of_fastapi_says_where(upstream):
    async def add(client: Client) -> None:
        await client.add_runs(
            await client.create_group(), [{"input": "France", **LITE}, {"input": 7, **LITE}]
        )

    with pytest.raises(Refused) as refused:
        ask(upstream.url, add)
    assert refused.value.detail[0]["loc"][:3] == ["body", "inputs", 1]
    assert str(refused.value) == "input must be a text or an object"


def test_a_processor_that_is_not_known_is_refused_with_a_sentence(upstream):
    async def add(client: Client) -> None:
        await client.add_runs(await client.create_group(), [{"input": "France", "processor": "huge"}])

    with pytest.raises(Refused, match="No access to processor huge") as refused:
        ask(upstream.url, add)
    assert refused.value.code == 403


@pytest.mark.parametrize("body", [b"", b"<html>No.</html>", b"[]", b'"no"', b'{"detail": 3}', b"\xff"])
def test_a_refusal_that_says_nothing_is_one_all_the_same(body):
    with serving(answer(422, body)) as server, pytest.raises(Refused) as refused:
        ask(server.url, lambda client: client.create_group())
    assert str(refused.value) == ""


def test_a_refusals_sentence_holds_no_nul_character():
    with (
        serving(answer(403, b'{"error": {"message": "No\\u0000pe", "detail": null}}')) as server,
        pytest.raises(Refused) as refused,
    ):
        ask(server.url, lambda client: client.create_group())
    assert str(refused.value) == "Nope"


def test_too_many_requests_means_later_and_when(upstream):
    upstream.faults.rate_limited_for = 60
    upstream.faults.retry_after = 17
    with pytest.raises(Later) as later:
        ask(upstream.url, lambda client: client.create_group())
    assert (later.value.after, isinstance(later.value, Unreachable)) == (17, False)


def test_too_many_requests_without_a_time_means_later():
    with serving(answer(429, b"")) as server, pytest.raises(Later) as later:
        ask(server.url, lambda client: client.create_group())
    assert later.value.after is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("3", 3),
        ("0.5", 0.5),
        ("-4", 0),
        ("1e9", 3600),
        ("inf", 3600),
        ("nan", None),
        ("", None),
        ("soon", None),
    ],
)
def test_the_time_to_wait_is_read_in_seconds(text, seconds):
    assert retry_after(text) == seconds


def test_the_time_to_wait_is_read_as_a_date():
    assert retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    assert retry_after("Wed, 21 Oct 2195 07:28:00 GMT") == 3600


def test_no_redirect_is_followed(upstream):
    with serving(answer(307, b"", f"location: {upstream.url}/v1/tasks/groups\r\n".encode())) as server:
        with pytest.raises(Unreachable, match="leads elsewhere"):
            ask(server.url, lambda client: client.create_group())
        assert (len(server.requests), upstream.state.asked.total()) == (1, 0)


# Nothing was sent


def test_nobody_listening_means_that_nothing_was_sent(upstream):
    url = upstream.url
    with running() as gone:
        url = gone.url
    with pytest.raises(Unreachable, match="can't be reached"):
        ask(url, lambda client: client.create_group())


def test_a_name_that_is_not_known_means_that_nothing_was_sent():
    with pytest.raises(Unreachable, match="can't be reached"):
        ask("http://nobody.invalid", lambda client: client.create_group())


def test_a_server_that_speaks_no_tls_was_sent_nothing(upstream):
    with pytest.raises(Unreachable):
        ask(upstream.url.replace("http:", "https:"), lambda client: client.create_group())
    assert upstream.state.asked.total() == 0


# It may have arrived


def posted(upstream: Upstream) -> Failed:
    """What a POST of one run fails with; its group was made before."""
    group_id = upstream.on_loop(lambda: upstream.state.add_group(b"null").group_id)
    with pytest.raises(Failed) as failed:
        ask(upstream.url, lambda client: client.add_runs(group_id, [{"input": "France", **LITE}]))
    return failed.value


@pytest.mark.parametrize("fault", ["lost_answer", "bad_gateway_after", "truncated"])
def test_what_goes_wrong_after_the_work_is_doubtful_and_nothing_is_sent_twice(upstream, fault):
    setattr(upstream.faults, fault, 1.0)
    error = posted(upstream)
    assert isinstance(error, Doubtful)
    assert (len(upstream.state.runs), upstream.state.asked["POST tasks/groups/*/runs"]) == (1, 1)


@pytest.mark.parametrize("fault", ["unavailable_before", "bad_gateway", "late_work"])
def test_what_goes_wrong_before_the_work_is_just_as_doubtful(upstream, fault):
    setattr(upstream.faults, fault, 1.0)
    upstream.faults.late_work_seconds = 60
    assert isinstance(posted(upstream), Doubtful)
    assert (len(upstream.state.runs), upstream.state.asked["POST tasks/groups/*/runs"]) == (0, 1)


def test_a_connection_that_is_reset_at_the_request_is_doubtful(upstream):
    upstream.faults.down = True
    assert isinstance(posted(upstream), Doubtful)


def test_a_connection_that_is_closed_once_the_request_was_read_is_doubtful():
    """The transport calls this a ConnectTimeout, and yet the request was read."""
    with serving(b"") as server, pytest.raises(Doubtful):
        ask(server.url, lambda client: client.create_group())
    assert len(server.requests) == 1


def test_a_kept_connection_that_is_closed_at_the_next_request_is_doubtful(upstream):
    async def twice(client: Client) -> None:
        group_id = await client.create_group()
        upstream.faults.lost_answer = 1.0
        await client.add_runs(group_id, [{"input": "France", **LITE}])

    with pytest.raises(Doubtful):
        ask(upstream.url, twice)
    assert (len(upstream.state.runs), upstream.state.asked["POST tasks/groups/*/runs"]) == (1, 1)


def test_an_answer_that_does_not_come_in_time_is_doubtful(upstream):
    upstream.faults.slow_answer_seconds = 60
    with pytest.raises(Doubtful, match="did not answer in time"):
        ask(upstream.url, lambda client: client.create_group(), call_seconds=0.1)
    assert len(upstream.state.groups) == 1


def test_a_server_that_never_answers_is_doubtful():
    with serving(None) as server, pytest.raises(Doubtful, match="in time"):
        ask(server.url, lambda client: client.create_group(), call_seconds=0.1)


@pytest.mark.parametrize(
    "garbage",
    [
        b"hello\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nx: " + b"y" * 20_000 + b"\r\n\r\n",
        b"\x16\x03\x01",
    ],
)
def test_an_answer_that_is_no_http_is_doubtful(garbage):
    with serving(garbage) as server, pytest.raises(Doubtful):
        ask(server.url, lambda client: client.create_group())
    assert len(server.requests) == 1


def test_a_status_line_in_an_odd_encoding_is_doubtful_at_the_worst():
    odd = b"HTTP/1.1 200 \xe9t\xe9\r\ncontent-length: 26\r\n\r\n" + b'{"taskgroup_id": "tgrp_1"}'
    with serving(odd) as server, suppress(Doubtful):
        assert ask(server.url, lambda client: client.create_group()) == "tgrp_1"


# Answers that can't be read


@pytest.mark.parametrize("body", [b"", b"no", b"[]", b"{}", b'{"taskgroup_id": 7}', b'{"taskgroup_id": ""}'])
def test_a_group_without_a_name_is_unreadable(body):
    with serving(answer(200, body)) as server, pytest.raises(Unreadable):
        ask(server.url, lambda client: client.create_group())


@pytest.mark.parametrize(
    "body", [b"{}", b'{"run_ids": "trun"}', b'{"run_ids": ["trun_1"]}', b'{"run_ids": ["trun_1", null]}']
)
def test_an_answer_that_does_not_name_each_run_is_unreadable(body):
    with serving(answer(200, body)) as server, pytest.raises(Unreadable):
        ask(server.url, lambda client: client.add_runs("tgrp_1", [{}, {}]))


def test_an_answer_that_gives_two_runs_one_name_is_unreadable():
    with serving(answer(200, b'{"run_ids": ["trun_1", "trun_1"]}')) as server, pytest.raises(Unreadable):
        ask(server.url, lambda client: client.add_runs("tgrp_1", [{}, {}]))


def test_an_answer_that_is_too_long_is_not_read_to_its_end(monkeypatch):
    monkeypatch.setattr(client_module, "LONGEST_ANSWER", 1000)
    long = answer(200, b'{"taskgroup_id": "' + b"x" * 2000 + b'"}')
    with serving(long) as server, pytest.raises(Unreadable, match="too long"):
        ask(server.url, lambda client: client.create_group())


@pytest.mark.parametrize("question", [Client.create_group, lambda client: client.result("trun_1")])
def test_an_answer_that_is_packed_all_the_same_is_unreadable(question):
    packed = answer(200, b"\x1f\x8b\x08\x00", b"content-encoding: gzip\r\n")
    with serving(packed) as server, pytest.raises(Unreadable):
        ask(server.url, question)


def test_a_result_that_is_too_long_is_not_read_to_its_end(monkeypatch):
    monkeypatch.setattr(client_module, "LONGEST_ANSWER", 1000)
    long = answer(200, b'{"run": "' + b"x" * 2000 + b'"}')
    with serving(long) as server, pytest.raises(Unreadable, match="too long"):
        ask(server.url, lambda client: client.result("trun_1"))


# Streams that break


def test_a_stream_of_a_group_that_is_not_there_is_refused(upstream):
    events, error = told(upstream.url, lambda client: client.events_of("tgrp_none"))
    assert (events, error.code) == ([], 404)


@pytest.mark.parametrize("status", [201, 202])
def test_a_stream_that_is_answered_as_if_it_were_accepted_is_unreadable(status):
    with serving(answer(status, b"{}")) as server:
        _, error = told(server.url, lambda client: client.events_of("tgrp_1"))
    assert isinstance(error, Unreadable)


def test_a_cut_stream_tells_whole_events_and_then_that_it_broke(upstream):
    group_id, _ = group_of(upstream, "France")
    all_ended(upstream)
    upstream.faults.cut_stream = 1.0
    events, error = told(upstream.url, lambda client: client.events_of(group_id))
    assert events == []
    assert isinstance(error, Doubtful)


def test_a_cut_list_tells_that_it_broke(upstream):
    group_id, _ = group_of(upstream, *(f"Country {number}" for number in range(10)))
    upstream.faults.read_truncated = 1.0
    events, error = told(upstream.url, lambda client: client.runs_of(group_id))
    assert len(events) < 10
    assert isinstance(error, Doubtful)


def test_a_stream_that_says_nothing_at_all_is_left(upstream):
    group_id, _ = group_of(upstream, "France")
    upstream.faults.stall_stream = 1.0
    events, error = told(upstream.url, lambda client: client.events_of(group_id), stall_seconds=0.2)
    assert events == []
    assert str(error) == "The provider did not answer in time."


def test_a_stream_that_only_says_that_it_lives_is_not_left(upstream):
    """Pings come every 20 ms, the run ends long after the watchdog's time."""
    upstream.hold = True
    group_id, (run_id,) = group_of(upstream, "France")

    async def listen(client: Client) -> str:
        loop = asyncio.get_running_loop()
        loop.call_later(0.8, upstream.finish, run_id)
        async for event in client.events_of(group_id):
            if isinstance(event, RunEvent):
                return event.run.status
        return "nothing"

    assert ask(upstream.url, listen, stall_seconds=0.6) == "completed"


def test_an_error_on_the_stream_ends_it_with_its_sentence():
    body = b'event: error\ndata: {"type": "error", "error": {"ref_id": "1", "message": "Gone."}}\n\n'
    with serving(answer(200, body, kind=b"text/event-stream")) as server:
        events, error = told(server.url, lambda client: client.events_of("tgrp_1"))
    assert (events, type(error), str(error)) == ([], StreamError, "Gone.")


def test_kinds_of_events_that_are_not_known_are_passed_over():
    body = b'data: {"type": "news", "event_id": "1"}\n\n'
    with serving(answer(200, body, kind=b"text/event-stream")) as server:
        assert told(server.url, lambda client: client.events_of("tgrp_1")) == ([], None)
        assert told(server.url, lambda client: client.run_events("trun_1")) == ([], None)


@pytest.mark.parametrize("data", [b"no", b"[]", b'{"type": "task_run.state"}', b"\xff"])
def test_an_event_that_can_not_be_read_keeps_back_none_that_come_after_it(data):
    good = (
        b'data: {"type": "task_run.state", "event_id": "2", "run": {"run_id": "a", "status": "failed"}}\n\n'
    )
    with serving(answer(200, b"data: " + data + b"\n\n" + good, kind=b"text/event-stream")) as server:
        events, error = told(server.url, lambda client: client.events_of("tgrp_1"))
    assert ([event.run.run_id for event in events], error) == (["a"], None)


def test_an_event_that_is_too_long_ends_the_stream(monkeypatch):
    monkeypatch.setattr(client_module, "Parser", lambda: client_module_parser(longest=100))
    with serving(answer(200, b"data: " + b"x" * 2000, kind=b"text/event-stream")) as server:
        _, error = told(server.url, lambda client: client.events_of("tgrp_1"))
    assert (type(error), "too long" in str(error)) == (Unreadable, True)


client_module_parser = client_module.Parser


# Where it never goes


@pytest.mark.parametrize(
    "host",
    ["169.254.169.254", "[fe80::1]", "fe80::1%eth0", "[::ffff:169.254.169.254]", "168.63.129.16"],
)
def test_addresses_of_the_machines_own_platform_are_refused_before_anything_is_sent(host):
    assert is_forbidden(host)
    if "%" not in host:
        with leaks(), pytest.raises(ValueError, match="never connected"):
            ask(f"http://{host}", lambda client: client.create_group())


def test_a_refused_address_leaves_no_session_open():
    with leaks() as left, pytest.raises(ValueError, match="never connected"):
        ask("http://169.254.169.254", lambda client: client.create_group())
    assert left == []


@contextmanager
def leaks() -> Iterator[list[Any]]:
    """What was left open."""
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        yield seen
        gc.collect()


@pytest.mark.parametrize("host", ["fd00:ec2::254", "64:ff9b::a9fe:a9fe", "100.100.100.200"])
def test_addresses_of_other_platforms_are_refused_as_well(host):
    assert is_forbidden(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.7", "[::1]", "api.parallel.ai", "8.8.8.8"])
def test_other_addresses_are_not(host):
    assert not is_forbidden(host)


@pytest.mark.parametrize("host", ["2852039166", "0xa9fea9fe"])
def test_a_forbidden_address_in_another_spelling_is_not_connected_to(host):
    """The no-network guard of the tests lets these names through only as far as the resolver."""

    async def resolve() -> list[Any]:
        resolver = GuardedResolver()
        resolver.system = Spelled()
        return await resolver.resolve(host)

    with pytest.raises(OSError, match="no address that may be connected to"):
        asyncio.run(resolve())


class Spelled:
    """A system's resolver that reads numbers as addresses."""

    async def resolve(self, host: str, port: int, family: int) -> list[dict[str, str]]:
        return [{"host": "169.254.169.254"}]


def test_a_name_with_one_good_address_is_connected_to_there():
    class Both(Spelled):
        async def resolve(self, host: str, port: int, family: int) -> list[dict[str, str]]:
            return [{"host": "169.254.169.254"}, {"host": "10.0.0.7"}]

    async def resolve() -> list[Any]:
        resolver = GuardedResolver()
        resolver.system = Both()
        return await resolver.resolve("both.example")

    assert asyncio.run(resolve()) == [{"host": "10.0.0.7"}]


# Whether a provider can be used


def test_a_provider_that_knows_no_such_run_is_one_that_works(upstream):
    assert ask(upstream.url, lambda client: client.check()) is None
    assert len(upstream.state.runs) == 0


def test_a_key_that_is_refused_is_found_out(upstream):
    upstream.faults.refuse_key = True
    with pytest.raises(KeyRefused):
        ask(upstream.url, lambda client: client.check())


def test_another_server_is_found_out():
    with serving(answer(404, b"<html>Not here.</html>")) as server, pytest.raises(Unreadable):
        ask(server.url, lambda client: client.check())


def test_a_path_that_is_wrong_on_another_server_is_found_out():
    with serving(answer(404, b'{"detail": "Not Found"}')) as server, pytest.raises(Failed):
        ask(server.url, lambda client: client.check())
