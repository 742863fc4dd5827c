"""Output with a schema of the engine's own."""

from collections.abc import Callable
from typing import Any

import jsonschema_rs
import pytest

from engine.output import Output

Ask = Callable[..., Output]
AUTO = {"output_schema": {"type": "auto"}}


def leaves(value: Any, path: str = "") -> dict[str, Any]:
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    )
    if members is None:
        return {path: value}
    below = [leaves(member, f"{path}.{name}" if path else str(name)) for name, member in members]
    return {name: leaf for part in below for name, leaf in part.items()}


@pytest.mark.parametrize(
    "about",
    [
        "France",
        "What is the capital of France?",
        "top exports, gdp of France",
        "Wakanda",
        "",
        "Who sells seashells?",
    ],
)
@pytest.mark.parametrize("processor", ["lite", "ultra"])
def test_the_content_fits_the_schema_it_comes_with(ask: Ask, about: str, processor: str) -> None:
    output = ask(about, task_spec=AUTO, processor=processor)
    assert output.type == "json"
    jsonschema_rs.validate(output.output_schema, output.content)


@pytest.mark.parametrize("about", ["France", "top exports, gdp of France"])
def test_every_leaf_has_its_basis(ask: Ask, about: str) -> None:
    output = ask(about, task_spec=AUTO, processor="pro")
    assert leaves(output.content).keys() <= {entry.field for entry in output.basis}
    assert all(entry.citations for entry in output.basis)


def test_a_page_is_outlined_by_its_sections(ask: Ask) -> None:
    content = ask("France", task_spec=AUTO, processor="pro").content
    assert content["summary"].startswith("France is a country")
    assert content["government"]["capital"] == "Paris"
    assert content["economy"]["exports_commodities"][0] == "aircraft"


def test_a_greater_budget_brings_more_facts(ask: Ask) -> None:
    few, many = (ask("France", task_spec=AUTO, processor=name).content for name in ("lite", "pro"))
    assert len(leaves(few)) < len(leaves(many))


def test_a_question_makes_its_own_properties(ask: Ask) -> None:
    output = ask("capital and top exports of France", task_spec=AUTO)
    assert list(output.content) == ["capital", "top_exports"]
    assert output.content["capital"] == "Paris"


def test_nothing_found_is_null(ask: Ask) -> None:
    output = ask("Who sells seashells?", task_spec=AUTO)
    assert output.content == {"answer": None}
    assert not output.basis[0].found


@pytest.mark.parametrize(
    ("processor", "kind"), [("lite", "text"), ("core", "text"), ("pro", "json"), ("ultra8x-fast", "json")]
)
def test_without_a_task_spec_the_processor_decides(ask: Ask, processor: str, kind: str) -> None:
    assert ask("France", processor=processor).type == kind
