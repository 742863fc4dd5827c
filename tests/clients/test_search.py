"""Search and Extract by parallel-web, every answer checked against its types; and the older forms by hand."""

import re
from typing import Any

import httpx
import pytest

from tests.clients.conftest import Runs


@pytest.fixture(scope="module")
def told(told_by: Runs) -> dict[str, Any]:
    return told_by("parallel", "search.py")


def test_a_search_finds_pages_and_quotes_them(told, installation):
    first = told["found"]["results"][0]
    assert first["url"] == f"{installation.url}/library/kenya/"
    assert any("Nairobi" in excerpt for excerpt in first["excerpts"])
    assert first["publish_date"] is None or re.fullmatch(r"\d{4}-\d\d-\d\d", first["publish_date"])


def test_a_search_keeps_to_its_bound_and_its_session(told):
    assert len(told["found"]["results"]) <= 3
    assert told["again"]["session_id"] == told["found"]["session_id"] == told["opened"]["session_id"]
    assert told["again"]["search_id"] != told["found"]["search_id"]


def test_each_address_ends_among_the_results_or_the_errors(told):
    (page,), (failed,) = told["opened"]["results"], told["opened"]["errors"]
    assert page["url"] == told["found"]["results"][0]["url"]
    assert "Nairobi" in page["full_content"]
    assert failed["url"] == "https://example.invalid/page"
    assert failed["error_type"]


@pytest.mark.parametrize("case", ["no_queries", "too_many"])
def test_too_little_and_too_much_are_refused(told, case):
    assert told[case]["class"] == "UnprocessableEntityError"


def test_the_older_forms_are_served_too(api: httpx.Client):
    asked = {"search_queries": ["capital of Kenya"], "max_results": 2}
    found = api.post("/v1beta/search", json=asked).raise_for_status().json()
    assert 1 <= len(found["results"]) <= 2
    asked = {"urls": [found["results"][0]["url"]], "excerpts": True, "objective": "The capital of Kenya"}
    opened = api.post("/v1beta/extract", json=asked).raise_for_status().json()
    assert opened["results"][0]["excerpts"]
    assert "session_id" not in found | opened
