import pytest

from engine.library import Library
from engine.policy import SourcePolicy, read_policy
from engine.retrieval.explained import explain
from tests.engine.conftest import SCOPE, add, page

pytestmark = pytest.mark.usefixtures("library")


def test_it_ranks_as_a_search_does() -> None:
    found = explain("Which country is an organisation?", [SCOPE], 9)
    hits = Library([SCOPE], SourcePolicy()).search(["which", "country", "is", "an", "organisation"], limit=9)
    assert [ranked.passage_id for ranked in found] == [hit.passage_id for hit in hits]
    assert [ranked.score for ranked in found] == sorted((hit.score for hit in hits), reverse=True)


def test_words_are_told_as_the_query_spells_them_and_marked_where_they_stand() -> None:
    best = explain("Harbours' governments and emperors", [SCOPE], 1)[0]
    assert (best.title, best.heading) == ("Harbour Union", "Funding")
    assert (best.matched, best.missing) == (("harbours", "governments"), ("emperors",))
    assert best.title_matched == ("harbours",)
    assert [best.text[start:end] for start, end in best.marks] == ["governments"]


def test_the_sentence_says_what_is_held_and_what_is_lacking() -> None:
    best = explain("harbour governments emperors", [SCOPE], 1)[0]
    assert best.why == (
        "Holds 2 of 3 words of the query: “harbour”, “governments”; its page's title holds “harbour”; "
        "lacks “emperors”. By words (BM25) it is the best. "
        f"How closely they stand together counts {best.close:.0%}. Together that is place 1."
    )


def test_words_that_stand_together_count_more_than_words_apart() -> None:
    add(
        [
            page("Bay", {"": ["A red ferry comes. The lighthouse is blue."]}),
            page("Cape", {"": ["A red lighthouse."]}),
        ]
    )
    found = {ranked.title: ranked for ranked in explain("red lighthouse", [SCOPE])}
    assert 0 < found["Bay"].close < found["Cape"].close <= 1


def test_the_best_by_words_has_all_of_the_share() -> None:
    found = explain("country organisation", [SCOPE], 9)
    assert found[0].lexical == 1
    assert all(0 < ranked.lexical <= 1 for ranked in found)


def test_it_keeps_to_the_scopes_and_the_policy() -> None:
    add([page("Atlantis", {"": ["A sunken organisation."]})], scope="other")
    policy = read_policy({"exclude_domains": ["127.0.0.1/library/harbour-union"]})
    assert "Atlantis" not in {ranked.title for ranked in explain("organisation", [SCOPE])}
    assert explain("seaports", [SCOPE])
    assert explain("seaports", [SCOPE], policy=policy) == []


@pytest.mark.parametrize(("query", "limit"), [("", 9), ("the of", 9), ("organisation", 0), ("\0", 9)])
def test_a_query_for_nothing_finds_nothing(query: str, limit: int) -> None:
    assert explain(query, [SCOPE], limit) == []
