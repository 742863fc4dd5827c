import pytest

from provider.types import parse_task_run_input
from tests.provider.test_types import problems_of


@pytest.mark.parametrize(
    ("metadata", "loc"),
    [
        ([], ("metadata",)),
        ({"a" * 17: "x"}, ("metadata", "a" * 17)),
        ({"row": "x" * 513}, ("metadata", "row")),
        ({"row": ["x"]}, ("metadata", "row")),
        ({"row": None}, ("metadata", "row")),
    ],
)
def test_metadata_is_short_names_with_plain_values(metadata, loc):
    assert list(problems_of(metadata=metadata)) == [loc]


@pytest.mark.parametrize(
    "entry",
    [
        "https://example.com", "example.com:8080", "example.com?q=1", "example.com/#top", "*.example.com", "",
        "a b.com", "-a.com", "..com", ".gov/x", "x" * 64 + ".com",
    ],
)  # fmt: skip
def test_a_source_policy_takes_no_addresses_or_wildcards(entry):
    assert list(problems_of(source_policy={"exclude_domains": [entry]})) == [
        ("source_policy", "exclude_domains", 0)
    ]


def test_both_domain_lists_together_hold_200_entries():
    policy = {"include_domains": ["a.com"] * 150, "exclude_domains": ["b.com"] * 51}
    assert "there are 201" in problems_of(source_policy=policy)["source_policy",]


@pytest.mark.parametrize("day", ["31.01.2026", "2026-02-30", "20260131", "2026-W05-1", 20260131])
def test_after_date_is_a_date_of_the_calendar(day):
    assert ("source_policy", "after_date") in problems_of(source_policy={"after_date": day})


@pytest.mark.parametrize("location", ["DE", "deu", "d", 49])
def test_a_location_is_two_lower_case_letters(location):
    assert ("advanced_settings", "location") in problems_of(advanced_settings={"location": location})


def test_data_sources_are_lists_of_names():
    found = problems_of(advanced_settings={"data_sources": {"free": "a", "pay_per_use": [1]}})
    assert list(found) == [
        ("advanced_settings", "data_sources", "free"),
        ("advanced_settings", "data_sources", "pay_per_use", 0),
    ]


def test_data_sources_need_a_standard_processor():
    settings = {"data_sources": {"free": ["a"]}}
    assert "Leave off -fast" in str(problems_of(advanced_settings=settings, processor="core-fast"))


def test_a_data_source_and_an_mcp_server_cannot_share_a_name():
    settings = {"data_sources": {"pay_per_use": ["a"]}}
    servers = [{"name": "a", "url": "https://a.example"}]
    assert "MCP server" in str(problems_of(advanced_settings=settings, mcp_servers=servers))


def test_at_most_ten_mcp_servers():
    servers = [{"name": f"s{n}", "url": "https://a.example"} for n in range(11)]
    assert ("mcp_servers",) in problems_of(mcp_servers=servers)


def test_an_mcp_server_needs_a_name_and_an_address():
    found = problems_of(
        mcp_servers=[{"type": "stdio", "url": "a.example", "headers": {"a": 1}, "allowed_tools": "x"}]
    )
    assert {loc[2] for loc in found} == {"type", "name", "url", "headers", "allowed_tools"}


@pytest.mark.parametrize("url", [None, "", "example.com", "ftp://a.example", "https://", "http://[", 5])
def test_a_webhook_needs_a_full_address(url):
    assert list(problems_of(webhook={"url": url})) == [("webhook", "url")]


def test_a_webhook_knows_one_event():
    assert list(problems_of(webhook={"url": "https://a.example", "event_types": ["run.done"]})) == [
        ("webhook", "event_types", 0)
    ]


@pytest.mark.parametrize("key", ["", "a b", "x" * 129, "é", 1])
def test_a_memory_scope_key_is_plain(key):
    assert list(problems_of(memory_scope_key=key)) == [("memory_scope_key",)]


@pytest.mark.parametrize(
    ("spec", "loc"),
    [
        ("text", ("task_spec",)),
        ({}, ("task_spec", "output_schema")),
        ({"output_schema": 5}, ("task_spec", "output_schema")),
        ({"output_schema": {"type": "object", "properties": {}}}, ("task_spec", "output_schema")),
        ({"output_schema": {"type": "xml"}}, ("task_spec", "output_schema", "type")),
        ({"output_schema": {"type": "json"}}, ("task_spec", "output_schema", "json_schema")),
        (
            {"output_schema": {"type": "text", "description": 5}},
            ("task_spec", "output_schema", "description"),
        ),
        ({"output_schema": "x", "input_schema": {"type": "auto"}}, ("task_spec", "input_schema", "type")),
    ],
)
def test_a_task_spec_is_refused_at_the_place_that_is_wrong(spec, loc):
    assert list(problems_of(task_spec=spec)) == [loc]


def test_a_task_spec_has_at_most_15_000_characters():
    assert "15,000" in problems_of(task_spec={"output_schema": "x" * 15_000})["task_spec",]


def test_spec_and_input_together_have_at_most_25_000_characters():
    spec = {"output_schema": "x" * 14_000}
    assert "25,000" in problems_of(task_spec=spec, input="y" * 11_000)["input",]


def test_characters_are_counted_and_not_bytes():
    assert parse_task_run_input({"input": "é" * 25_000, "processor": "lite"})
