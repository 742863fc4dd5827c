"""Searching the index for pages."""

from datetime import date

import pytest

from engine.index import find_page
from engine.modes import MODES, TURBO
from engine.policy import SourcePolicy
from engine.search import Hit, search
from tests.engine.conftest import SCOPE, add, page

pytestmark = pytest.mark.usefixtures("library")


def found(*queries: str, **more: object) -> list[Hit]:
    return search(**{"queries": queries, "scopes": [SCOPE]} | more)


def urls(*queries: str, **more: object) -> list[str]:
    return [hit.url for hit in found(*queries, **more)]


def text_of(url: str) -> str:
    return find_page(url, SCOPE).text


def test_a_page_about_what_is_named_comes_first() -> None:
    add([page("Germany", {"": ["France is its neighbour. The capital of France is Paris."]})], name="More")
    first = found("capital of France")[0]
    assert (first.url, first.title, first.published) == ("/library/france/", "France", date(2026, 1, 17))


def test_excerpts_are_verbatim_and_the_best_comes_first() -> None:
    hit = found("exports partners of France")[0]
    assert "Exports - partners" in hit.excerpts[0]
    assert all(excerpt in text_of(hit.url) for excerpt in hit.excerpts)


def test_the_passage_that_states_what_is_asked_comes_first_whatever_it_calls_it() -> None:
    assert "Major urban areas - population" in found("biggest cities of France")[0].excerpts[0]


@pytest.mark.parametrize(
    "query", ["Fránce", "FRANCE", "french republic", "population of Frence's neighbours in Europe, Francee"]
)
def test_accents_case_other_names_and_slips_lead_to_the_page(query: str) -> None:
    assert urls(query)[0] == "/library/france/"


def test_several_queries_are_fused() -> None:
    assert set(urls("France", "Harbour Union")) == {"/library/france/", "/library/harbour-union/"}


def test_the_objective_counts_as_a_query() -> None:
    assert urls("population", objective="What the Harbour Union does")[0] == "/library/harbour-union/"


def test_it_never_leaves_the_scopes() -> None:
    assert urls("France", scopes=["another"]) == []
    assert urls("France", scopes=[]) == []


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (SourcePolicy(exclude=("example.org",)), ["/library/france/"]),
        (SourcePolicy(include=("example.org",)), ["https://example.org/a"]),
        (SourcePolicy(after=date(2026, 6, 1)), []),
    ],
)
def test_it_keeps_to_the_source_policy(policy: SourcePolicy, expected: list[str]) -> None:
    add([page("About France", {"": ["France, seen from afar."]}, path="https://example.org/a")], name="Web")
    assert urls("France", policy=policy) == expected


def test_no_more_results_than_asked_for() -> None:
    add([page(f"Port {at}", {"": ["A port."]}) for at in range(20)], name="Ports")
    assert len(found("port", max_results=3)) == 3
    assert len(found("port")) == 10
    assert found("port", max_results=0) == []


@pytest.mark.parametrize(("per_result", "total"), [(100, 1000), (1000, 150), (60, 60), (0, 0), (10, 10_000)])
def test_the_budgets_are_kept(per_result: int, total: int) -> None:
    hits = found("France exports", "Harbour Union", chars_per_result=per_result, chars_total=total)
    sizes = [sum(map(len, hit.excerpts)) for hit in hits]
    assert max(sizes) <= per_result
    assert sum(sizes) <= total
    assert all(excerpt in text_of(hit.url) for hit in hits for excerpt in hit.excerpts)


def test_what_one_page_leaves_the_next_may_take() -> None:
    add([page("Port", {"": ["A port of France."]}, kind="topic")], name="Ports")
    hits = found("Port", "France exports", chars_total=600, max_results=2)
    assert max(sum(map(len, hit.excerpts)) for hit in hits) > 300


@pytest.mark.parametrize("mode", MODES.values(), ids=MODES)
def test_every_mode_finds_the_page(mode: object) -> None:
    assert urls("France", mode=mode)[0] == "/library/france/"


def test_a_smaller_mode_gives_less_text() -> None:
    assert len(found("France economy", mode=TURBO)[0].excerpts) == 1


def test_a_page_found_by_name_alone_is_quoted_from_its_beginning() -> None:
    add([page("Ötztal", {"": ["A valley."]}, aliases=("The Valley Of Snow",))], name="Valleys")
    assert found("Otztal")[0].excerpts == ("A valley.",)


def test_the_same_search_gives_the_same_hits() -> None:
    assert found("France", "Harbour Union") == found("France", "Harbour Union")


@pytest.mark.parametrize(
    "query",
    ["", " ", "?", '"', "the of and", "NEAR(a b)", "* OR title:x", "\x00", "法国", "😀", "a" * 100_000],
)
def test_any_query_is_answered(query: str) -> None:
    assert isinstance(found(query, query, objective=query), list)


def test_it_reads_no_more_than_a_few_queries() -> None:
    assert urls(*(["abc"] * 500), "Harbour Union") == []
