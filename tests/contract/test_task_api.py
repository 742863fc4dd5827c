"""What a client of the Task API may rely on, wherever it asks."""

import pytest

from provider.answers import OVER, RunEvent, StatusEvent, TaskRun
from provider.client import NO_RUN, Client
from provider.errors import KeyRefused, Refused
from tests.contract.conftest import Place

SPEC = {
    "output_schema": {
        "type": "json",
        "json_schema": {
            "type": "object",
            "properties": {"capital": {"type": "string", "description": "The capital city."}},
            "required": ["capital"],
            "additionalProperties": False,
        },
    }
}


def run_input(given: str = "France", **more) -> dict:
    return {"input": given, "processor": "lite", "task_spec": SPEC, **more}


async def ended(client: Client, group_id: str) -> list[RunEvent]:
    """The ends that the group's stream tells, until all are told; it may break off before."""
    ends: dict[str, RunEvent] = {}
    size = (await client.group(group_id)).size
    while len(ends) < size:
        async for event in client.events_of(group_id):
            if isinstance(event, RunEvent) and event.run.status in OVER:
                ends[event.run.run_id] = event
    return list(ends.values())


def test_runs_of_a_group_end_with_a_result_and_are_told_in_all_the_ways_there_are(place: Place):
    """One case, since each asking costs the hosted API two runs."""

    async def whole_way(client: Client) -> None:
        group_id = await client.create_group({"whose": "ours"})
        assert (await client.group(group_id)).size == 0
        inputs = [run_input("France", metadata={"row": 1, "name": "Zoë"}), run_input("Japan")]
        ids = await client.add_runs(group_id, inputs)
        assert len(set(ids)) == 2
        listed = [event async for event in client.runs_of(group_id)]
        assert [event.run.run_id for event in listed] == ids
        assert listed[0].run.metadata == {"row": 1, "name": "Zoë"}
        assert not listed[1].run.metadata

        ends = await ended(client, group_id)
        assert {end.run.run_id for end in ends} == set(ids)
        assert {end.run.status for end in ends} == {"completed"}
        assert all(end.event_id for end in ends)
        assert len({end.event_id for end in ends}) == 2

        status = await client.group(group_id)
        assert (status.size, status.over, status.counts["completed"]) == (2, 2, 2)

        for run_id in ids:
            result = await client.result(run_id)
            assert (result.run.run_id, result.run.status, result.output.type) == (run_id, "completed", "json")
            assert isinstance(result.output.content["capital"], str)
            assert [entry.field for entry in result.output.basis] == ["capital"]
            assert all(entry.confidence in ("high", "medium", "low", "") for entry in result.output.basis)
            assert (await client.run(run_id)).status == "completed"

        full = [event async for event in client.runs_of(group_id, status="completed", include_output=True)]
        assert sorted(event.run.run_id for event in full) == sorted(ids)
        assert all(isinstance(event.output.content["capital"], str) for event in full)
        assert [event async for event in client.runs_of(group_id, status="failed")] == []

        rest = [event async for event in client.events_of(group_id, ends[-1].event_id)]
        assert ends[-1].run.run_id not in [event.run.run_id for event in rest if isinstance(event, RunEvent)]
        told = [event async for event in client.events_of(group_id)]
        again = [event.event_id for event in told if isinstance(event, RunEvent)]
        assert again == [end.event_id for end in ends]
        assert isinstance(told[-1], StatusEvent)

        states = [event async for event in client.run_events(ids[0]) if isinstance(event, TaskRun)]
        assert (states[0].run_id, states[-1].status) == (ids[0], "completed")

    place.ask(whole_way)


def test_a_common_spec_is_that_of_the_runs_without_one(place: Place):
    if place.name == "hosted":
        pytest.skip("it would cost runs, and says nothing that the first case does not")

    async def shared(client: Client) -> set[str]:
        group_id = await client.create_group()
        inputs = [{"input": "France", "processor": "lite"}, {"input": "Japan", "processor": "lite"}]
        ids = await client.add_runs(group_id, inputs, SPEC)
        await ended(client, group_id)
        return {name for run_id in ids for name in (await client.result(run_id)).output.content}

    assert place.ask(shared) == {"capital"}


def test_a_run_that_is_not_there_is_refused(place: Place):
    for question in (lambda client: client.run(NO_RUN), lambda client: client.result(NO_RUN)):
        with pytest.raises(Refused) as refused:
            place.ask(question)
        assert (refused.value.code, str(refused.value) != "") == (404, True)
    assert place.ask(lambda client: client.check()) is None


def test_a_group_that_is_not_there_is_refused(place: Place):
    group_id = "tgrp_" + "0" * 32

    async def listed(client: Client) -> None:
        async for _ in client.runs_of(group_id):
            pass

    async def told(client: Client) -> None:
        async for _ in client.events_of(group_id):
            pass

    async def added(client: Client) -> None:
        await client.add_runs(group_id, [run_input()])

    for question in (lambda client: client.group(group_id), listed, told, added):
        with pytest.raises(Refused) as refused:
            place.ask(question)
        assert refused.value.code == 404


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"input": 7}, 422),
        ({"processor": "no such thing"}, 403),
        ({"task_spec": {"output_schema": {"type": "json", "json_schema": {"type": "array"}}}}, 422),
    ],
)
def test_one_bad_input_refuses_all_of_its_request(place: Place, wrong, code):
    async def added(client: Client) -> tuple[Refused, int]:
        group_id = await client.create_group()
        with pytest.raises(Refused) as refused:
            await client.add_runs(group_id, [run_input(), run_input() | wrong])
        return refused.value, (await client.group(group_id)).size

    error, size = place.ask(added)
    assert (error.code, str(error) != "", size) == (code, True, 0)


def test_another_key_is_refused(place: Place):
    with pytest.raises(KeyRefused):
        place.ask(lambda client: client.create_group(), key="not the key")
    with pytest.raises(KeyRefused):
        place.ask(lambda client: client.check(), key="not the key")


def test_an_empty_group_tells_nothing_and_has_nothing(place: Place):
    async def empty(client: Client) -> list:
        group_id = await client.create_group()
        return [event async for event in client.runs_of(group_id)]

    assert place.ask(empty) == []
