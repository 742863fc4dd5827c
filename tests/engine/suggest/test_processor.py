"""Processors suggested for a task spec."""

import pytest

from engine.suggest.processor import OFFERED, suggest_processor


def spec(count: int, **field: object) -> dict:
    fields = {f"field_{at}": {"type": "string", "description": "A fact"} | field for at in range(count)}
    return {"output_schema": {"type": "object", "properties": fields, "required": list(fields)}}


@pytest.mark.parametrize(
    ("count", "best"),
    [(1, "base"), (5, "base"), (6, "core"), (12, "core2x"), (20, "pro"), (30, "ultra"), (99, "ultra4x")],
)
def test_more_fields_need_a_larger_processor(count: int, best: str) -> None:
    assert suggest_processor(spec(count))[0] == best


def test_lists_narratives_and_nesting_weigh_more() -> None:
    lists = spec(5, type="array", items={"type": "string"})
    objects = spec(2, type="array", items=spec(3)["output_schema"])
    narrative = spec(5, description="A detailed analysis of the market")
    assert all(suggest_processor(one)[0] != "base" for one in (lists, objects, narrative))


def test_a_report_needs_more_than_an_answer() -> None:
    answer = {"output_schema": "The capital"}
    report = {
        "output_schema": {"type": "text", "description": "A comprehensive report: trends, risks, outlook"}
    }
    assert suggest_processor(answer)[0] == "base"
    assert OFFERED.index(suggest_processor(report)[0]) > OFFERED.index("core")


def test_a_schema_may_stand_in_its_envelope() -> None:
    enveloped = {"output_schema": {"type": "json", "json_schema": spec(12)["output_schema"]}}
    assert suggest_processor(enveloped) == suggest_processor(spec(12))


def test_those_that_are_up_to_it_come_first_and_then_the_lesser_ones() -> None:
    assert suggest_processor(spec(12), ["base", "core", "pro", "ultra"]) == ["pro", "ultra", "core", "base"]


def test_it_keeps_to_what_may_be_chosen() -> None:
    assert suggest_processor(spec(1), ["lite-fast", "pro-fast", "gpt"]) == ["pro-fast", "lite-fast"]
    assert suggest_processor(spec(1), []) == []


def test_the_smallest_is_only_suggested_where_it_is_named() -> None:
    assert "lite" not in suggest_processor({})


@pytest.mark.parametrize(
    "task_spec",
    [
        {},
        {"output_schema": None},
        {"output_schema": 5},
        {"output_schema": {"type": "auto"}},
        {"output_schema": {"json_schema": "no"}},
        {"output_schema": {"properties": {"a": {"$ref": "#"}}}},
        {"output_schema": {"$ref": "#/nowhere"}},
        {"output_schema": "x " * 100_000},
    ],
)
def test_any_task_spec_is_answered(task_spec: dict) -> None:
    assert set(suggest_processor(task_spec)) == set(OFFERED)
