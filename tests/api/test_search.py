"""Search and Extract as SDKs ask for them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from engine.net import Fetched, Refused
from tests.api.envelope import message_of, problems_of

Send = Callable[..., HttpResponse]
WEB = "https://example.com/"


@pytest.fixture
def ask(api: Client, small_library: None) -> Send:
    def ask(path: str, **body: Any) -> HttpResponse:
        return api.post(path, body, content_type="application/json")

    return ask


@pytest.fixture(autouse=True)
def web(monkeypatch: pytest.MonkeyPatch, settings: Any) -> list[dict[str, Any]]:
    """One page of the web; any other address is refused. Tells how pages were asked for."""
    settings.ALLOW_PRIVATE_FETCH = frozenset()
    asked: list[dict[str, Any]] = []

    def fetch(url: str, **options: Any) -> Fetched:
        asked.append(options | {"url": url})
        if url != WEB:
            raise Refused("This address is not fetched.")
        page = b"<title>Example</title><main><p>The kettle boils at ninety degrees up here.</p></main>"
        return Fetched(url, 200, "text/html", page, "utf-8")

    monkeypatch.setattr("api.views.search.fetch", fetch)
    return asked


def test_a_search_finds_the_page_that_is_asked_for(ask):
    body = ask("/v1/search", search_queries=["capital of France"], objective="What is its capital?").json()
    first = body["results"][0]
    assert first["url"] == "http://testserver/library/france/"
    assert (first["title"], body["warnings"]) == ("France", None)
    assert any("Paris" in excerpt for excerpt in first["excerpts"])
    assert body["search_id"].startswith("search_")
    assert body["usage"] == [{"name": "sku_search", "count": 1}]


def test_a_session_is_echoed_or_begun(ask):
    assert ask("/v1/search", search_queries=["x"], session_id="mine").json()["session_id"] == "mine"
    begun = ask("/v1/search", search_queries=["x"], session_id=None).json()["session_id"]
    assert begun.startswith("session_")


def test_max_results_is_an_upper_bound(ask):
    settings = {"max_results": 1}
    body = ask("/v1/search", search_queries=["population", "area"], advanced_settings=settings).json()
    assert len(body["results"]) == 1


def test_more_than_20_results_are_not_given(ask):
    (warning,) = ask("/v1/search", search_queries=["area"], advanced_settings={"max_results": 99}).json()[
        "warnings"
    ]
    assert warning["type"] == "warning"
    assert "20" in warning["message"]


def test_a_location_is_ignored_with_a_warning(ask):
    answer = ask("/v1/search", search_queries=["area"], advanced_settings={"location": "us"})
    assert [warning["type"] for warning in answer.json()["warnings"]] == ["warning"]


def test_a_source_policy_holds(ask):
    policy = {"source_policy": {"include_domains": ["example.org"]}}
    assert ask("/v1/search", search_queries=["France"], advanced_settings=policy).json()["results"] == []


def test_nulls_are_as_good_as_nothing(ask):
    nulls = dict.fromkeys(
        ["objective", "mode", "max_chars_total", "client_model", "advanced_settings", "session_id"]
    )
    assert ask("/v1/search", search_queries=["France"], **nulls).status_code == 200


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({}, ["search_queries"]),
        ({"search_queries": []}, ["search_queries"]),
        ({"search_queries": "France"}, ["search_queries"]),
        ({"search_queries": ["a"] * 6}, ["search_queries"]),
        ({"search_queries": ["a" * 201]}, ["search_queries", 0]),
        ({"search_queries": ["a"], "objective": "a" * 5_001}, ["objective"]),
        ({"search_queries": ["a"], "mode": "slow"}, ["mode"]),
        ({"search_queries": ["a"], "max_chars_total": True}, ["max_chars_total"]),
        ({"search_queries": ["a"], "session_id": "a" * 1_001}, ["session_id"]),
        ({"search_queries": ["a"], "advanced_settings": {"x": 1}}, ["advanced_settings", "x"]),
        (
            {"search_queries": ["a"], "advanced_settings": {"max_results": 0}},
            ["advanced_settings", "max_results"],
        ),
        (
            {"search_queries": ["a"], "advanced_settings": {"fetch_policy": {"max_age_seconds": 599}}},
            ["advanced_settings", "fetch_policy", "max_age_seconds"],
        ),
        (
            {"search_queries": ["a"], "advanced_settings": {"source_policy": {"after_date": "soon"}}},
            ["advanced_settings", "source_policy", "after_date"],
        ),
        ({"search_queries": ["\0"]}, ["search_queries", 0]),
    ],
)
def test_what_is_wrong_with_a_search_is_told_by_its_place(ask, body, place):
    answer = ask("/v1/search", **body)
    assert answer.status_code == 422
    assert message_of(answer)
    assert problems_of(answer) == [["body", *place]]


def test_a_refusal_is_told_as_fastapi_tells_it_too(ask):
    (problem,) = ask("/v1/search").json()["detail"]
    assert set(problem) == {"loc", "msg", "type"}


def test_the_older_form_is_flat_and_has_no_session(ask):
    body = ask(
        "/v1beta/search",
        objective="The capital of France",
        mode="one-shot",
        max_results=1,
        excerpts={"max_chars_per_result": 50, "max_chars_total": 50},
        source_policy={"exclude_domains": ["example.org"]},
    ).json()
    assert [result["title"] for result in body["results"]] == ["France"]
    assert "session_id" not in body


def test_the_older_form_needs_something_to_search_for(ask):
    assert problems_of(ask("/v1beta/search", max_results=1)) == [["body", "objective"]]


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"max_results": "1"}, ["max_results"]),
        ({"mode": "basic"}, ["mode"]),
        ({"excerpts": 1}, ["excerpts"]),
        ({"excerpts": {"max_chars_total": -1}}, ["excerpts", "max_chars_total"]),
        ({"source_policy": {"include_domains": 1}}, ["source_policy", "include_domains"]),
    ],
)
def test_what_is_wrong_with_the_older_form_is_told_by_its_own_place(ask, body, place):
    assert problems_of(ask("/v1beta/search", objective="a", **body)) == [["body", *place]]


def test_every_address_is_read_or_failed(ask):
    body = ask("/v1/extract", urls=[WEB, "/library/france/", "https://example.org/no"]).json()
    assert [page["url"] for page in body["results"]] == [WEB, "/library/france/"]
    assert [failed["url"] for failed in body["errors"]] == ["https://example.org/no"]
    assert body["errors"][0]["error_type"] == "url_not_allowed"
    assert body["usage"] == [{"name": "sku_extract_excerpts", "count": 2}]


def test_what_a_search_found_can_be_opened(ask, web):
    found = ask("/v1/search", search_queries=["France"]).json()["results"][0]["url"]
    (page,) = ask("/v1/extract", urls=[found], advanced_settings={"full_content": True}).json()["results"]
    assert "Paris" in page["full_content"]
    assert web == []


def test_the_whole_page_comes_only_when_asked_for_and_as_long_as_asked_for(ask):
    assert ask("/v1/extract", urls=[WEB]).json()["results"][0]["full_content"] is None
    cut = {"full_content": {"max_chars_per_result": 7}}
    (page,) = ask("/v1/extract", urls=[WEB], advanced_settings=cut).json()["results"]
    assert len(page["full_content"]) == 7


def test_a_page_is_waited_for_as_long_as_asked_and_a_minute_at_most(ask, web):
    for seconds in (2, 900):
        policy = {"fetch_policy": {"timeout_seconds": seconds}}
        ask("/v1/extract", urls=[WEB], advanced_settings=policy)
    assert [asked["timeout"] for asked in web] == [2.0, 60.0]


def test_the_older_form_can_leave_the_excerpts_out(ask):
    body = ask("/v1beta/extract", urls=[WEB], excerpts=False, full_content=True).json()
    assert body["results"][0]["excerpts"] is None
    assert "kettle" in body["results"][0]["full_content"]
    assert "session_id" not in body


@pytest.mark.parametrize("urls", [None, [], "https://example.com/", [1], [WEB] * 21])
@pytest.mark.parametrize("path", ["/v1/extract", "/v1beta/extract"])
def test_it_refuses_what_are_no_1_to_20_addresses(ask, path, urls):
    assert problems_of(ask(path, urls=urls)) == [["body", "urls"]]


def test_whoever_may_only_read_may_search_and_not_extract(viewers_api, small_library):
    def status(path: str, **body: Any) -> int:
        return viewers_api.post(path, body, content_type="application/json").status_code

    assert status("/v1/search", search_queries=["France"]) == 200
    assert status("/v1/extract", urls=[WEB]) == 403


@pytest.mark.parametrize(
    ("kind", "body"), [("search", {"search_queries": ["x"]}), ("extract", {"urls": [WEB]})]
)
def test_each_kind_has_a_limit_of_its_own(ask, limit_rates, kind, body):
    limit_rates(**{kind: 1})
    answers = [ask(f"/v1/{kind}", **body), ask(f"/v1/{kind}", **body)]
    assert [answer.status_code for answer in answers] == [200, 429]
